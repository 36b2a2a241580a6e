"""Summary → XLSX: one sheet per table, with real numbers and dates and no live user text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from assessor.reports.tables import Column, Table, method_lines, reviewed_line, tables_of
from assessor.reports.words import words

LONGEST = 32_000  # a cell holds 32,767 characters
CUT = " […]"
WRAPPED = 26  # columns at least so wide wrap their text
LINE, HEAD_HEIGHT, MOST_LINES = 15.0, 32.0, 20  # points, points, lines shown of a cell
COLOURS = {"low": "CFE8D5", "moderate": "FBEEB8", "substantial": "F7C797", "high": "E58A84"}
FORMATS = {
    "count": "#,##0", "figure": "0.0", "signed": "+0.0;-0.0;0.0", "share": "0%", "p": "0.000",
    "date": "yyyy-mm-dd", "level": "0",
}  # fmt: skip
HEAD = PatternFill("solid", fgColor="1D2430")
HEAD_FONT = Font(name="Calibri", size=11, bold=True, color="FFFFFF")
WRAP = Alignment(wrap_text=True, vertical="top")
TOP = Alignment(vertical="top")
MIDDLE = Alignment(vertical="top", horizontal="center")
_BAD_TITLE = re.compile(r"[\\/*?:\[\]]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet to be written, its rows gone through once; ratings are coloured by their value."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    colours: Mapping[int, str] = field(default_factory=dict)


def write_xlsx(summary: Mapping[str, Any], file: BinaryIO) -> None:
    """Write the workbook row by row."""
    t = words(summary["lang"])
    book = Workbook(write_only=True)
    for sheet in _sheets(summary, t):
        _write(book, sheet)
    book.properties.title = summary["title"]
    book.properties.creator = f"assessor {summary['method']['assessor']}"
    book.save(file)


def _sheets(summary: Mapping[str, Any], t: Mapping[str, str]) -> Iterator[Sheet]:
    tables = tables_of(summary)
    lines = [*summary["sentences"], *(s["text"] for s in summary["brief"])]
    yield _paragraphs(t["sheet_summary"], t["summary"], lines)
    yield _programmes(summary, t)
    yield _matrix(tables.pop("heat"), summary, t)
    yield _issues(summary, t)
    rejected = tables.pop("rejected")
    for table in (tables.pop("findings"), *filter(_filled, tables.values())):
        yield _of_table(table, t)
    yield _texts(summary, t)
    legend = "; ".join(f"{x['value']} = {x['label']}" for x in summary["levels"] if x["value"])
    method = [f"{t['legend']}: {legend}", *method_lines(summary)]
    yield _paragraphs(t["sheet_method"], t["method"], method)
    if _filled(rejected):
        yield _of_table(rejected, t)


def _filled(table: Table) -> bool:
    return bool(table.rows)


def _of_table(table: Table, t: Mapping[str, str]) -> Sheet:
    return Sheet(t.get(f"sheet_{table.name}", table.caption), table.columns, table.rows)


def _write(book: Workbook, sheet: Sheet) -> None:
    """Write a sheet: frozen and filtered header, widths, formats; colours where it rates."""
    made = book.create_sheet(_title(sheet.title, book.sheetnames))
    columns = sheet.columns
    made.freeze_panes = "A2" if len(columns) == 1 else "B2"
    for number, column in enumerate(columns, start=1):
        made.column_dimensions[get_column_letter(number)].width = column.width + 2
    made.page_setup.orientation = "landscape"
    made.page_setup.fitToHeight = 0
    made.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    made.print_title_rows = "1:1"
    levels = [n for n, column in enumerate(columns, start=1) if column.kind == "level"]
    made.row_dimensions[1].height = HEAD_HEIGHT * (4 if levels else 1)
    made.append(_head(made, columns))
    last = 1
    for last, row in enumerate(sheet.rows, start=2):
        made.row_dimensions[last].height = _height(row, columns)
        made.append([_cell(made, v, c) for v, c in zip(row, columns, strict=True)])
        del made.row_dimensions[last]  # it is written, and need not be held
    if last > 1:
        made.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{last}"
    if last > 1 and levels:
        first, end = get_column_letter(levels[0]), get_column_letter(levels[-1])
        _colour(made, f"{first}2:{end}{last}", sheet.colours)


def _colour(made: Any, area: str, colours: Mapping[int, str]) -> None:
    for value, colour in colours.items():
        rule = Rule(
            type="cellIs", operator="equal", formula=[str(value)],
            dxf=DifferentialStyle(fill=PatternFill(bgColor=colour)),
        )  # fmt: skip
        made.conditional_formatting.add(area, rule)


def _height(row: Sequence[Any], columns: Sequence[Column]) -> float:
    """Return the height in points that a row's wrapped text needs, within bounds."""
    lines = [
        sum(-(-max(len(line), 1) // column.width) for line in value.split("\n"))
        for value, column in zip(row, columns, strict=True)
        if isinstance(value, str) and column.width >= WRAPPED
    ]
    return LINE * min(max(lines, default=1), MOST_LINES)


def _title(caption: str, taken: Sequence[str]) -> str:
    """Return a sheet's name: at most 31 letters, none of those Excel refuses, not yet taken."""
    base = ILLEGAL_CHARACTERS_RE.sub("", _BAD_TITLE.sub(" ", caption)).strip("' ")[:31] or "–"
    title, count = base, 1
    while title.lower() in {name.lower() for name in taken}:
        count += 1
        title = f"{base[:28]} {count}"
    return title


def _head(sheet: Any, columns: Sequence[Column]) -> list[Any]:
    cells = []
    for column in columns:
        cell = text_cell(sheet, column.label)
        cell.font, cell.fill = HEAD_FONT, HEAD
        turned = 90 if column.kind == "level" else 0
        cell.alignment = Alignment(wrap_text=True, vertical="bottom", textRotation=turned)
        cells.append(cell)
    return cells


def text_cell(sheet: Any, text: str) -> Any:
    """Return a cell that is text whatever it begins with: no formula, no link."""
    clean = ILLEGAL_CHARACTERS_RE.sub("", text)
    if len(clean) > LONGEST:
        clean = clean[:LONGEST] + CUT
    cell: Any = WriteOnlyCell(sheet, value=None)
    cell._value = clean  # the public setter would make a formula of a leading «=»
    cell.data_type = "s"
    cell.quotePrefix = clean.startswith(("=", "+", "-", "@", "\t", "\r"))
    return cell


def _cell(sheet: Any, value: Any, column: Column) -> Any:
    if value is None or value == "":
        return None
    if column.kind == "date":
        cell: Any = WriteOnlyCell(sheet, value=datetime.fromisoformat(value))
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        cell = WriteOnlyCell(sheet, value=value)
    else:
        cell = text_cell(sheet, str(value))
    cell.number_format = FORMATS.get(column.kind, "General")
    cell.alignment = _alignment(column)
    return cell


def _alignment(column: Column) -> Alignment:
    if column.kind == "level":
        return MIDDLE
    return WRAP if column.kind == "text" and column.width >= WRAPPED else TOP


def _paragraphs(title: str, caption: str, lines: Iterable[str]) -> Sheet:
    return Sheet(title, (Column(caption, width=100),), ((line,) for line in lines))


def _matrix(table: Table, summary: Mapping[str, Any], t: Mapping[str, str]) -> Sheet:
    """Return the heat map with the levels' values in place of their names."""
    values = {x["id"]: x["value"] for x in summary["levels"]}
    rows = (
        [
            (values[v] if values[v] is not None else "–") if c.kind == "level" else v
            for v, c in zip(row, table.columns, strict=True)
        ]
        for row in table.rows
    )
    colours = {x["value"]: COLOURS[x["shade"]] for x in summary["levels"] if x["value"]}
    return Sheet(t["sheet_heat"], table.columns, rows, colours)


def _programmes(s: Mapping[str, Any], t: Mapping[str, str]) -> Sheet:
    columns = [
        Column(t["fiche"], width=22), Column(t["country"], width=16), Column(t["name"], width=48),
        Column(t["code"]), Column(t["window"], width=36), Column(t["period"], width=9),
        Column(t["agencies"], width=30), Column(t["currency"], width=8),
        Column(t["budget"], "count", 14), Column(t["start"], "date"), Column(t["end"], "date"),
        Column(t["index"], "figure", 9), Column(t["covered"].capitalize(), "share", 10),
        Column(t["disbursed"], "share", 13), Column(t["elapsed"], "share", 13),
    ]  # fmt: skip
    columns += [Column(x["label"], "count", 11) for x in s["levels"]]
    columns += [Column(t["to_review"], "count", 11), Column(t["findings"], "count", 11),
                Column(t["source"], width=30)]  # fmt: skip
    rows = (
        (p["fiche_id"], p["country"], p["title"], p["code"], p["window"], p["period"],
         ", ".join(p["budget_by_agency"]), p["currency"], p["budget_total"], p["start_date"],
         p["end_date"], p["risk_index"], p["assessed_share"], p["disbursed_share"],
         p["elapsed_share"],
         *(sum(c["level"] == x["id"] for c in p["sections"]) for x in s["levels"]),
         p["review"], len(p["findings"]), p["source"])
        for p in s["programmes"]
    )  # fmt: skip
    return Sheet(t["sheet_programmes"], columns, rows)


def _issues(s: Mapping[str, Any], t: Mapping[str, str]) -> Sheet:
    columns = (Column(t["fiche"], width=22), Column(t["country"], width=16),
               Column(t["dimension"], width=26), Column(t["issue"], width=34),
               Column(t["code"], width=26), Column(t["status"]),
               Column(t["severity"].capitalize(), "count", 10),
               Column(t["confidence"].capitalize(), "p", 11), Column(t["quote"], width=80),
               Column(t["rule"], width=34), Column(t["reviewed_by"], width=18))  # fmt: skip
    rows = (
        (p["fiche_id"], p["country"], c["label"], i["label"], i["code"], i["status_label"],
         i["severity"], i["confidence"], i["evidence"], i["rule"], i["reviewed_by"])
        for p in s["programmes"] for c in p["sections"] for i in c["issues"]
    )  # fmt: skip
    return Sheet(t["sheet_issues"], columns, rows)


def _texts(s: Mapping[str, Any], t: Mapping[str, str]) -> Sheet:
    columns = (Column(t["fiche"], width=22), Column(t["dimension"], width=26),
               Column(t["level"], width=14), Column(t["confidence"].capitalize(), "p", 11),
               Column(t["to_review"], width=11), Column(t["text"], width=110),
               Column(t["reviewed"].capitalize(), width=50))  # fmt: skip
    rows = (
        (p["fiche_id"], c["label"], c["level_label"], c["confidence"],
         "?" if c["review"] else "", "".join(g["text"] for g in c["segments"]),
         reviewed_line(c, s["lang"]) if c["reviewed"] else "")
        for p in s["programmes"] for c in p["sections"]
    )  # fmt: skip
    return Sheet(t["sheet_texts"], columns, rows)
