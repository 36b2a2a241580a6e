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
from assessor.runs.settings import ModelCard
from assessor.runs.versions import libraries


def about_run(
    codebook: Codebook, options: Mapping[str, Any], model: ModelCard | None = None
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
    """How many inputs became what, and each input's hash."""

    discovered: int = 0
    fiches: int = 0
    by_reason: Counter[str] = field(default_factory=Counter)
    inputs: list[tuple[str, str, int]] = field(default_factory=list)  # source, hash, fiches

    def add(self, head: Head) -> None:
        """Count one input."""
        self.discovered += 1
        self.fiches += len(head.fiche_ids)
        if head.rejected is not None:
            self.by_reason[head.rejected.reason] += 1
        self.inputs.append((head.source, head.sha256, len(head.fiche_ids)))

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


def manifest_parts(about: Mapping[str, Any], counts: Counts) -> Iterator[bytes]:
    """Yield `run.json` piece by piece, an input a line: there may be tens of thousands."""
    head = json.dumps({**about, "counts": counts.record()}, ensure_ascii=False, indent=2)
    yield head.removesuffix("\n}").encode() + b',\n  "inputs": ['
    for number, (source, digest, fiches) in enumerate(counts.inputs):
        row = json.dumps({"source": source, "sha256": digest, "fiches": fiches}, ensure_ascii=False)
        yield f"{',' if number else ''}\n    {row}".encode()
    yield b"\n  ]\n}\n"


def _model(model: ModelCard | None) -> dict[str, Any]:
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
