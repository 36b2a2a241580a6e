"""Runs to be reported on, gone through fiche by fiche: corrected, with names of their own."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assessor.portfolio import Record, Tables
from assessor.runs.folder import Run, each_fiche, read_fiches, read_manifest, read_table
from assessor.runs.result import TABLE_NAMES

Correct = Callable[[Tables], Tables]


@dataclass(frozen=True, slots=True)
class Source:
    """A run, whose fiches are read anew each time they are gone through.

    Parameters
    ----------
    records : callable
        Yields the rows of `fiches.jsonl`.
    fiches : callable
        Yields the rows of all tables, of one fiche after another.
    """

    manifest: Mapping[str, Any]
    rejected: Sequence[Record]
    records: Callable[[], Iterable[Record]]
    fiches: Callable[[], Iterable[Tables]]


def folder_source(path: Path, correct: Correct = lambda one: one) -> Source:
    """Return a run folder as a source.

    Parameters
    ----------
    correct : callable, optional
        Puts what people corrected over a fiche's rows.

    Raises
    ------
    RunError
        If the folder is no run; when its fiches are gone through, if a table is damaged.
    """
    return Source(
        read_manifest(path),
        list(read_table(path, "rejected")),
        lambda: read_fiches(path),
        lambda: map(correct, each_fiche(path)),
    )


def held_source(run: Run) -> Source:
    """Return a run that is held as a source."""
    tables = run.tables
    return Source(run.manifest, run.rejected, lambda: tables.fiches, lambda: _apart(tables))


def _apart(tables: Tables) -> Iterator[Tables]:
    grouped = {name: by_fiche(getattr(tables, name)) for name in TABLE_NAMES}
    for fiche in tables.fiches:
        yield Tables(**{name: rows[fiche["fiche_id"]] for name, rows in grouped.items()})


def by_fiche(rows: Iterable[Record]) -> dict[str, list[Record]]:
    """Group rows by fiche, in their order."""
    grouped: dict[str, list[Record]] = defaultdict(list)
    for row in rows:
        grouped[row["fiche_id"]].append(row)
    return grouped


def joined(
    sources: Sequence[Source], counts: Counter[str], *, keep_repeated: bool = False
) -> Iterator[tuple[int, Tables]]:
    """Yield the fiches of several runs, each with its run's number, 0 upwards.

    The same name for another text gets a suffix, as in one run; the very same fiche of a later
    run is left out unless asked for.

    Parameters
    ----------
    counts : Counter
        Is told how many fiches were `joined` and how many left out as `repeated`.
    """
    seen: dict[str, str] = {}
    for number, source in enumerate(sources):
        for one in source.fiches():
            (fiche,) = one.fiches
            old = fiche["fiche_id"]
            if not keep_repeated and seen.get(old) == fiche["sha256"]:
                counts["repeated"] += 1
                continue
            new = _free(old, seen)
            seen[new] = fiche["sha256"]
            counts["joined"] += 1
            yield number, one if new == old else _renamed(one, new)


def _renamed(one: Tables, name: str) -> Tables:
    rows = {table: getattr(one, table) for table in TABLE_NAMES}
    return Tables(**{t: [{**row, "fiche_id": name} for row in own] for t, own in rows.items()})


def _free(name: str, taken: Mapping[str, Any]) -> str:
    new, count = name, 1
    while new in taken:
        count += 1
        new = f"{name}-{count}"
    return new
