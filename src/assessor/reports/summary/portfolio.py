"""Runs → one set of tables: joined, without repetitions, filtered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assessor.folding import fold
from assessor.portfolio import Record
from assessor.reports.fields import Fields
from assessor.reports.filters import parse_filter
from assessor.reports.summary.labels import Labels

NAMES = ("fiches", "ratings", "issues", "programmes", "findings", "explanations")


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The tables of all runs of a report.

    Parameters
    ----------
    tables : Mapping
        The run folder's tables by name; each fiche_id names one fiche.
    run_of : Mapping
        Number of the run that a fiche comes from, 0 upwards.
    repeated : int
        Fiches left out because an earlier run holds the very same.
    """

    tables: Mapping[str, list[Record]]
    run_of: Mapping[str, int]
    repeated: int = 0

    def kept(self, names: set[str]) -> Portfolio:
        """Return the portfolio of some fiches only."""
        tables = {
            name: [row for row in rows if row["fiche_id"] in names]
            for name, rows in self.tables.items()
        }
        run_of = {name: run for name, run in self.run_of.items() if name in names}
        return Portfolio(tables, run_of, self.repeated)


def join(runs: Sequence[Any], *, keep_repeated: bool = False) -> Portfolio:
    """Join runs; the same name for another text gets a suffix, as in one run."""
    tables: dict[str, list[Record]] = {name: [] for name in NAMES}
    seen: dict[str, str] = {}
    run_of: dict[str, int] = {}
    repeated = 0
    for number, run in enumerate(runs):
        renamed: dict[str, str] = {}
        for fiche in run.tables.fiches:
            old = fiche["fiche_id"]
            if not keep_repeated and seen.get(old) == fiche["sha256"]:
                repeated += 1
                continue
            new = _free(old, seen)
            seen[new], run_of[new], renamed[old] = fiche["sha256"], number, new
        for name in NAMES:
            tables[name].extend(
                {**row, "fiche_id": renamed[row["fiche_id"]]}
                for row in getattr(run.tables, name)
                if row["fiche_id"] in renamed
            )
    return Portfolio(tables, run_of, repeated)


def _free(name: str, taken: Mapping[str, Any]) -> str:
    new, count = name, 1
    while new in taken:
        count += 1
        new = f"{name}-{count}"
    return new


def by_fiche(rows: Iterable[Record]) -> dict[str, list[Record]]:
    """Group rows by fiche, in their order."""
    grouped: dict[str, list[Record]] = defaultdict(list)
    for row in rows:
        grouped[row["fiche_id"]].append(row)
    return grouped


def fields_of(portfolio: Portfolio, labels: Labels) -> Fields:
    """Return what may be asked of the portfolio's fiches."""
    levels: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for row in portfolio.tables["ratings"]:
        names = [row["rating"], labels.level(row["rating"]), labels.letter(row["rating"])]
        levels[row["fiche_id"]][row["dimension"]] = names
    issues: dict[str, list[str]] = defaultdict(list)
    for row in portfolio.tables["issues"]:
        code = row["code"]
        issues[row["fiche_id"]] += [code, f"{code}:{row['status']}", labels.issue(code)]
    extras: dict[str, str] = {}
    for fiche in portfolio.tables["fiches"]:
        extras.update({fold(label): label for label in fiche["extra"]})
    return Fields(
        figures={row["fiche_id"]: row for row in portfolio.tables["programmes"]},
        levels=levels,
        issues=issues,
        dimensions=tuple(d.id for d in labels.book.dimensions),
        extras={label: label for label in sorted(extras.values())},
    )


def select(portfolio: Portfolio, fields: Fields, where: str | None) -> Portfolio:
    """Return the fiches that a filter keeps.

    Raises
    ------
    RunError
        If the filter cannot be read or names no field.
    """
    if not where:
        return portfolio
    wanted = parse_filter(where, fields)
    fiches = portfolio.tables["fiches"]
    return portfolio.kept({f["fiche_id"] for f in fiches if wanted.keeps(f, fields)})
