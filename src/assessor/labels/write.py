"""Label tables → a folder of CSV files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from assessor.errors import LabelError
from assessor.labels.csv_tables import DIALECTS, table_bytes
from assessor.labels.tables import (
    ISSUE_COLUMNS,
    RATING_COLUMNS,
    LabelTable,
    SetAside,
    issue_records,
    rating_records,
)
from assessor.runs.files import write_bytes

ASIDE_COLUMNS = ("file", "row", "reason")


def write_labels(
    folder: Path, table: LabelTable, others: Mapping[str, Sequence[Mapping[str, str]]] | None = None
) -> None:
    """Write `ratings.csv`, `issues.csv`, `rejected.csv`, `undecided.csv`, and further tables.

    Raises
    ------
    LabelError
        If the folder is a run's.
    RunError
        If the folder cannot be written.
    """
    refuse_run_folder(folder)
    tables: dict[str, tuple[Sequence[str], Iterable[Mapping[str, str]]]] = {
        "issues": (ISSUE_COLUMNS, issue_records(table.labels)),
        "rejected": (ASIDE_COLUMNS, map(_aside, table.rejected)),
        "undecided": (ASIDE_COLUMNS, map(_aside, table.undecided)),
        "ratings": (RATING_COLUMNS, rating_records(table.labels)),
    }
    for name, further in (others or {}).items():
        tables[name] = (list(further[0]) if further else (), further)
    for name, (columns, records) in tables.items():
        write_bytes(folder / f"{name}.csv", table_bytes(columns, records, DIALECTS["plain"]))


def refuse_run_folder(folder: Path) -> None:
    """Raise if the folder holds a run, whose tables have the same names.

    Raises
    ------
    LabelError
        If it is one.
    """
    if (folder / "run.json").exists():
        raise LabelError(
            f"{folder}: holds a run, whose tables would be overwritten; name another folder"
        )


def _aside(row: SetAside) -> dict[str, str]:
    return {"file": row.file, "row": str(row.row), "reason": row.reason}
