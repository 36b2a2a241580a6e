"""How tasks are run: what worker processes of this machine and a Dask cluster have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Self, TypeAlias

from assessor.errors import Rejection
from assessor.runs.limits import Limits
from assessor.runs.worker_process import Work


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of work.

    Parameters
    ----------
    number : int
        For the parent.
    content : bytes
        For the worker; in no log, whoever prints a task.
    fresh : bool
        True where only a worker that has done nothing else may do it.
    """

    number: int
    content: bytes = field(repr=False)
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """A task that its worker did not survive."""

    reason: Rejection
    detail: str


class Engine(ABC):
    """Runs tasks; what it has started ends with its block."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @abstractmethod
    def close(self) -> None:
        """End what it has started."""

    @abstractmethod
    def answers(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, bytes | Failure]]:
        """Do every task, taking them as they can be done; yield each with its answer.

        Order is as it comes. Each task is answered once: by its work, or by why there is none.

        Raises
        ------
        RunError
            If there is nothing that could run tasks.
        """


MakeEngine: TypeAlias = Callable[[Callable[[], Work], Limits, int], Engine]
"""What builds the work, picklable; limits of a task; worker processes, at most → an engine."""
