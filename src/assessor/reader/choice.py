"""The reader of a model: its own, in the model's folder, or the shipped one."""

from __future__ import annotations

from pathlib import Path

from assessor.reader.reader import Reader, load_reader, reader_installed
from assessor.text_model import TextModel

OWN = "reader"  # folder of a model's own reader, beside its model.json


def own_reader(model: Path | None) -> Path | None:
    """Return the folder of a model's own reader; None where it uses the shipped one.

    The reader is not checked here: `load_reader` reports a damaged one.
    """
    own = model / OWN if model is not None else None
    return own if own is not None and own.exists() else None


def reader_of(model: TextModel | None) -> Reader | None:
    """Load the reader that a model was trained with; None without one, or without the extra.

    Raises
    ------
    ModelError
        If the reader is damaged or of another format.
    """
    if model is None or model.reader_digest is None:
        return None
    own = own_reader(model.folder)
    return load_reader(own) if reader_installed(own) else None
