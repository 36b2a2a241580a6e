"""Which reader goes with a model: its own, in the model's folder, else the shipped one."""

from __future__ import annotations

from pathlib import Path

from assessor.reader.reader import Reader, load_reader, reader_installed
from assessor.text_model import TextModel

OWN = "reader"  # folder of a model's own reader, beside its model.json


def own_reader(model: Path | None) -> Path | None:
    """Return the folder of a model folder's own reader, None where the shipped one goes with it.

    Whether it is whole is for `load_reader` to say: a damaged one is told, never passed over.
    """
    own = model / OWN if model is not None else None
    return own if own is not None and own.exists() else None


def reader_of(model: TextModel | None) -> Reader | None:
    """Load the reader that a model weighs; None where it weighs none, or the extra is absent.

    Raises
    ------
    ModelError
        If the reader is damaged or of another format.
    """
    if model is None or model.reader_digest is None:
        return None
    own = own_reader(model.folder)
    return load_reader(own) if reader_installed(own) else None
