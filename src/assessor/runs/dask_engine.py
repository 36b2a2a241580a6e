"""Tasks on a Dask cluster: one of this machine's own, or the one at an address.

A Dask worker does not assess. It keeps processes that do (`Workers`), so that what a file may
do to its process, and what is then done about it, is the same on any engine: limits hold, a
file that ends its process is set aside with the same words. What a Dask worker dies of is
its machine; Dask then hands its tasks to others.
"""

from __future__ import annotations

import logging
import multiprocessing
from asyncio import CancelledError
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias
from uuid import uuid4

from assessor.errors import AssessorError, Rejection, RunError
from assessor.runs.engine import Engine, Failure, MakeEngine, Task
from assessor.runs.limits import MIB, Limits
from assessor.runs.source import place_of
from assessor.runs.worker_process import Work
from assessor.runs.workers import START, Workers

try:
    import dask
    from distributed import Client, KilledWorker, LocalCluster, WorkerPlugin, get_worker
    from distributed.security import Security
except ImportError as error:
    raise RunError("--engine dask needs Dask: pip install 'assessor[scale]'") from error

IN_HAND = 1000  # tasks the cluster has at a time, so that hundreds of workers never wait
BYTES_IN_HAND = 256 * MIB  # of inputs: the scheduler holds them until they are done
LOST = "the machines that read it were lost, each time, also when it was read alone (KilledWorker)"
LOOPBACK = "127.0.0.1"
OWN_CLUSTER = {
    "distributed.scheduler.allowed-failures": 1,
    "distributed.scheduler.worker-saturation": 1.0,  # a worker that dies takes one task along
    # A nanny gives a worker up that dies while it starts: with none left, no task waits for ever.
    "distributed.scheduler.no-workers-timeout": "120s",
    # Dask's servers of pages and figures cannot be left out: these have nothing to show.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.comm.timeouts.connect": "5s",  # so long it knocks at a worker that is gone
    "logging": {"distributed": "critical"},  # what happens is told in rejected.csv, or raised
}

Done: TypeAlias = SimpleQueue[tuple[str, Any]]
"""Key of a task, and its result or why there is none."""


def on_dask(scheduler: str | None = None) -> MakeEngine:
    """Return what makes a Dask engine.

    Parameters
    ----------
    scheduler : str, optional
        Address of a cluster's scheduler; without it a cluster is started on this machine,
        which nothing outside it can reach.
    """
    return partial(DaskEngine, scheduler=scheduler)


@dataclass(frozen=True, slots=True)
class Unfit:
    """A Dask worker that cannot do any task, and why."""

    why: str


class Pools(WorkerPlugin):  # type: ignore[misc]  # distributed has no types
    """Lives in each Dask worker: a process that assesses per thread, started when first needed.

    Parameters
    ----------
    name : str
        Of this run's work, as clusters serve several.
    """

    def __init__(self, name: str, factory: Callable[[], Work], limits: Limits) -> None:
        self.name = name
        self._new = partial(Workers, factory, limits, 1)
        self._free: list[Workers] = []

    def setup(self, worker: Any) -> None:
        """Let this process have children: Dask's nannies start it as one that may not."""
        multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]

    def teardown(self, worker: Any) -> None:
        """End the processes."""
        while self._free:
            self._free.pop().close()

    def do(self, task: Task) -> bytes | Failure | Unfit:
        """Do one task; nothing is raised, as Dask would log what it was about."""
        try:
            pool = self._free.pop()
        except IndexError:
            pool = self._new()
        with ExitStack() as stack:
            stack.callback(pool.close)
            try:
                [(_, answer)] = pool.answers([task])
            except AssessorError as error:
                return Unfit(str(error))
            except Exception as error:
                return Unfit(f"unexpected {type(error).__name__} in {place_of(error)}")
            stack.pop_all()
            self._free.append(pool)
        return answer


def do(name: str, task: Task) -> bytes | Failure | Unfit:
    """Do a task where a Dask worker runs this."""
    pools: Pools = get_worker().plugins[name]
    return pools.do(task)


