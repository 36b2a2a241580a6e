"""The work of a worker process: one input → its sealed result."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from assessor.documents.discover import Input
from assessor.errors import RunError
from assessor.runs.result import result_of, seal
from assessor.runs.settings import Settings
from assessor.runs.source import Worker
from assessor.runs.worker_process import Work


def encode(item: Input, data: bytes) -> bytes:
    """Return an input as a message: a line of JSON, then its bytes.

    The parent reads files: what is hashed is what is assessed, and a worker needs none.
    """
    return json.dumps([item.source, item.place]).encode() + b"\n" + data


def decode(message: bytes) -> tuple[Input, bytes]:
    """Return what `encode` was given."""
    line, _, data = message.partition(b"\n")
    source, path = json.loads(line)
    return Input(source, path), data


@dataclass(frozen=True, slots=True)
class Assess:
    """Builds the work of assessing inputs; picklable.

    Parameters
    ----------
    fingerprint : mapping
        `settings.fingerprint()` when the run began: a worker that starts late, or on a machine with
        other versions, refuses to mix.
    """

    settings: Settings
    fingerprint: Mapping[str, Any]

    def __call__(self) -> Work:
        """Load codebook and model.

        Raises
        ------
        RunError
            If they, or code and libraries, are not those of the run's beginning.
        """
        assessor = self.settings.assessor()
        now = self.settings.fingerprint()
        other = [name for name in self.fingerprint if now[name] != self.fingerprint[name]]
        if other:
            raise RunError(
                f"a worker does not have the {', '.join(other)} that the run began with; install "
                "the same on all machines and run 'analyze' again"
            )
        worker = Worker(assessor)

        def work(message: bytes, alive: Callable[[], None]) -> bytes:
            item, data = decode(message)
            return seal(result_of(worker(item, data, alive), assessor.codebook))

        return work
