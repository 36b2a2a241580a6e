"""Inputs → a run folder: every file is assessed or set aside with its reason, none is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from assessor.codebook.load import load_codebook
from assessor.documents.discover import Input
from assessor.errors import FicheError, Rejection
from assessor.runs.commit import restore
from assessor.runs.engine import Failure, MakeEngine, Task
from assessor.runs.files import as_run_error, remove_leftovers
from assessor.runs.folder import RUN_FILES, check_target, write_run
from assessor.runs.limits import Limits
from assessor.runs.lock import locked
from assessor.runs.manifest import Counts, about_run
from assessor.runs.naming import Naming
from assessor.runs.result import Head, Result, head_of, seal, set_aside
from assessor.runs.settings import Settings
from assessor.runs.source import Rejected, read_ahead
from assessor.runs.store import Store, key_of
from assessor.runs.task import Assess, encode
from assessor.runs.worker_process import Work
from assessor.runs.workers import Workers, default_jobs

Factory = Callable[[], Work]
SHOWN = 20  # rejections kept for the terminal; all are in rejected.csv


@dataclass(frozen=True, slots=True)
class Plan:
    """Execution options; they do not influence results.

    Parameters
    ----------
    jobs : int, optional
        Worker processes; by default one per core.
    retry_rejected : bool
        Try again what an earlier run set aside.
    engine : callable
        What runs the tasks: worker processes of this machine unless told.
    """

    jobs: int | None = None
    limits: Limits = field(default_factory=Limits)
    retry_rejected: bool = False
    parquet: bool = False
    engine: MakeEngine = Workers


@dataclass(frozen=True, slots=True)
class Done:
    """What an analysis did.

    Parameters
    ----------
    written : bool
        False where nothing could be assessed and an earlier run was left as it was.
    reused : int
        Inputs whose results were there already.
    damaged : int
        Stored results that were not what was stored, and were made again.
    rejected : list of Rejected
        The first inputs set aside.
    """

    counts: Counts
    written: bool
    reused: int
    damaged: int
    rejected: list[Rejected]


def analyze(
    inputs: Sequence[Input],
    output: Path,
    settings: Settings | None = None,
    *,
    plan: Plan | None = None,
    options: Mapping[str, Any] | None = None,
    progress: Callable[[Head], None] = lambda head: None,
    factory: Factory | None = None,
) -> Done:
    """Assess every input and write the run; what an earlier run has finished is not done again.

    Parameters
    ----------
    inputs : sequence of Input
        In the order in which the run has them.
    options : mapping
        For `run.json`.
    progress : callable
        Called as results come, in whatever order.
    factory : callable, optional
        Builds the workers' work; for tests.

    Raises
    ------
    RunError
        If the folder is someone else's or cannot be written, or another process writes it.
    CodebookError, ModelError
        If codebook or model cannot be used.
    """
    settings, plan = (settings or Settings()).absolute(), plan or Plan()
    codebook, model = load_codebook(settings.codebook), settings.model_card()
    check_target(output)
    with locked(output):
        with as_run_error(output):
            restore(output, RUN_FILES)
        remove_leftovers(output)
        basis = settings.basis()
        gathering = _Gathering(inputs, Store(output), basis, plan, progress)
        gathering.gather(factory or Assess(settings, basis))
        write = bool(gathering.ids) or not (output / "run.json").exists()
        counts = Counts()
        if write:
            about = about_run(codebook, options or {}, model)
            counts = write_run(output, gathering, codebook, about, parquet=plan.parquet)
            gathering.store.keep_only(set(gathering.keys))
    return Done(counts, write, gathering.reused, gathering.store.damaged, gathering.rejected)


class _Gathering:
    """Brings every input's result into the store, and reads them back in order."""

    def __init__(
        self,
        inputs: Sequence[Input],
        store: Store,
        basis: Mapping[str, Any],
        plan: Plan,
        progress: Callable[[Head], None],
    ) -> None:
        self.store = store
        self.keys = [""] * len(inputs)
        self.ids: Counter[str] = Counter()
        self.reused = 0
        self.rejected: list[Rejected] = []
        self._inputs = inputs
        self._basis = basis
        self._plan = plan
        self._progress = progress
        self._digests: dict[int, str] = {}  # of the tasks in hand

    def __iter__(self) -> Iterator[Result]:
        """Yield every result, in order of the inputs, fiches named for the run."""
        naming = Naming(self.ids)
        for key in self.keys:
            yield naming.apply(self.store.result(key))

    def gather(self, factory: Factory) -> None:
        """Assess what is not stored."""
        jobs = min(self._plan.jobs or default_jobs(), len(self._inputs))
        with self._plan.engine(factory, self._plan.limits, jobs) as engine:
            for task, answer in engine.answers(self._tasks()):
                sealed = self._sealed(task, answer)
                self._keep(task.number, self._digests.pop(task.number), sealed)

    def _tasks(self) -> Iterator[Task]:
        """Yield the inputs that a worker has to read; the others are dealt with on the way."""
        for number, (item, read) in enumerate(read_ahead(self._inputs)):
            try:
                data = read()
            except FicheError as error:
                aside = set_aside(item.source, "", str(error.reason), error.detail)
                self._keep(number, "", seal(aside))
                continue
            digest = sha256(data).hexdigest()
            key = key_of(item.source, digest, self._basis)
            head = self.store.head(key)
            if head is not None and not self._to_do_again(head):
                self.reused += 1
                self._note(number, key, head)
            else:
                self._digests[number] = digest
                yield Task(number, encode(item, data))

    def _to_do_again(self, head: Head) -> bool:
        if head.rejected is None:
            return False
        limits = self._plan.limits
        changed = head.limits is not None and head.limits != (limits.seconds, limits.memory)
        return self._plan.retry_rejected or changed

    def _sealed(self, task: Task, answer: bytes | Failure) -> bytes:
        """Return a task's result, made here where its worker had none."""
        if isinstance(answer, bytes):
            try:
                head_of(answer)
            except ValueError:
                answer = Failure(Rejection.CRASHED, "its process gave no sound answer")
            else:
                return answer
        source, digest = self._inputs[task.number].source, self._digests[task.number]
        failed = str(answer.reason), answer.detail
        return seal(set_aside(source, digest, *failed, self._plan.limits))

    def _keep(self, number: int, digest: str, sealed: bytes) -> None:
        key = key_of(self._inputs[number].source, digest, self._basis)
        self.store.put(key, sealed)
        self._note(number, key, head_of(sealed))

    def _note(self, number: int, key: str, head: Head) -> None:
        self.keys[number] = key
        self.ids.update(head.fiche_ids)
        if head.rejected is not None and len(self.rejected) < SHOWN:
            self.rejected.append(head.rejected)
        self._progress(head)
