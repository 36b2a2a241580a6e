"""Observation tables (CSV, XLSX) → records: one per fiche, from long or wide form.

The columns are told by name only; which of them are dimensions is for the codebook to say,
so a record holds every column and `assessor.fiche.tables` sorts them out.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from assessor.documents.document import ObservationTable, TableRecord
from assessor.documents.text import decode
from assessor.errors import FicheError, Rejection

MAX_ROWS = 200_000
MAX_CELL = 200_000
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
                Rejection.BAD_TABLE, f"columns stand twice: {', '.join(sorted(twice))[:80]}"
            )
        more, said = _records(header, iterator)
        records += more
        warnings += said
    if found:
        if not records:
            raise FicheError(Rejection.EMPTY, "the table has a header and no rows")
        digest = hashlib.sha256(data).hexdigest()
        return ObservationTable(source, stem, digest, tuple(records), tuple(warnings))
    raise FicheError(
        Rejection.BAD_TABLE,
        "the table has no column 'fiche_id'; its header is either 'fiche_id, dimension, text' "
        "or 'fiche_id' and a column per dimension",
    )


def _name(cell: str) -> str:
    for blank in _BLANKS:
        cell = cell.replace(blank, "")
    return " ".join(cell.split())


def _csv_rows(data: bytes) -> Iterator[list[str]]:
    content, _ = decode(data)
    try:
        dialect: Any = csv.Sniffer().sniff(content.split("\n", 1)[0], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    separator = dialect.delimiter
    csv.field_size_limit(MAX_CELL)
    try:
        yield from csv.reader(io.StringIO(content, newline=""), delimiter=separator)
    except csv.Error as error:
        raise FicheError(Rejection.BAD_TABLE, f"the CSV cannot be read: {error}") from error


def _xlsx_sheets(data: bytes) -> Iterator[Iterator[list[str]]]:
    from openpyxl import load_workbook

    with _damage_told():
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # files may tell their size wrongly
            yield _xlsx_rows(sheet)


def _xlsx_rows(sheet: Any) -> Iterator[list[str]]:
    with _damage_told():
        for row in sheet.iter_rows(values_only=True):
            yield [_cell(value) for value in row[: MAX_COLUMNS + 1]]


@contextmanager
def _damage_told() -> Iterator[None]:
    """Turn what openpyxl lets through (zip, XML, key and value errors) into a rejection."""
    try:
        yield
    except (FicheError, MemoryError):
        raise
    except Exception as error:
        raise FicheError(
            Rejection.CORRUPT, "the Excel file is damaged; open it in Excel and save it anew"
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
    long = {"dimension", "text"} <= set(header)
    fields: dict[str, dict[str, str]] = {}
    sections: dict[str, dict[str, str]] = {}
    wide: list[TableRecord] = []  # a row each: the same id may come for several periods
    warnings: list[str] = []
    for number, row in enumerate(rows, start=2):
        if number > MAX_ROWS:
            raise FicheError(Rejection.TOO_LARGE, f"the table has more than {MAX_ROWS:,} rows")
        values = dict(zip(header, row, strict=False))
        name = values.pop("fiche_id", "").strip()
        if not name:
            if any(value.strip() for value in row):
                warnings.append(f"row {number}: no fiche_id; left out")
            continue
        given = {k: v.strip() for k, v in values.items() if k and v.strip()}
        if not long:
            wide.append(TableRecord(name, given, {}))
            continue
        texts = {values.pop("dimension", "").strip(): values.pop("text", "")}
        known = sections.setdefault(name, {})
        for dimension, said in texts.items():
            if dimension in known and known[dimension] != said:
                warnings.append(f"row {number}: dimension given twice for a fiche; joined")
                said = f"{known[dimension]}\n{said}"
            known[dimension] = said
        given = {key: value.strip() for key, value in values.items() if key and value.strip()}
        fields.setdefault(name, {}).update(given)
    joined = [TableRecord(name, fields[name], sections[name]) for name in fields]
    return [*wide, *joined], warnings
