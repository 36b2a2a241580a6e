"""The parent's side: worker processes that are killed at their limits, and replaced.

Processes are forked from a server that has the libraries imported («forkserver») and is
forked itself from nothing of the parent's; where there is no fork they are spawned.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess

from assessor.errors import Rejection, RunError
from assessor.runs.engine import Engine, Failure, Task
from assessor.runs.limits import Limits
from assessor.runs.worker_process import (
    ALIVE,
    ANSWER,
    EXHAUSTED,
    FAILED,
    READY,
    Work,
    serve,
)

START = 300.0  # seconds that a worker may take to load the model
MOST = 8  # jobs when none are given: each holds a model
LONGEST_TEMPORARY = 70  # characters: a socket's path has at most 107 on Linux


@dataclass(eq=False)
class _Worker:
    """A process, the task it has in hand and the moment by which it must be heard of."""

    process: BaseProcess
    connection: Connection
    deadline: float
    task: Task | None = None
    ready: bool = False
    used: bool = False

    def kill(self) -> int | None:
        """End the process and return its exit status; negative for a signal."""
        self.process.join(0.2)  # one that ended by itself says how
        self.process.kill()
        self.process.join()
        self.connection.close()
        return self.process.exitcode


@dataclass(eq=False)
class Workers(Engine):
    """A pool of worker processes.

    A task whose worker ends is retried once in a fresh process, unless it had one: the failure
    may be due to an earlier task in the same process.

    Parameters
    ----------
    factory : callable
        Builds the work, in each worker; picklable.
    """

    factory: Callable[[], Work]
    limits: Limits
    jobs: int
    _idle: list[_Worker] = field(default_factory=list)
    _busy: list[_Worker] = field(default_factory=list)
    _again: list[Task] = field(default_factory=list)

    def close(self) -> None:
        """Kill the processes."""
        for worker in (*self._idle, *self._busy):
            worker.process.kill()
            worker.kill()

    def answers(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, bytes | Failure]]:
        """Do every task; yield each as it is done, with its answer or why there is none.

        Raises
        ------
        RunError
            If a worker cannot start.
        """
        waiting = iter(tasks)
        while self._feed(waiting):
            heard = wait([worker.connection for worker in self._busy], self._patience())
            for worker in [w for w in self._busy if w.connection in heard]:
                yield from self._hear(worker)
            for worker in [w for w in self._busy if w.deadline < time.monotonic()]:
                yield self._overdue(worker)

    def _feed(self, waiting: Iterator[Task]) -> bool:
        """Give every worker a task, starting those that are missing; False when all is done."""
        while len(self._busy) < self.jobs and (task := self._next(waiting)) is not None:
            worker = self._worker_for(task)
            worker.task, worker.used = task, worker.ready
            self._busy.append(worker)
            if worker.ready:
                self._send(worker)
        return bool(self._busy)

    def _send(self, worker: _Worker) -> None:
        worker.deadline = time.monotonic() + self.limits.seconds
        if worker.task is not None:
            with suppress(OSError):  # it died while it had nothing to do: that is heard next
                worker.connection.send_bytes(worker.task.content)

    def _next(self, waiting: Iterator[Task]) -> Task | None:
        return self._again.pop() if self._again else next(waiting, None)

    def _worker_for(self, task: Task) -> _Worker:
        worker = self._idle.pop() if self._idle else None
        if worker is not None and task.fresh:
            worker.process.kill()
            worker.kill()
            worker = None
        return worker or self._start()

    def _start(self) -> _Worker:
        context = _context()
        ours, theirs = context.Pipe()
        process = context.Process(  # type: ignore[attr-defined]
            target=serve, args=(theirs, self.factory, self.limits), daemon=True
        )
        process.start()
        theirs.close()
        return _Worker(process, ours, time.monotonic() + START)

    def _patience(self) -> float:
        return max(0.0, min(worker.deadline for worker in self._busy) - time.monotonic())

    def _hear(self, worker: _Worker) -> Iterator[tuple[Task, bytes | Failure]]:
        try:
            message = worker.connection.recv_bytes()
        except (EOFError, OSError):
            yield from self._dead(worker)
            return
        kind, content = message[:1], message[1:]
        if kind == FAILED:
            raise RunError(content.decode(errors="replace"))
        if kind == READY:
            worker.ready = True
            self._send(worker)
        elif kind == ALIVE:
            worker.deadline = time.monotonic() + self.limits.seconds
        elif kind == EXHAUSTED:
            self._retire(worker)
            detail = "reading it takes more memory than --max-memory allows"
            yield from self._failed(worker, Failure(Rejection.MEMORY, detail))
        elif kind == ANSWER:
            self._busy.remove(worker)
            self._idle.append(worker)
            yield _task_of(worker), content

    def _dead(self, worker: _Worker) -> Iterator[tuple[Task, Failure]]:
        status = self._retire(worker)
        if not worker.ready:
            raise RunError(f"a worker process could not start (status {status})")
        detail = (
            f"reading it ended its process ({_ending(status)}); perhaps it is damaged, "
            "or needs more memory than --max-memory allows"
        )
        yield from self._failed(worker, Failure(Rejection.CRASHED, detail))

    def _failed(self, worker: _Worker, failure: Failure) -> Iterator[tuple[Task, Failure]]:
        task = _task_of(worker)
        if worker.used:
            self._again.append(replace(task, fresh=True))
        else:
            yield task, failure

    def _overdue(self, worker: _Worker) -> tuple[Task, Failure]:
        worker.process.kill()
        self._retire(worker)
        if not worker.ready:
            raise RunError(f"a worker process did not start within {START:.0f} seconds")
        detail = f"not finished within {self.limits.seconds:g} seconds; --timeout gives it more"
        return _task_of(worker), Failure(Rejection.TIMEOUT, detail)

    def _retire(self, worker: _Worker) -> int | None:
        self._busy.remove(worker)
        return worker.kill()


def default_jobs() -> int:
    """Return the number of cores that this process may use, at most `MOST`."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(usable or 1, MOST))


def _context() -> BaseContext:
    # The server listens on a socket in the temporary folder, and a socket's path is short.
    fits = len(tempfile.gettempdir()) <= LONGEST_TEMPORARY
    if "forkserver" not in multiprocessing.get_all_start_methods() or not fits:
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["assessor.runs.preload"])
    return context


def _task_of(worker: _Worker) -> Task:
    task, worker.task = worker.task, None
    if task is None:
        raise RunError("a worker answered without a task")
    return task


def _ending(status: int | None) -> str:
    if status is not None and status < 0:
        try:
            return signal.Signals(-status).name
        except ValueError:
            return f"signal {-status}"
    return f"status {status}"
