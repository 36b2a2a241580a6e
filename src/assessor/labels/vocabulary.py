"""Names of the codebook in exported files: identifiers, or labels in one language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Protocol

from assessor.codebook.schema import Codebook
from assessor.errors import LabelError
from assessor.folding import fold

SHOWN = 60  # letters of a wrong value that a message repeats


class Named(Protocol):
    """What the codebook names: a level, a status, a dimension, an issue."""

    @property
    def id(self) -> str: ...  # noqa: D102

    @property
    def es(self) -> str: ...  # noqa: D102

    @property
    def en(self) -> str: ...  # noqa: D102


class Vocabulary:
    """The four lists that labels draw on: ``rating``, ``status``, ``code``, ``dimension``.

    Reads identifiers and the names in both languages, whatever their case and accents.

    Examples
    --------
    >>> from assessor.codebook.load import shipped_codebook
    >>> names = Vocabulary(shipped_codebook(), "es")
    >>> names.shown("rating", "high"), names.read("rating", "ALTO")
    ('Alto', 'high')
    """

    def __init__(self, codebook: Codebook, lang: str | None = None) -> None:
        self._lists: Mapping[str, Sequence[Named]] = {
            "rating": codebook.levels,
            "status": codebook.statuses,
            "code": codebook.issues,
            "dimension": codebook.dimensions,
        }
        self._shown = {k: _shown(entries, lang) for k, entries in self._lists.items()}
        self._read = {kind: _readings(entries) for kind, entries in self._lists.items()}

    def shown(self, kind: str, name: str) -> str:
        """Return the name that a file shows for an identifier."""
        return self._shown[kind].get(name, name)

    def choices(self, kind: str) -> list[str]:
        """Return all names of a list, in the codebook's order."""
        return list(self._shown[kind].values())

    def read(self, kind: str, text: str) -> str:
        """Return the identifier that a value stands for.

        Raises
        ------
        LabelError
            If the name is unknown or ambiguous.
        """
        if text in self._shown[kind]:
            return text
        found = self._read[kind].get(fold(text.strip()), ())
        if len(found) == 1:
            return found[0]
        value = text[:SHOWN]
        if found:
            raise LabelError(f"{kind} {value!r} may mean {' or '.join(found)}")
        raise LabelError(f"{kind} {value!r}; one of {', '.join(self._shown[kind])}")


def _shown(entries: Sequence[Named], lang: str | None) -> dict[str, str]:
    """Return what each entry shows as; its identifier where two would look alike."""
    names = {x.id: x.id if lang is None else x.es if lang == "es" else x.en for x in entries}
    owners: dict[str, set[str]] = defaultdict(set)
    for key, name in names.items():
        owners[fold(name)].add(key)
        owners[fold(key)].add(key)
    return {
        key: name if name and owners[fold(name)] == {key} else key for key, name in names.items()
    }


def _readings(entries: Sequence[Named]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        for name in {fold(entry.id), fold(entry.es), fold(entry.en)} - {""}:
            found[name].append(entry.id)
    return {name: tuple(ids) for name, ids in found.items()}
