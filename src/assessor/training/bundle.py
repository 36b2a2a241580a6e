"""Writing a model folder: JSON and plain arrays, never a pickle."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assessor import __version__
from assessor.codebook.schema import Codebook
from assessor.errors import ModelError
from assessor.labels.tables import LabelledObservation
from assessor.reader.choice import OWN
from assessor.reader.reader import ABOUT, FILES
from assessor.runs.replacement import replacing_folder
from assessor.text_model import FORMAT
from assessor.training.card import card
from assessor.training.fit import Fitted
from assessor.training.joining import Joined


def write_model(
    target: Path,
    fitted: Fitted,
    labels: Sequence[LabelledObservation],
    codebook: Codebook,
    measured: Mapping[str, Any] | None = None,
    reader: Path | None = None,
) -> None:
    """Write a model folder: the old one stands until the new one is whole in its place.

    Parameters
    ----------
    measured : mapping, optional
        What was measured on writers that it did not see, for its card: ``test``, ``curve``,
        ``fine_tuned``.
    reader : Path, optional
        Folder of the reader that the model was joined with, where that is its own: it goes
        with the model.

    Raises
    ------
    ModelError
        If it cannot be written; an old model then stays as it was.
    """
    check_model_target(target)
    about = _about(fitted, labels, codebook) | dict(measured or {})
    arrays = {
        f"{name}.{key}": getattr(part, key).astype(np.float16 if key == "weights" else np.float32)
        for name, part in sorted(fitted.parts.items())
        for key in ("idf", "weights", "intercept")
    }
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)
    words = {name: part.vocabulary for name, part in sorted(fitted.parts.items())}
    try:
        with replacing_folder(target) as fresh:
            (fresh / "model.json").write_text(_json(about), encoding="utf-8")
            (fresh / "vocabulary.json").write_text(
                json.dumps(words, ensure_ascii=False, indent=0), encoding="utf-8"
            )
            (fresh / "weights.npz").write_bytes(packed.getvalue())
            (fresh / "README.md").write_text(card(about), encoding="utf-8")
            if reader is not None and fitted.joined is not None:
                _copy_reader(reader, fresh / OWN)
    except OSError as error:
        raise ModelError(f"{target}: cannot be written ({error.strerror})") from error


def _copy_reader(source: Path, target: Path) -> None:
    target.mkdir(mode=0o755)
    for name in (ABOUT, *FILES):
        shutil.copyfile(source / name, target / name)


def check_model_target(target: Path) -> None:
    """Refuse a place that holds something else than a model: nothing of a user's is lost.

    Raises
    ------
    ModelError
        If so.
    """
    taken = target.is_dir() and any(target.iterdir()) and not (target / "model.json").exists()
    if taken or (target.exists() and not target.is_dir()):
        raise ModelError(f"{target}: holds something else than a model; name another folder")


def _about(
    fitted: Fitted, labels: Sequence[LabelledObservation], codebook: Codebook
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "assessor": __version__,
        "base": fitted.base,
        "codebook": {"id": codebook.id, "sha256": codebook.sha256},
        "dimensions": sorted(fitted.dimensions),
        "outputs": {name: list(part.outputs) for name, part in sorted(fitted.parts.items())},
        **_numbers(fitted),
        "with_reader": _with_reader(fitted.joined),
        "training": {
            "observations": len(labels),
            "fiches": len({x.fiche_id for x in labels}),
            "writers": len({x.writer for x in labels}),
            "issues": sum(len(x.issues) for x in labels),
            "sha256": _digest(labels),
        },
    }


def _numbers(fitted: Fitted | Joined) -> dict[str, Any]:
    limit = fitted.limit
    review = {"alpha": limit.alpha, "groups": limit.groups, "flagged": round(limit.flagged, 4)}
    return {
        "options": {name: round(v, 4) for name, v in sorted(fitted.options.items())},
        "rating": fitted.combination.as_json(),
        "review": review,
        "scores": {name: round(float(v), 4) for name, v in sorted(fitted.scores.items())},
    }


def _with_reader(joined: Joined | None) -> dict[str, Any] | None:
    if joined is None:
        return None
    return {"name": joined.reader, "sha256": joined.sha256, **_numbers(joined)}


def _digest(labels: Sequence[LabelledObservation]) -> str:
    digest = hashlib.sha256()
    for x in sorted(labels, key=lambda x: (x.fiche_id, x.dimension, x.annotator)):
        issues = sorted((i.code, i.status, i.evidence) for i in x.issues)
        digest.update(repr((x.fiche_id, x.dimension, x.text, x.rating, issues)).encode())
    return digest.hexdigest()


def _json(about: dict[str, Any]) -> str:
    return json.dumps(about, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
