"""What an analysis is made with: small, and picklable for worker processes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assessor.assess import Assessor
from assessor.codebook.load import load_codebook
from assessor.errors import ModelError
from assessor.text_model import TextModel, load_model, shipped_model

READERS = ("default", "none")


@dataclass(frozen=True, slots=True)
class Settings:
    """Codebook and model of an analysis.

    Parameters
    ----------
    codebook, model : Path, optional
        The shipped ones where None.
    reader : str
        ``default`` uses a trained model; ``none`` judges by wording and lexicon alone.
    """

    codebook: Path | None = None
    model: Path | None = None
    reader: str = "default"

    def text_model(self) -> TextModel | None:
        """Load the model, None where none is wanted or shipped.

        Raises
        ------
        ModelError
            If the model cannot be used with the codebook.
        """
        if self.reader not in READERS:
            raise ModelError(f"reader {self.reader!r}; one of {', '.join(READERS)}")
        if self.reader == "none":
            return None
        return load_model(self.model) if self.model else shipped_model()

    def assessor(self) -> Assessor:
        """Build the assessor: once per process."""
        return Assessor(load_codebook(self.codebook), self.text_model())
