"""Versions of the libraries that influence results."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from assessor.language import TRAINED

LIBRARIES = (
    "spacy", *TRAINED, "pypdfium2", "python-docx", "openpyxl", "pandas", "scikit-learn",
    "onnxruntime", "tokenizers",
)  # fmt: skip


def libraries() -> dict[str, str | None]:
    """Return the versions of the libraries that bear on results."""
    return {name: _version(name) for name in LIBRARIES}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
