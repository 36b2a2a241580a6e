"""What an analysis is made with: small, and picklable for worker processes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from assessor import __version__
from assessor.assess import Assessor, assessor_for
from assessor.codebook.load import load_codebook
from assessor.errors import ModelError
from assessor.reader.choice import own_reader
from assessor.reader.reader import reader_installed
from assessor.runs.versions import libraries
from assessor.text_model import SHIPPED, TextModel, load_model, shipped_model

READERS = ("default", "words", "none")


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What a model says of itself: its name and `model.json`."""

    name: str
    about: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """Codebook and model of an analysis.

    Parameters
    ----------
    codebook, model : Path, optional
        The shipped ones where None.
    reader : str
        ``default`` uses a trained model with the Spanish reader; ``words`` leaves the reader
        out; ``none`` judges by wording and lexicon alone.
    """

    codebook: Path | None = None
    model: Path | None = None
    reader: str = "default"

    def absolute(self) -> Settings:
        """Return the same with paths that hold in any working directory."""
        codebook = self.codebook.absolute() if self.codebook else None
        model = self.model.absolute() if self.model else None
        return Settings(codebook, model, self.reader)

    def text_model(self) -> TextModel | None:
        """Load the model, None where none is wanted or shipped.

        Raises
        ------
        ModelError
            If the model cannot be used with the codebook.
        """
        self._check()
        if self.reader == "none":
            return None
        return load_model(self.model) if self.model else shipped_model()

    def assessor(self) -> Assessor:
        """Build the assessor: once per process."""
        parses = self.reader != "none"
        return assessor_for(load_codebook(self.codebook), self.text_model(), self.reads, parses)

    @property
    def reads(self) -> bool:
        """Whether the Spanish reader is wanted and what it needs is installed."""
        return self.reader == "default" and reader_installed(own_reader(self.model))

    def model_info(self) -> ModelInfo | None:
        """Read what the model says of itself, without loading it.

        Raises
        ------
        ModelError
            If a folder was named and holds no model.
        """
        self._check()
        if self.reader == "none":
            return None
        folder = self.model or _package() / "models" / SHIPPED
        try:
            about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            if self.model is None:
                return None
            raise ModelError(f"{folder}: not a model folder, or a damaged one") from error
        return ModelInfo(folder.name, about)

    def fingerprint(self) -> dict[str, Any]:
        """Return what influences results beside the input: hashes of codebook, model and code."""
        return {
            "assessor": __version__,
            "code": _code(),
            "libraries": libraries(),
            "codebook": load_codebook(self.codebook).sha256,
            "model": None if self.reader == "none" else _hash_of(self._model_files()),
            "reader": self.reader,
            "reads": self.reads,
        }

    def _model_files(self) -> Iterable[Path]:
        return (path for path in (self.model or _package() / "models").rglob("*"))

    def _check(self) -> None:
        if self.reader not in READERS:
            raise ModelError(f"reader {self.reader!r}; one of {', '.join(READERS)}")


@cache
def _code() -> str:
    """Hash this package's code as it was when the process first asked."""
    return _hash_of(_package().rglob("*.py"))


def _package() -> Path:
    return Path(str(resources.files("assessor")))


def _hash_of(paths: Iterable[Path]) -> str:
    """Hash files by their names and bytes, whatever their order."""
    total = hashlib.sha256()
    for path in sorted(path for path in paths if path.is_file()):
        total.update(f"{path.name}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
