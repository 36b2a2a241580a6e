"""Label tables as a workbook, with drop-down lists and read-only cells locked."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from assessor.codebook.schema import Codebook
from assessor.errors import LabelError
from assessor.labels.archive import read_archive
from assessor.labels.batch import Batch
from assessor.labels.csv_tables import table_kind
from assessor.labels.guide import guide_lines, word
from assessor.labels.sheets import Sheet, sheets_of
from assessor.labels.tables import UNSETTLED, Row, Rows
from assessor.labels.vocabulary import Vocabulary
from assessor.reports.xlsx import text_cell

CHUNK = 16_000  # code points of a text in one cell, which holds 32,767 UTF-16 units
SPARE_ROWS = 200  # for issues that the reader adds
MAX_ROWS = 200_000
OPEN = {"rating", "annotator", "code", "status", "evidence", "keep"}  # columns to be filled in
LISTS = {"rating": "rating", "proposal": "rating", "code": "code", "status": "status",
         "dimension": "dimension", "keep": "keep", "fiche_id": "fiche_id"}  # fmt: skip
WIDTHS = {"text": 70, "evidence": 44, "fiche_id": 20, "dimension": 26, "code": 30}
LINE, MOST_LINES = 15.0, 20  # points a line; lines shown of a text
HEAD = PatternFill("solid", fgColor="1D2430")
ASKED = PatternFill("solid", fgColor="FFF8E1")
WRAP = Alignment(wrap_text=True, vertical="top")
NUMBERS = {"confidence": "0.000", "start": "0", "end": "0"}


def export_xlsx(batch: Batch, codebook: Codebook, lang: str) -> bytes:
    """Write a batch as a workbook."""
    return workbook(sheets_of(batch, Vocabulary(codebook, lang)), codebook, lang)


def workbook(sheets: tuple[Sheet, Sheet], codebook: Codebook, lang: str) -> bytes:
    """Write `ratings`, `issues`, the guide and the lists behind the drop-downs."""
    names = Vocabulary(codebook, lang)
    book = Workbook(write_only=True)
    ratings, issues = sheets
    fiches = list(dict.fromkeys(r["fiche_id"] for r in ratings.records))
    lists = {kind: names.choices(kind) for kind in ("rating", "status", "code", "dimension")}
    lists |= {"keep": [word("yes", lang), "no", UNSETTLED], "fiche_id": fiches}
    places = _list_places(lists, word("lists", lang))
    _table(book, _split(ratings), places, 0, lang)
    _table(book, _split(issues), places, SPARE_ROWS, lang)
    _guide(book, codebook, names, lang)
    _lists(book, lists, word("lists", lang))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def rows_of_xlsx(path: Path) -> Rows:
    """Read the sheets `ratings` and `issues` of a workbook.

    Raises
    ------
    LabelError
        If it is damaged or has no such sheet.
    """
    read_archive(path)  # enforces the limits before openpyxl opens it
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl lets zip, XML and key errors through
        raise LabelError(f"{path}: the workbook is damaged; open it and save it again") from error
    named = {sheet.title.strip().lower(): sheet for sheet in book.worksheets}
    if "ratings" not in named:
        raise LabelError(f"{path}: no sheet 'ratings'; it has {', '.join(named)}")
    rows = Rows()
    for kind, table in (("ratings", rows.ratings), ("issues", rows.issues)):
        if kind in named:
            table.extend(_rows(named[kind], path.name, kind))
    return rows


def _rows(sheet: Any, file: str, kind: str) -> Iterator[Row]:
    sheet.reset_dimensions()  # files may tell their size wrongly
    lines = sheet.iter_rows(max_row=MAX_ROWS, values_only=True)
    columns = [str(name or "").strip() for name in next(lines, ())]
    place = f"{file}:{kind}"
    if table_kind(columns, place) != kind:
        raise LabelError(f"{place}: the columns are those of another table")
    for number, cells in enumerate(lines, start=2):
        values = {k: _string(v) for k, v in zip(columns, cells, strict=False) if k}
        text = "".join(v for k, v in values.items() if k == "text" or k.startswith("text_"))
        if any(value.strip() for value in values.values()):
            yield Row(place, number, values | {"text": text})


def _string(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _split(sheet: Sheet) -> Sheet:
    """Split texts too long for a cell over the columns `text`, `text_2`, …."""
    longest = max((len(r["text"]) for r in sheet.records), default=0)
    more = max(1, math.ceil(longest / CHUNK))
    if more == 1:
        return sheet
    extra = tuple(f"text_{n}" for n in range(2, more + 1))
    at = sheet.columns.index("text") + 1
    records = [
        record
        | {name: record["text"][n * CHUNK : (n + 1) * CHUNK]
           for n, name in enumerate(("text", *extra))}
        for record in sheet.records
    ]  # fmt: skip
    return Sheet(sheet.name, (*sheet.columns[:at], *extra, *sheet.columns[at:]), records)


def _table(book: Workbook, table: Sheet, places: dict[str, str], spare: int, lang: str) -> None:
    sheet: Any = book.create_sheet(table.name)
    sheet.freeze_panes = "C2"
    last = len(table.records) + 1
    for number, column in enumerate(table.columns, start=1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = WIDTHS.get(column, 16)
        if column in LISTS and (column in OPEN or spare) and last + spare > 1:
            _choices(sheet, places[LISTS[column]], f"{letter}2:{letter}{last + spare}", lang)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{max(last, 2)}"
    _protect(sheet)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.append([_head(sheet, column) for column in table.columns])
    for number, record in enumerate(table.records, start=2):
        sheet.row_dimensions[number].height = _height(record)
        sheet.append([_cell(sheet, record.get(c, ""), c, c in OPEN) for c in table.columns])
    for _ in range(spare):
        sheet.append([_cell(sheet, "", column, True) for column in table.columns])


def _height(record: Mapping[str, str]) -> float:
    """Return the height in points that the longest of a row's texts needs, within bounds."""
    lines = [
        sum(
            math.ceil(max(len(line), 1) / WIDTHS[column])
            for line in record.get(column, "").split("\n")
        )
        for column in ("text", "evidence")
    ]
    return LINE * min(max(lines), MOST_LINES)


