"""Risk ratings and coded issues from Spanish assessment fiches of development programmes."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assessor.assess import Assessor
    from assessor.codebook.load import load_codebook
    from assessor.runs.analyze import analyze
    from assessor.runs.folder import read_run
    from assessor.text_model import load_model

__version__ = "0.1.0"
__all__ = ["Assessor", "analyze", "load_codebook", "load_model", "read_run"]

# Imported when first asked for, so that the command line starts without spaCy and NumPy.
_MODULES = {
    "Assessor": "assessor.assess",
    "analyze": "assessor.runs.analyze",
    "load_codebook": "assessor.codebook.load",
    "load_model": "assessor.text_model",
    "read_run": "assessor.runs.folder",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
