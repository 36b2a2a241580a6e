"""Workers whose files misbehave by their names; importable by worker processes."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assessor.assess import Assessment, Assessor
from assessor.codebook.load import shipped_codebook
from assessor.fiche.fiche import Fiche
from assessor.portfolio import Tables
from assessor.runs.result import Head, Result, result_of, seal
from assessor.runs.settings import Settings
from assessor.runs.source import Rejected, Worker
from assessor.runs.task import Assess, decode


def canned() -> Callable[[bytes, Callable[[], None]], bytes]:
    """Work that costs nothing: a fiche of one row, named by its source."""
    return _canned


def _canned(message: bytes, alive: Callable[[], None]) -> bytes:
    item, _ = decode(message)
    row = {"fiche_id": item.source, "value": 1, "warnings": []}
    tables = Tables([row], [row], [row], [row], [], [])
    return seal(Result(Head(item.source, "0", (item.source,)), (tables,)))


def chaotic() -> Callable[[bytes, Callable[[], None]], bytes]:
    """Work as it is, but for files that are named for what they do."""
    assessor = Settings(reader="none").assessor()
    worker = Worker(assessor)

    def work(message: bytes, alive: Callable[[], None]) -> bytes:
        item, data = decode(message)
        for name, misbehave in MISBEHAVIOUR.items():
            if name in item.source:
                try:
                    misbehave()
                except RecursionError:
                    rejected = Rejected(item.source, "internal", "too deep")
                    return seal(Result(Head(item.source, "", (), rejected)))
        return seal(result_of(worker(item, data, alive), assessor.codebook))

    return work


def cannot_start() -> Callable[[bytes, Callable[[], None]], bytes]:
    """A worker that dies before it has work."""
    os._exit(3)


def of_another_version() -> Callable[[bytes, Callable[[], None]], bytes]:
    """A worker on a machine with another version than the run began with."""
    settings = Settings(reader="none")
    return Assess(settings, settings.fingerprint() | {"assessor": "0"})()


def dies_when_used() -> Callable[[bytes, Callable[[], None]], bytes]:
    """Work that an earlier file has spoilt."""
    done: list[bytes] = []

    def work(message: bytes, alive: Callable[[], None]) -> bytes:
        if done:
            _kill()
        done.append(message)
        return _canned(message, alive)

    return work


def leaking() -> Callable[[bytes, Callable[[], None]], bytes]:
    """Work that fails with, prints and logs what it read."""

    class Leaking(Assessor):
        def assess(self, fiche: Fiche) -> Assessment:
            text = " ".join(fiche.sections.values())
            logging.getLogger("chaos").error(text)
            print(text, file=sys.stderr)
            raise ValueError(text)

    assessor = Leaking(shipped_codebook())
    worker = Worker(assessor)
    return lambda message, alive: seal(result_of(worker(*decode(message)), assessor.codebook))


@dataclass(frozen=True)
class Offline:
    """Builds work whose process has no network: whoever tries ends it."""

    factory: Callable[[], Callable[[bytes, Callable[[], None]], bytes]]

    def __call__(self) -> Callable[[bytes, Callable[[], None]], bytes]:
        """Cut the network, then build the work."""
        sys.addaudithook(_no_network)
        return self.factory()


def _no_network(event: str, _: tuple[object, ...]) -> None:
    if event in {"socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto"}:
        os._exit(7)


def slow() -> Callable[[bytes, Callable[[], None]], bytes]:
    """Work whose fiches each take some time."""
    assessor = Settings(reader="none").assessor()
    worker = Worker(assessor)

    def work(message: bytes, alive: Callable[[], None]) -> bytes:
        def slowly() -> None:
            time.sleep(0.2)
            alive()

        return seal(result_of(worker(*decode(message), slowly), assessor.codebook))

    return work


def _hog() -> None:
    kept = []
    while True:
        kept.append(bytearray(2**24))


def _deep(level: int = 0) -> int:
    return _deep(level + 1) + 1


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _lose() -> None:
    """End the process that started this one's server: on Dask, the cluster's worker."""
    os.kill(_parent_of(os.getppid()), signal.SIGKILL)
    time.sleep(3600)


def _parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def _crash() -> None:
    ctypes.string_at(0)


def _spin() -> None:
    while True:
        pass


MISBEHAVIOUR: dict[str, Callable[[], object]] = {
    "hog": _hog,
    "kill": _kill,
    "lose": _lose,
    "crash": _crash,
    "hang": lambda: time.sleep(3600),
    "spin": _spin,
    "deep": _deep,
}