def _protect(sheet: Any) -> None:
    """Lock the read-only cells, without a password: against slips, not against people."""
    sheet.protection.sheet = True
    for right in ("autoFilter", "sort", "formatColumns", "formatRows", "formatCells"):
        setattr(sheet.protection, right, False)  # False allows it


def _choices(sheet: Any, source: str, area: str, lang: str) -> None:
    rule = DataValidation("list", formula1=source, allow_blank=True, showErrorMessage=True)
    rule.error = word("bad_choice", lang)
    rule.add(area)
    sheet.data_validations.append(rule)


def _head(sheet: Any, text: str) -> Any:
    cell = text_cell(sheet, text)
    cell.font, cell.fill = Font(bold=True, color="FFFFFF"), HEAD
    return cell


def _cell(sheet: Any, text: str, column: str, unlocked: bool) -> Any:
    cell = text_cell(sheet, text)
    if not text:
        cell._value, cell.data_type = None, "n"
    elif column in NUMBERS:
        cell.value, cell.number_format = float(text), NUMBERS[column]
    cell.alignment = WRAP
    if unlocked:
        cell.protection, cell.fill = Protection(locked=False), ASKED
    return cell


def _guide(book: Workbook, codebook: Codebook, names: Vocabulary, lang: str) -> None:
    sheet: Any = book.create_sheet(word("guide", lang))
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 40, 110
    for name, means in guide_lines(codebook, names, lang):
        cells = [text_cell(sheet, name), text_cell(sheet, means)]
        cells[0].font = Font(bold=not means, size=11 if means else 13)
        cells[0].alignment = cells[1].alignment = WRAP
        sheet.append(cells)


def _list_places(lists: dict[str, list[str]], title: str) -> dict[str, str]:
    return {
        name: f"{title}!${get_column_letter(n)}$2:${get_column_letter(n)}${len(values) + 1}"
        for n, (name, values) in enumerate(lists.items(), start=1)
    }


def _lists(book: Workbook, lists: dict[str, list[str]], title: str) -> None:
    sheet: Any = book.create_sheet(title)
    sheet.sheet_state = "hidden"
    sheet.append([text_cell(sheet, name) for name in lists])
    for line in range(max(map(len, lists.values()))):
        cells = [values[line] if line < len(values) else "" for values in lists.values()]
        sheet.append([text_cell(sheet, text) if text else None for text in cells])
