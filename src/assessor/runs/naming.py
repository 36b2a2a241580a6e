"""Fiche ids, unique within a run: those that occur twice are numbered in order of source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from assessor.portfolio import Record, Tables
from assessor.runs.result import TABLE_NAMES, Result


class Naming:
    """Names one fiche after another; the same ids in the same order give the same names.

    Parameters
    ----------
    counts : mapping
        How often each id occurs in the run.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._repeated = {name: count for name, count in counts.items() if count > 1}
        self._counts = counts
        self._given: set[str] = set()
        self._seen: Counter[str] = Counter()

    def apply(self, result: Result) -> Result:
        """Return a result with the names its fiches have in the run."""
        if not self._repeated.keys() & set(result.head.fiche_ids):
            return result
        named = zip(result.head.fiche_ids, result.fiches, strict=True)
        return Result(result.head, tuple(self._named(name, tables) for name, tables in named))

    def _named(self, name: str, tables: Tables) -> Tables:
        if name not in self._repeated:
            return tables
        self._seen[name] += 1
        new = name
        while self._seen[name] > 1 and self._taken(new := f"{name}-{self._seen[name]}"):
            self._seen[name] += 1
        self._given.add(new)
        warning = f"fiche id {name!r} occurs {self._repeated[name]} times in this run"
        return _renamed(tables, new, warning)

    def _taken(self, name: str) -> bool:
        return name in self._given or (name in self._counts and name not in self._repeated)


def _renamed(tables: Tables, name: str, warning: str) -> Tables:
    changed: dict[str, list[Record]] = {
        table: [{**record, "fiche_id": name} for record in getattr(tables, table)]
        for table in TABLE_NAMES
    }
    for fiche in changed["fiches"]:
        fiche["warnings"] = [*fiche["warnings"], warning]
    return Tables(**changed)
