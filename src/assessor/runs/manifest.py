"""`run.json`: what a run was made of and how many inputs became what."""

from __future__ import annotations

import json
import platform
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from assessor import __version__
from assessor.codebook.schema import Codebook
from assessor.runs.result import Head
from assessor.runs.settings import ModelInfo
from assessor.runs.versions import libraries


def about_run(
    codebook: Codebook, options: Mapping[str, Any], model: ModelInfo | None = None
) -> dict[str, Any]:
    """Say what a run is made with."""
    return {
        "assessor": __version__,
        "python": platform.python_version(),
        "libraries": libraries(),
        "codebook": {"id": codebook.id, "sha256": codebook.sha256},
        "model": _model(model),
        "options": dict(options),
    }


@dataclass
class Counts:
    """How many inputs became what."""

    discovered: int = 0
    fiches: int = 0
    by_reason: Counter[str] = field(default_factory=Counter)

    def add(self, head: Head) -> None:
        """Count one input."""
        self.discovered += 1
        self.fiches += len(head.fiche_ids)
        if head.rejected is not None:
            self.by_reason[head.rejected.reason] += 1

    @property
    def rejected(self) -> int:
        """Inputs set aside."""
        return self.by_reason.total()

    @property
    def assessed(self) -> int:
        """Inputs assessed."""
        return self.discovered - self.rejected

    def record(self) -> dict[str, Any]:
        """Return the counts as `run.json` holds them: discovered = assessed + rejected."""
        return {
            "discovered": self.discovered,
            "assessed": self.assessed,
            "rejected": self.rejected,
            "rejected_by_reason": dict(sorted(self.by_reason.items())),
            "fiches": self.fiches,
        }


def input_line(head: Head) -> bytes:
    """Return one input's line of `run.json`: as text it takes the least memory."""
    row = {"source": head.source, "sha256": head.sha256, "fiches": len(head.fiche_ids)}
    return f"\n    {json.dumps(row, ensure_ascii=False)},".encode()


def manifest_parts(
    about: Mapping[str, Any], counts: Counts, inputs: bytearray
) -> Iterator[bytes | bytearray]:
    """Yield `run.json` piece by piece; `inputs` holds the lines of `input_line`."""
    head = json.dumps({**about, "counts": counts.record()}, ensure_ascii=False, indent=2)
    yield head.removesuffix("\n}").encode() + b',\n  "inputs": ['
    yield inputs.removesuffix(b",")
    yield b"\n  ]\n}\n"


def _model(model: ModelInfo | None) -> dict[str, Any]:
    if model is None:
        return {"name": "lexicon", "trained": False}
    training = model.about["training"]
    return {
        "name": model.name,
        "trained": True,
        "training_sha256": training["sha256"],
        "observations": training["observations"],
        "writers": training["writers"],
    }
