"""What one input may cost, and how a worker process is held to it."""

from __future__ import annotations

import signal
from dataclasses import dataclass

try:
    import resource
except ImportError:  # Windows: time is limited there, memory is not
    resource = None  # type: ignore[assignment]

MIB = 2**20
GRACE = 5.0  # seconds after which a worker ends itself, should nobody be left to end it


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one input.

    Parameters
    ----------
    seconds : float
        Longest time without a fiche finished: reading counts as the first fiche's.
    memory : int
        MiB of private memory that a worker process may take, model included.
    """

    seconds: float = 25.0
    memory: int = 1024


def limit_memory(limits: Limits) -> None:
    """Let the kernel refuse this process more memory, so that no moment is too late to look.

    RLIMIT_DATA counts what a process may write to; RLIMIT_AS would count mapped libraries
    and reserved addresses too, of which numerical libraries take gigabytes they never touch.
    Linux enforces it on all allocations; other systems on few or none.
    """
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_DATA, (limits.memory * MIB, limits.memory * MIB))


def forbid_traces() -> None:
    """Leave no core dump of a crash: it would hold the fiche's text."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def set_alarm(limits: Limits | None) -> None:
    """Have the kernel end this process some time after its limit; None calls it off.

    The parent ends a worker at its limit. This is for the worker whose parent was killed.
    """
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, limits.seconds + GRACE if limits else 0.0)
