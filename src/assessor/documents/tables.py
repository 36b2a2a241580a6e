"""Observation tables (CSV, XLSX) → records: one per fiche, from long or wide form.

Which columns are dimensions depends on the codebook, so that a record holds every column and
`assessor.fiche.tables` assigns them.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from assessor.documents.csv_text import csv_rows_of
from assessor.documents.document import ObservationTable, TableRecord
from assessor.documents.text import decode
from assessor.errors import FicheError, Rejection

MAX_ROWS = 200_000
MAX_COLUMNS = 500
_SURROGATE = re.compile("[\ud800-\udfff]")  # XLSX can escape one; no text can hold it
_BLANKS = ("\ufeff", "\u200b")


def read_table(data: bytes, suffix: str, source: str, stem: str) -> ObservationTable:
    """Read every sheet that has a ``fiche_id`` column.

    Raises
    ------
    FicheError
        If there is no such column or the file cannot be read.
    """
    sheets = _xlsx_sheets(data) if suffix == ".xlsx" else [_csv_rows(data)]
    records: list[TableRecord] = []
    warnings: list[str] = []
    found = False
    for rows in sheets:
        iterator = iter(rows)
        header = [_name(cell) for cell in next(iterator, [])]
        if len(header) > MAX_COLUMNS:
            raise FicheError(Rejection.TOO_LARGE, f"the table has more than {MAX_COLUMNS} columns")
        if "fiche_id" not in header:
            continue
        found = True
        twice = {name for name in header if name and header.count(name) > 1}
        if twice:
            raise FicheError(
                Rejection.BAD_TABLE, f"columns appear twice: {', '.join(sorted(twice))[:80]}"
            )
        of_sheet, warnings_of_sheet = _records(header, iterator)
        records += of_sheet
        warnings += warnings_of_sheet
    if not found:
        raise FicheError(
            Rejection.BAD_TABLE,
            "the table has no column 'fiche_id'; its header is either 'fiche_id, dimension, text' "
            "or 'fiche_id' and a column per dimension",
        )
    if not records:
        raise FicheError(Rejection.EMPTY, "the table has a header and no rows")
    digest = hashlib.sha256(data).hexdigest()
    return ObservationTable(source, stem, digest, tuple(records), tuple(warnings))


def _name(cell: str) -> str:
    for blank in _BLANKS:
        cell = cell.replace(blank, "")
    return " ".join(cell.split())


def _csv_rows(data: bytes) -> Iterator[list[str]]:
    content, _ = decode(data)
    try:
        yield from csv_rows_of(content)
    except csv.Error as error:
        raise FicheError(Rejection.BAD_TABLE, f"the CSV cannot be read: {error}") from error


def _xlsx_sheets(data: bytes) -> Iterator[Iterator[list[str]]]:
    from openpyxl import load_workbook

    with _openpyxl_errors():
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # files may tell their size wrongly
            yield _xlsx_rows(sheet)


def _xlsx_rows(sheet: Any) -> Iterator[list[str]]:
    with _openpyxl_errors():
        for row in sheet.iter_rows(values_only=True):
            yield [_cell(value) for value in row[: MAX_COLUMNS + 1]]


@contextmanager
def _openpyxl_errors() -> Iterator[None]:
    """Turn the errors that openpyxl lets through (zip, XML, key, value) into a rejection."""
    try:
        yield
    except (FicheError, MemoryError):
        raise
    except Exception as error:
        raise FicheError(
            Rejection.CORRUPT, "the Excel file is damaged; open it in Excel and save it again"
        ) from error


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if hasattr(value, "isoformat"):
        return str(value.isoformat()).removesuffix("T00:00:00")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _SURROGATE.sub("\ufffd", str(value))


def _records(
    header: Sequence[str], rows: Iterable[Sequence[str]]
) -> tuple[list[TableRecord], list[str]]:
    nameless: list[int] = []
    named = _named_rows(header, rows, nameless)
    if {"dimension", "text"} <= set(header):
        records = _long_records(named)
    else:  # a record per row: the same id may come for several periods
        records = [TableRecord(name, _filled(values), {}) for _, name, values in named]
    if not nameless:
        return records, []
    # One line for all of them: every fiche of the table bears it.
    first = nameless[0]
    return records, [f"rows without fiche_id left out: {len(nameless)}, the first is row {first}"]


def _named_rows(
    header: Sequence[str], rows: Iterable[Sequence[str]], nameless: list[int]
) -> Iterator[tuple[int, str, dict[str, str]]]:
    """Yield number, fiche_id and the other values of each row; note rows without fiche_id."""
    for number, row in enumerate(rows, start=2):
        if number > MAX_ROWS:
            raise FicheError(Rejection.TOO_LARGE, f"the table has more than {MAX_ROWS:,} rows")
        values = dict(zip(header, row, strict=False))
        name = values.pop("fiche_id", "").strip()
        if name:
            yield number, name, values
        elif any(value.strip() for value in row):
            nameless.append(number)


def _long_records(rows: Iterable[tuple[int, str, dict[str, str]]]) -> list[TableRecord]:
    """Gather one row per section into one record per fiche."""
    records: dict[str, TableRecord] = {}
    for number, name, values in rows:
        dimension, text = values.pop("dimension", "").strip(), values.pop("text", "")
        record = records.setdefault(name, TableRecord(name, {}, {}))
        record.fields.update(_filled(values))
        earlier = record.sections.get(dimension)
        if earlier is not None and earlier != text:
            record.warnings.append(f"row {number}: dimension given twice for a fiche; joined")
            text = f"{earlier}\n{text}"
        record.sections[dimension] = text
    return list(records.values())


def _filled(values: Mapping[str, str]) -> dict[str, str]:
    return {name: value.strip() for name, value in values.items() if name and value.strip()}
