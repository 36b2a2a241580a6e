"""Label tables as CSV, plain or as Excel in Spanish writes it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assessor.documents.csv_text import MAX_CELL, csv_rows_of
from assessor.errors import LabelError
from assessor.labels.archive import read_bounded
from assessor.labels.tables import Row, Rows
from assessor.runs.files import guarded, unguarded

NEEDED = {
    "ratings": {"fiche_id", "dimension", "rating"},
    "issues": {"fiche_id", "dimension", "code", "status"},
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How CSV is written."""

    delimiter: str
    encoding: str
    decimal: str


DIALECTS = {
    "plain": Dialect(",", "utf-8", "."),
    "excel-es": Dialect(";", "utf-8-sig", ","),  # else Excel garbles accents and splits nothing
}


def rows_of_csv(path: Path) -> Rows:
    """Read a table of ratings or of issues: its columns tell which.

    Raises
    ------
    LabelError
        If the file cannot be read or is neither.
    """
    columns, table = _table(path)
    rows = Rows()
    (rows.ratings if table_kind(columns, str(path)) == "ratings" else rows.issues).extend(table)
    return rows


def read_records(path: Path, needed: Iterable[str]) -> list[Mapping[str, str]]:
    """Read any table that has the columns needed.

    Raises
    ------
    LabelError
        If the file cannot be read or lacks one.
    """
    columns, table = _table(path)
    missing = set(needed) - set(columns)
    if missing:
        raise LabelError(f"{path}: columns missing: {', '.join(sorted(missing))}")
    return [row.values for row in table]


def table_kind(columns: Iterable[str], place: str) -> str:
    """Say whether columns are those of ``ratings`` or of ``issues``.

    Raises
    ------
    LabelError
        If neither; names what is missing.
    """
    found = set(columns)
    kind = "issues" if "code" in found or "issues" in Path(place).stem else "ratings"
    missing = NEEDED[kind] - found
    if missing:
        raise LabelError(f"{place}: columns missing: {', '.join(sorted(missing))}")
    return kind


def table_bytes(
    columns: Sequence[str], records: Iterable[Mapping[str, str]], dialect: Dialect
) -> bytes:
    """Write records; a text that a spreadsheet would take for a formula gets a leading quote."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=dialect.delimiter, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([guarded(record.get(name, "")) for name in columns] for record in records)
    return buffer.getvalue().encode(dialect.encoding)


def _table(path: Path) -> tuple[list[str], list[Row]]:
    try:
        text = read_bounded(path).decode("utf-8-sig")
        return _parse(path.name, text)
    except UnicodeDecodeError as error:
        raise LabelError(f"{path}: not UTF-8; save it as «CSV UTF-8»") from error
    except csv.Error as error:
        raise LabelError(
            f"{path}: not valid CSV, or a cell has more than {MAX_CELL:,} characters"
        ) from error


def _parse(file: str, text: str) -> tuple[list[str], list[Row]]:
    lines = csv_rows_of(text)
    columns = [name.strip() for name in next(lines, [])]
    rows = [
        Row(file, number, {k: unguarded(v) for k, v in zip(columns, cells, strict=False)})
        for number, cells in enumerate(lines, start=2)
        if any(cell.strip() for cell in cells)
    ]
    return columns, rows
