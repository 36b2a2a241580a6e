"""Inputs → assessments: every file is assessed or set aside with its reason."""

from __future__ import annotations

import hashlib
import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from assessor.assess import Assessment, Assessor
from assessor.documents.discover import Input
from assessor.documents.document import Document, ObservationTable
from assessor.documents.readers import read_bytes, read_source
from assessor.errors import FicheError, Rejection
from assessor.fiche.fiche import Fiche
from assessor.fiche.parse import parse_document
from assessor.fiche.tables import fiches_of_table
from assessor.runs.settings import Settings

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Rejected:
    """An input set aside; `detail` never holds text of the fiche."""

    source: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input.

    Parameters
    ----------
    assessments : tuple of Assessment
        One per fiche in the file; empty where it was set aside.
    sha256 : str
        Of the file's bytes; empty where it could not be opened.
    """

    source: str
    assessments: tuple[Assessment, ...] = ()
    rejected: Rejected | None = None
    sha256: str = ""


@dataclass
class Analysis:
    """All outcomes of a run, by source."""

    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def assessments(self) -> list[Assessment]:
        """Assessments of all files, in order."""
        return [a for outcome in self.outcomes for a in outcome.assessments]

    @property
    def rejected(self) -> list[Rejected]:
        """Inputs set aside, in order."""
        return [o.rejected for o in self.outcomes if o.rejected is not None]


def analyze_inputs(
    inputs: Sequence[Input],
    settings: Settings | None = None,
    *,
    jobs: int = 1,
    progress: Callable[[Outcome], None] = lambda outcome: None,
) -> Analysis:
    """Assess every input.

    Parameters
    ----------
    settings : Settings, optional
        Codebook and model; the shipped ones when left out.
    jobs : int
        Worker processes; 1 works in this one.
    progress : callable
        Called with each outcome as it comes, in order.
    """
    analysis = Analysis()
    for outcome in _outcomes(inputs, settings or Settings(), jobs):
        progress(outcome)
        analysis.outcomes.append(outcome)
    _make_unique(analysis)
    return analysis


def _outcomes(inputs: Sequence[Input], settings: Settings, jobs: int) -> Iterator[Outcome]:
    # Standard input is this process's alone.
    if jobs <= 1 or len(inputs) < 2 or any(item.source == STDIN for item in inputs):
        worker = Worker(settings.assessor())
        yield from map(worker, inputs)
        return
    # «spawn» keeps the PDF library's state out of the workers.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(inputs)), context, _start_worker, (settings,)) as pool:
        yield from pool.map(_work, inputs, chunksize=max(1, len(inputs) // (jobs * 8)))


class Worker:
    """Reads and assesses one input after another; built once per process."""

    def __init__(self, assessor: Assessor) -> None:
        self._assessor = assessor

    def __call__(self, item: Input) -> Outcome:
        """Assess one input; whatever goes wrong becomes a rejection."""
        digest = _digest(item.path)
        try:
            fiches = self._fiches(item)
            done = tuple(self._assessor.assess(fiche) for fiche in fiches)
            return Outcome(item.source, done, None, digest or fiches[0].sha256)
        except FicheError as error:
            rejected = Rejected(item.source, str(error.reason), error.detail)
        except Exception as error:  # a defect must not lose the other files
            detail = f"unexpected {type(error).__name__} in {_place(error)}; please report it"
            rejected = Rejected(item.source, str(Rejection.INTERNAL), detail)
        return Outcome(item.source, (), rejected, digest)

    def _fiches(self, item: Input) -> list[Fiche]:
        codebook = self._assessor.codebook
        read: Document | ObservationTable
        if item.source == STDIN:
            import sys

            read = read_bytes(sys.stdin.buffer.read(), ".txt", STDIN, "stdin")
        else:
            read = read_source(item.path, item.source)
        if isinstance(read, ObservationTable):
            return fiches_of_table(read, codebook)
        return parse_document(read, codebook)


_WORKER: dict[str, Worker] = {}


def _start_worker(settings: Settings) -> None:
    _WORKER["one"] = Worker(settings.assessor())


def _work(item: Input) -> Outcome:
    return _WORKER["one"](item)


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    except OSError:
        return ""


def _place(error: BaseException) -> str:
    """Return module and line of an error, without any of its data."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "unknown place"
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"


def _make_unique(analysis: Analysis) -> None:
    """Number fiches that bear the same id, in order of their source, and say so."""
    counts = Counter(a.fiche.fiche_id for a in analysis.assessments)
    taken = {name for name, count in counts.items() if count == 1}
    seen: Counter[str] = Counter()
    for number, outcome in enumerate(analysis.outcomes):
        renamed = []
        for assessment in outcome.assessments:
            name = assessment.fiche.fiche_id
            if counts[name] > 1:
                seen[name] += 1
                new = name
                while seen[name] > 1 and (new := f"{name}-{seen[name]}") in taken:
                    seen[name] += 1
                taken.add(new)
                warning = f"fiche id {name!r} occurs {counts[name]} times in this run"
                warnings = (*assessment.fiche.warnings, warning)
                fiche = replace(assessment.fiche, fiche_id=new, warnings=warnings)
                assessment = replace(assessment, fiche=fiche)
            renamed.append(assessment)
        analysis.outcomes[number] = replace(outcome, assessments=tuple(renamed))
