"""A fitted model → a model folder that no reader has to trust: JSON and plain arrays."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assessor import __version__
from assessor.codebook.schema import Codebook
from assessor.errors import ModelError
from assessor.labels.tables import LabelledObservation
from assessor.text_model import FORMAT
from assessor.training.fit import Fitted


def write_model(
    target: Path, fitted: Fitted, labels: Sequence[LabelledObservation], codebook: Codebook
) -> None:
    """Write a model folder whole: beside its place first, then in one move.

    Raises
    ------
    ModelError
        If it cannot be written; an old model then stays as it was.
    """
    about = _about(fitted, labels, codebook)
    arrays = {
        f"{name}.{key}": getattr(part, key).astype(np.float16 if key == "weights" else np.float32)
        for name, part in sorted(fitted.parts.items())
        for key in ("idf", "weights", "intercept")
    }
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)
    words = {name: part.vocabulary for name, part in sorted(fitted.parts.items())}
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
        try:
            (fresh / "model.json").write_text(_json(about), encoding="utf-8")
            (fresh / "vocabulary.json").write_text(
                json.dumps(words, ensure_ascii=False, indent=0), encoding="utf-8"
            )
            (fresh / "weights.npz").write_bytes(packed.getvalue())
            (fresh / "README.md").write_text(_card(about), encoding="utf-8")
            fresh.chmod(0o755)
            _replace(fresh, target)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
    except OSError as error:
        raise ModelError(f"{target}: cannot be written ({error.strerror})") from error


def _replace(fresh: Path, target: Path) -> None:
    """Put a folder in another's place; the old one is whole until the new one stands."""
    if not target.exists():
        fresh.replace(target)
        return
    if not (target / "model.json").exists():
        raise ModelError(f"{target}: holds something else than a model; name another folder")
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    target.replace(old)
    try:
        fresh.replace(target)
    except OSError:
        old.replace(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _about(
    fitted: Fitted, labels: Sequence[LabelledObservation], codebook: Codebook
) -> dict[str, Any]:
    digest = hashlib.sha256()
    for x in sorted(labels, key=lambda x: (x.fiche_id, x.dimension, x.annotator)):
        issues = sorted((i.code, i.status, i.evidence) for i in x.issues)
        digest.update(repr((x.fiche_id, x.dimension, x.text, x.rating, issues)).encode())
    return {
        "format": FORMAT,
        "assessor": __version__,
        "codebook": {"id": codebook.id, "sha256": codebook.sha256},
        "dimensions": sorted({x.dimension for x in labels}),
        "outputs": {name: list(part.outputs) for name, part in sorted(fitted.parts.items())},
        "options": {name: round(v, 4) for name, v in sorted(fitted.options.items())},
        "scores": {name: round(float(v), 4) for name, v in sorted(fitted.scores.items())},
        "training": {
            "observations": len(labels),
            "fiches": len({x.fiche_id for x in labels}),
            "writers": len({x.writer for x in labels}),
            "issues": sum(len(x.issues) for x in labels),
            "sha256": digest.hexdigest(),
        },
    }


def _json(about: dict[str, Any]) -> str:
    return json.dumps(about, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _card(about: dict[str, Any]) -> str:
    """Return the model card: made by the command that made the model."""
    made, scores = about["training"], about["scores"]
    rows = "\n".join(f"| {name} | {value:.3f} |" for name, value in scores.items())
    return f"""# Model card

Linear models over the words of Spanish assessment fiches: one rates a section, one finds issues
in its sentences, one tells their status. Word beginnings and pairs of them, weighted by how rare
they are; logistic regression (scikit-learn). No text is kept but the vocabulary.

**Trained on** {made["observations"]:,} labelled observations of {made["fiches"]:,} fiches and
single observations by {made["writers"]} writers ({made["issues"]:,} issues); training data
`{made["sha256"][:12]}`, codebook `{about["codebook"]["id"]}` `{about["codebook"]["sha256"][:12]}`.

**For** a first reading of monitoring fiches of development programmes, in Spanish, that a person
then checks. **Not for** decisions about people or funds without a person's reading, other kinds
of text, or other languages. It reads words, not the world: irony, figures that contradict the
text and what is left unsaid escape it.

**Scores on folds by writer** (no writer on both sides; the test writers' scores are in the
project's README, by `make eval`):

| score | value |
| --- | --- |
{rows}
"""
