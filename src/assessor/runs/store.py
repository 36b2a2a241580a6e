"""Finished results, each kept at once: a run that was stopped goes on from them."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from assessor.documents.discover import RESULTS
from assessor.errors import RunError
from assessor.runs.files import remove_leftovers, write_bytes
from assessor.runs.result import Head, Result, head_of, unseal


def key_of(source: str, sha256: str, basis: Mapping[str, Any]) -> str:
    """Return a cache key: the hash of an input and of all that influences its result.

    Parameters
    ----------
    sha256 : str
        Of the input's bytes.
    basis : mapping
        Codebook, model, options, versions (`Settings.basis`).
    """
    named = json.dumps([source, sha256, basis], sort_keys=True)
    return hashlib.sha256(named.encode()).hexdigest()


class Store:
    """A folder of sealed results.

    Parameters
    ----------
    run : Path
        The run's folder.

    Attributes
    ----------
    damaged : int
        Results found that are not what was stored; they count as absent.
    """

    def __init__(self, run: Path) -> None:
        self._folder = run / RESULTS
        self.damaged = 0

    def head(self, key: str) -> Head | None:
        """Return what is known of a result; None where it is not stored whole."""
        try:
            return head_of(self._path(key).read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            self.damaged += 1
            return None

    def result(self, key: str) -> Result:
        """Return a result that was stored before.

        Raises
        ------
        RunError
            If it is gone or damaged.
        """
        try:
            return unseal(self._path(key).read_bytes())
        except (OSError, ValueError) as error:
            raise RunError(
                f"{self._folder}: a result was damaged or removed meanwhile; run 'analyze' again, "
                "it redoes what is missing"
            ) from error

    def put(self, key: str, sealed: bytes) -> None:
        """Store a sealed result, durably.

        Raises
        ------
        RunError
            If it cannot be written.
        """
        write_bytes(self._path(key), sealed)

    def keep_only(self, keys: Collection[str]) -> None:
        """Remove the results of inputs that the run no longer has, and leftovers."""
        remove_leftovers(self._folder)
        for path in self._folder.glob("*/*"):
            if path.parent.name + path.name not in keys:
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key[2:]
