"""Load the encoder and read sections with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assessor.errors import ModelError
from assessor.evidence import Span
from assessor.reader.heads import HEADS, Floats, Heads, Readings
from assessor.reader.tokens import Tokens, tokenized

FORMAT = 1
FILES = ("encoder.onnx", "tokenizer.json", "heads.npz")
ABSENT = "the reader needs onnxruntime and tokenizers: pip install 'assessor[reader]'"


@dataclass(frozen=True)
class SectionReading:
    """What the reader says of one section.

    Parameters
    ----------
    codes, statuses : tuple of str
        Names of the columns of `readings.issues` and of the last axis of `readings.statuses`.
    tokens : Tokens
        Places of the rows of `readings.attention`.
    embedding : array, shape (size,)
        Mean of the tokens, of length one.
    """

    codes: tuple[str, ...]
    statuses: tuple[str, ...]
    tokens: Tokens
    readings: Readings
    embedding: Floats


class Reader:
    """Reads one section at a time: a section is its own batch, so that nothing beside it counts.

    Dynamic int8 takes its scales from what shares a batch; one text a batch gives the same
    numbers whatever else is analysed.
    """

    def __init__(self, folder: Path, about: dict[str, Any], session: Any, tokenizer: Any) -> None:
        self.name: str = about["name"]
        self.sha256: str = about["sha256"]
        self.codes = tuple(about["codes"])
        self.statuses = tuple(about["statuses"])
        self.levels = tuple(about["levels"])
        self._session, self._tokenizer = session, tokenizer
        with np.load(folder / "heads.npz", allow_pickle=False) as archive:
            self._heads = Heads({name: archive[name].astype(np.float32) for name in HEADS})

    def read(self, text: str, heading: str, sentences: Sequence[Span]) -> SectionReading:
        """Read a section's text under its dimension's heading."""
        tokens = tokenized(text, heading, sentences, self._tokenizer)
        encoded = self._encode(tokens.ids)
        readings = self._heads.read(encoded, np.array(tokens.sentences), len(sentences))
        return SectionReading(self.codes, self.statuses, tokens, readings, _unit(encoded))

    def embed(self, text: str) -> Floats:
        """Return the vector of a text without a heading, shape (size,), of length one."""
        return _unit(self._encode(tokenized(text, "", (), self._tokenizer).ids))

    def _encode(self, ids: Sequence[int]) -> Floats:
        row = np.array([ids], dtype=np.int64)
        (out,) = self._session.run(None, {"ids": row, "mask": np.ones_like(row, dtype=bool)})
        tokens: Floats = out[0]
        return tokens


def _unit(tokens: NDArray[np.float32]) -> Floats:
    mean = tokens.mean(axis=0)
    vector: Floats = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return vector


def load_reader(folder: Path | None = None) -> Reader:
    """Load a reader's folder; the shipped one when no folder is given.

    Raises
    ------
    ModelError
        If the extra is not installed, or the folder is missing, damaged or of another format.
    """
    return _shipped() if folder is None else _load(folder)


@lru_cache(maxsize=1)
def _shipped() -> Reader:
    with resources.as_file(resources.files("assessor") / "models" / "es-reader") as folder:
        return _load(folder)


def _load(folder: Path) -> Reader:
    try:
        import onnxruntime
        from tokenizers import Tokenizer
    except ImportError as error:
        raise ModelError(ABSENT) from error
    try:
        about = json.loads((folder / "reader.json").read_text(encoding="utf-8"))
        if about["format"] != FORMAT:
            raise ModelError(f"{folder}: reader of format {about['format']}; {FORMAT} is read")
        if digest_of(folder) != about["sha256"]:
            raise ModelError(f"{folder}: the reader is damaged; reinstall it or train it anew")
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        return Reader(folder, about, _session(onnxruntime, folder / "encoder.onnx"), tokenizer)
    except FileNotFoundError as error:
        raise ModelError(f"{folder}: no reader ({Path(error.filename).name} is missing)") from error
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{folder}: the reader is damaged; reinstall it") from error


def _session(onnxruntime: Any, path: Path) -> Any:
    options = onnxruntime.SessionOptions()
    # One thread: processes share the cores, and sums come out in one order.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def digest_of(folder: Path) -> str:
    """Return the SHA-256 over a reader's files."""
    digest = hashlib.sha256()
    for name in FILES:
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()
