"""Which fiches a report is about, and what its figures need of each."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from assessor.folding import fold
from assessor.portfolio import Record, Tables
from assessor.reports.fields import FIGURES, LISTS, PLAIN, Fields
from assessor.reports.filters import parse_filter
from assessor.reports.source import Source, joined
from assessor.reports.summary.labels import Labels
from assessor.runs.result import TABLE_NAMES

# Columns that figures, filters and groups go by; of findings all, of the reasons none.
COLUMNS = {
    "fiches": (*PLAIN, *LISTS, "budget_by_agency", "extra"),
    "ratings": ("fiche_id", "dimension", "rating", "value"),
    "issues": ("fiche_id", "code", "status"),
    "programmes": ("fiche_id", *FIGURES, "risk_index_low", "risk_index_high"),
}


class Selection:
    """The fiches of a report's runs that a filter keeps, read anew each time.

    Iterating yields each fiche's rows with the number of its run.

    Parameters
    ----------
    where : str or None
        The filter; see `assessor.reports.filters`.
    keep_repeated : bool
        Whether the very same fiche may come from several runs.

    Attributes
    ----------
    counts : Counter
        How many fiches were `joined` and how many left out as `repeated`, the last time.

    Raises
    ------
    RunError
        If the filter cannot be read or names no field.
    """

    def __init__(
        self, sources: Sequence[Source], labels: Labels, where: str | None, *, keep_repeated: bool
    ) -> None:
        self._sources, self._keep_repeated = sources, keep_repeated
        self._keeps = _filter(sources, labels, where) if where else None
        self.counts: Counter[str] = Counter()

    def __iter__(self) -> Iterator[tuple[int, Tables]]:
        self.counts = Counter()
        for run, one in joined(self._sources, self.counts, keep_repeated=self._keep_repeated):
            if self._keeps is None or self._keeps(one):
                yield run, one


def _filter(sources: Sequence[Source], labels: Labels, where: str) -> Callable[[Tables], bool]:
    # Labels of the forms' own rows are fields too, whichever fiche has them.
    records = (record for source in sources for record in source.records())
    fields = replace(fields_of(no_tables(), labels), extras=_extras(records))
    wanted = parse_filter(where, fields)
    return lambda one: wanted.keeps(one.fiches[0], fields_of(one, labels))


def no_tables() -> Tables:
    """Return tables to be filled."""
    return Tables(**{name: [] for name in TABLE_NAMES})


def add_figures(tables: Tables, one: Tables) -> None:
    """Add to tables what figures need of a fiche: neither its texts nor its reasons."""
    for name, columns in COLUMNS.items():
        rows = getattr(one, name)
        getattr(tables, name).extend({c: _shared(row[c]) for c in columns} for row in rows)
    tables.findings.extend(one.findings)


def _shared(value: Any) -> Any:
    """Return a text as the one object that all rows hold of it."""
    return sys.intern(value) if isinstance(value, str) else value


def fields_of(tables: Tables, labels: Labels) -> Fields:
    """Return what may be asked of fiches."""
    levels: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for row in tables.ratings:
        names = [row["rating"], labels.level(row["rating"]), labels.letter(row["rating"])]
        levels[row["fiche_id"]][row["dimension"]] = names
    issues: dict[str, list[str]] = defaultdict(list)
    for row in tables.issues:
        code = row["code"]
        issues[row["fiche_id"]] += [code, f"{code}:{row['status']}", labels.issue(code)]
    return Fields(
        figures={row["fiche_id"]: row for row in tables.programmes},
        levels=levels,
        issues=issues,
        dimensions=tuple(d.id for d in labels.book.dimensions),
        extras=_extras(tables.fiches),
    )


def _extras(fiches: Iterable[Record]) -> dict[str, str]:
    extras = {fold(label): label for fiche in fiches for label in fiche["extra"]}
    return {label: label for label in sorted(extras.values())}


def select(tables: Tables, fields: Fields, where: str | None) -> Tables:
    """Return the rows of the fiches that a filter keeps.

    Raises
    ------
    RunError
        If the filter cannot be read or names no field.
    """
    if not where:
        return tables
    wanted = parse_filter(where, fields)
    names = {fiche["fiche_id"] for fiche in tables.fiches if wanted.keeps(fiche, fields)}
    return Tables(
        **{
            name: [row for row in getattr(tables, name) if row["fiche_id"] in names]
            for name in TABLE_NAMES
        }
    )
