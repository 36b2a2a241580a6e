"""Load the encoder and read sections with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from assessor.errors import ModelError
from assessor.evidence import Span
from assessor.reader.heads import HEADS, Floats, Heads
from assessor.reader.reading import Reading
from assessor.reader.tokens import windows

FORMAT = 2
ABOUT = "reader.json"
FILES = ("encoder.onnx", "tokenizer.json", "heads.npz")
WITHOUT = "or leave the reader out (--reader words)"
ABSENT = f"the reader needs onnxruntime and tokenizers: pip install 'assessor[reader]', {WITHOUT}"
DAMAGED = f"the reader is damaged; reinstall it or train it again, {WITHOUT}"


class Reader:
    """The encoder with its tokenizer and heads; each section is a batch of its own.

    Dynamic int8 quantisation takes its scales from the whole batch: with one text per batch the
    numbers do not depend on what else is analysed.

    Parameters
    ----------
    about : dict
        `reader.json`: name, digest, digest of the reader that it was fine-tuned from
        (``base``), names of codes, statuses and levels, and the writers or fiches that it was
        trained on.
    """

    def __init__(self, folder: Path, about: dict[str, Any], session: Any, tokenizer: Any) -> None:
        self.name: str = about["name"]
        self.sha256: str = about["sha256"]
        self.codes = tuple(about["codes"])
        self.statuses = tuple(about["statuses"])
        self.levels = tuple(about["levels"])
        self.base: str = about.get("base", "")
        self.folder = folder
        training = about["training"]
        self.writers = frozenset(training["writers"])
        self.fiches = frozenset(training.get("fiches", ()))
        self._session, self._tokenizer = session, tokenizer
        with np.load(folder / "heads.npz", allow_pickle=False) as archive:
            self._heads = Heads({name: archive[name].astype(np.float32) for name in HEADS})
        named = (len(self.levels), len(self.codes), len(self.statuses))
        if self._heads.sizes != named:
            raise ValueError(f"heads of sizes {self._heads.sizes}, names of {named}")

    def read(self, text: str, heading: str, sentences: Sequence[Span]) -> Reading:
        """Read a section's text under its dimension's heading."""
        parts = windows(text, heading, sentences, self._tokenizer)
        return Reading(
            tuple(sentences),
            self.codes,
            self.statuses,
            self._heads,
            np.concatenate([self._encode(part.ids) for part in parts]),
            np.array([start for part in parts for start, _ in part.spans]),
            np.array([end for part in parts for _, end in part.spans]),
            np.array([place for part in parts for place in part.sentences]),
        )

    def learnt_from(self, writer: str, fiche: str) -> bool:
        """Say whether it was trained on this writer's texts or on this fiche."""
        return writer in self.writers or fiche in self.fiches

    def _encode(self, ids: Sequence[int]) -> Floats:
        (out,) = self._session.run(None, {"ids": np.array([ids], dtype=np.int64)})
        # Rounded, so that the last bit of a sum never shows in a table.
        tokens: Floats = np.round(out[0], 5)
        return tokens


def reader_installed(folder: Path | None = None) -> bool:
    """Say whether the extra is installed and, where no folder is given, a reader is shipped."""
    needed = all(find_spec(name) is not None for name in ("onnxruntime", "tokenizers"))
    return needed and (folder is not None or (_shipped_folder() / ABOUT).is_file())


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
    with resources.as_file(_shipped_folder()) as folder:
        return _load(folder)


def _shipped_folder() -> Traversable:
    return resources.files("assessor") / "models" / "es-reader"


def _load(folder: Path) -> Reader:
    try:
        import onnxruntime
        from threadpoolctl import threadpool_limits
        from tokenizers import Tokenizer
    except ImportError as error:
        raise ModelError(ABSENT) from error
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        if about["format"] != FORMAT:
            raise ModelError(
                f"{folder}: reader of format {about['format']!r}; this version reads {FORMAT}: "
                f"reinstall it, {WITHOUT}"
            )
        if digest_of(folder, about) != about["sha256"]:
            raise ModelError(f"{folder}: {DAMAGED}")
        # Small matrices lose more to threads that wait than they gain, and sums keep one order.
        threadpool_limits(limits=1, user_api="blas")
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        return Reader(folder, about, _session(onnxruntime, folder / "encoder.onnx"), tokenizer)
    except FileNotFoundError as error:
        missing = Path(error.filename).name
        raise ModelError(
            f"{folder}: no reader ({missing} is missing); reinstall it, {WITHOUT}"
        ) from error
    except ModelError:
        raise
    except Exception as error:  # onnxruntime and tokenizers raise what has no class in common
        raise ModelError(f"{folder}: {DAMAGED}") from error


def _session(onnxruntime: Any, path: Path) -> Any:
    options = onnxruntime.SessionOptions()
    # One thread: processes share the cores, and sums come out in one order.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def digest_of(folder: Path, about: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a reader's files and of `reader.json` without its digest."""
    told = {name: value for name, value in about.items() if name != "sha256"}
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode())
    for name in FILES:
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()