class DaskEngine(Engine):
    """Runs tasks on a Dask cluster.

    A task lost with its worker is done by another one; when as many have been lost as the
    cluster allows, it is done once more, alone, and set aside if it is lost again: what was
    merely waiting beside it is not.

    Parameters
    ----------
    jobs : int
        Worker processes of an own cluster.
    scheduler : str, optional
        Address of another one.
    """

    def __init__(
        self,
        factory: Callable[[], Work],
        limits: Limits,
        jobs: int,
        *,
        scheduler: str | None = None,
    ) -> None:
        self._name = f"assessor-{uuid4().hex}"
        self._plugin = Pools(self._name, factory, limits)
        self._jobs = jobs
        self._scheduler = scheduler
        self._stack = ExitStack()

    def close(self) -> None:
        """Leave the cluster; end an own one."""
        self._stack.close()

    def answers(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, bytes | Failure]]:
        """Do every task; yield each as it is done, with its answer or why there is none.

        Raises
        ------
        RunError
            If there is no such cluster, it is lost, or its workers cannot do the work.
        """
        waiting = iter(tasks)
        first = next(waiting, None)
        if first is None:  # all was done before: no cluster is needed
            return
        client = self._client()
        suspects: list[Task] = []
        for task, answer in self._spread(client, chain([first], waiting)):
            if answer is None:
                suspects.append(task)
            else:
                yield task, answer
        for suspect in suspects:
            for task, answer in self._spread(client, iter([suspect])):
                yield task, answer or Failure(Rejection.CRASHED, LOST)

    def _spread(
        self, client: Client, waiting: Iterator[Task]
    ) -> Iterator[tuple[Task, bytes | Failure | None]]:
        """Keep the cluster busy."""
        in_hand: dict[str, Task] = {}
        done: Done = SimpleQueue()
        size = 0
        while True:
            while len(in_hand) < IN_HAND and size < BYTES_IN_HAND:
                task = next(waiting, None)
                if task is None:
                    break
                future = self._submit(client, task)
                in_hand[future.key] = task
                size += len(task.content)
                client.loop.add_callback(_watch, future, done)
            if not in_hand:
                return
            key, outcome = done.get()
            task = in_hand.pop(key)
            size -= len(task.content)
            yield task, _answer(outcome)

    def _submit(self, client: Client, task: Task) -> Any:
        # A key is logged: it tells nothing of the input.
        key = f"{self._name}-{task.number}-{uuid4().hex[:8]}"
        return client.submit(do, self._name, task, key=key, pure=False)

    def _client(self) -> Client:
        """Connect, and hand every worker, also those to come, what it needs."""
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        where = f"--scheduler {self._scheduler}" if self._scheduler else "a cluster of its own"
        try:
            address = self._scheduler or self._stack.enter_context(own_cluster(self._jobs))
            client = self._stack.enter_context(Client(address, set_as_default=False))
            client.wait_for_workers(1, timeout=START)
            client.register_plugin(self._plugin, self._name)
        except Exception as error:
            raise RunError(
                f"{where}: no Dask cluster that can do this ({type(error).__name__}); its workers "
                "need the same version of assessor installed"
            ) from error
        self._stack.callback(self._forget, client)
        return client

    def _forget(self, client: Client) -> None:
        with suppress(Exception):  # a cluster that is gone has nothing to forget
            client.unregister_worker_plugin(self._name)


@contextmanager
def own_cluster(jobs: int) -> Iterator[LocalCluster]:
    """Start workers that only this machine can talk to, and only with the run's own key."""
    with (
        TemporaryDirectory(prefix="assessor-dask-") as scratch,
        dask.config.set(OWN_CLUSTER),
        LocalCluster(
            n_workers=jobs, threads_per_worker=1, host=LOOPBACK,
            security=Security.temporary(), dashboard_address=None, worker_dashboard_address=None,
            scheduler_kwargs={"dashboard_address": f"{LOOPBACK}:0"},  # None: port 8787, if free
            local_directory=scratch, memory_limit=None, silence_logs=logging.CRITICAL,
        ) as cluster,
    ):  # fmt: skip
        yield cluster


async def _watch(future: Any, done: Done) -> None:
    """Queue what becomes of a task.

    Each task is waited for by itself: Dask may knock for a while at a worker that is gone for
    what it had finished, and what others have finished comes in meanwhile.
    """
    try:
        outcome = await future
    except (Exception, CancelledError) as error:
        outcome = error
    done.put((future.key, outcome))


def _answer(outcome: Any) -> bytes | Failure | None:
    """Return a task's answer, None where its workers were lost."""
    if isinstance(outcome, KilledWorker):
        return None
    if isinstance(outcome, BaseException):  # not raised from it: it may hold what it was about
        raise RunError(
            f"the Dask cluster gave a task back ({type(outcome).__name__}); run 'analyze' "
            "again and it continues from what is finished"
        )
    if isinstance(outcome, Unfit):
        raise RunError(outcome.why)
    answer: bytes | Failure = outcome
    return answer
