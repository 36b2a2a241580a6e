"""The worker's side: a process that does one task after another, for a parent that may kill it.

Messages are bytes, never pickles: what reads hostile files must not be able to make its
parent run code.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import TypeAlias

from assessor.errors import AssessorError
from assessor.runs.limits import Limits, forbid_traces, limit_memory, set_alarm

READY, FAILED, ALIVE, ANSWER, EXHAUSTED = b"R", b"F", b"L", b"A", b"M"

Work: TypeAlias = Callable[[bytes, Callable[[], None]], bytes]
"""Task and a function to call after each finished part of it → answer."""


def serve(connection: Connection, factory: Callable[[], Work], limits: Limits) -> None:
    """Build the work once, then answer tasks until the parent hangs up."""
    _cut_off()
    try:
        work = factory()
    except AssessorError as error:
        connection.send_bytes(FAILED + str(error).encode())
        return
    limit_memory(limits)

    def alive() -> None:
        set_alarm(limits)
        connection.send_bytes(ALIVE)

    connection.send_bytes(READY)
    try:
        while True:
            task = connection.recv_bytes()
            set_alarm(limits)
            connection.send_bytes(ANSWER + work(task, alive))
            set_alarm(None)
    except MemoryError:  # what the libraries hold on to now is unknown: end here
        connection.send_bytes(EXHAUSTED)
    except (EOFError, BrokenPipeError):  # the parent is gone
        return


def _cut_off() -> None:
    """Leave the terminal to the parent: libraries may print what they read, or a traceback."""
    forbid_traces()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
