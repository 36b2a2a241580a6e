"""`run.json`: what a run was made of and how many inputs became what."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from assessor import __version__
from assessor.codebook.schema import Codebook
from assessor.runs.analyze import Analysis
from assessor.text_model import TextModel

LIBRARIES = ("spacy", "pypdfium2", "python-docx", "openpyxl", "pandas", "scikit-learn")


def manifest_of(
    analysis: Analysis,
    codebook: Codebook,
    options: Mapping[str, Any],
    model: TextModel | None = None,
) -> dict[str, Any]:
    """Describe a run: the same inputs and options give the same manifest."""
    discovered = len(analysis.outcomes)
    rejected = analysis.rejected
    return {
        "assessor": __version__,
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in LIBRARIES},
        "codebook": {"id": codebook.id, "sha256": codebook.sha256},
        "model": _model(model),
        "options": dict(options),
        "counts": {
            "discovered": discovered,
            "assessed": discovered - len(rejected),
            "rejected": len(rejected),
            "rejected_by_reason": dict(sorted(Counter(r.reason for r in rejected).items())),
            "fiches": len(analysis.assessments),
        },
        "inputs": [
            {"source": o.source, "sha256": o.sha256, "fiches": len(o.assessments)}
            for o in analysis.outcomes
        ],
    }


def _model(model: TextModel | None) -> dict[str, Any]:
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


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
