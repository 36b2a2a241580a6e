"""Lay one written fiche out in ten further ways, as the files that offices send.

Word tables of one to four columns, PDFs of ruled and unruled tables, and text out of each PDF
with its layout and without it. Nothing here is committed: `make forms` lays out and scores.
"""

from __future__ import annotations

import html
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus_form import FormRow, fiche_id, form_rows, habit_of, head_lines
from corpus_render import FORMS, GRID_KEYS, GRID_ROWS, to_text
from docx import Document

Content = dict[str, Any]
BATCH = 30  # documents that one start of LibreOffice converts
BESIDE = {"start_date", "end_date", "extension", "budget_total", "regions", "mdgs"}
KINDS = {"docx": ".docx", "pdf": ".pdf", "layout": ".layout.txt", "raw": ".raw.txt"}


@dataclass(frozen=True)
class Variant:
    """A file and how it was made.

    Parameters
    ----------
    fiche : str
        Name of the fiche that it holds.
    layout : str
        One of `WORD_LAYOUTS` or `PDF_LAYOUTS`.
    kind : str
        One of `KINDS`.
    """

    fiche: str
    layout: str
    kind: str
    path: Path


def render_variants(contents: Sequence[Content], folder: Path) -> list[Variant]:
    """Write every fiche in every layout and kind below `folder`; needs soffice and pdftotext."""
    folder.mkdir(parents=True, exist_ok=True)
    words: list[Path] = []
    for content in contents:
        name = fiche_id(content)
        for layout, form in WORD_LAYOUTS.items():
            words.append(folder / f"{name}~{layout}.docx")
            form(content).save(str(words[-1]))
        for layout, draw in PDF_LAYOUTS.items():
            draw(content, folder / f"{name}~{layout}.pdf")
    for start in range(0, len(words), BATCH):
        batch = [str(path) for path in words[start : start + BATCH]]
        command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(folder), *batch]
        subprocess.run(command, check=True, capture_output=True, timeout=600)
    for pdf in sorted(folder.glob("*.pdf")):
        for kind, layout in (("layout", True), ("raw", False)):
            text = to_text(pdf, layout=layout)
            pdf.with_suffix(KINDS[kind]).write_text(text, encoding="utf-8")
    return variants_in(folder)


def variants_in(folder: Path) -> list[Variant]:
    """Return the variants that a folder holds, sorted by file name."""
    found = []
    for path in sorted(folder.iterdir()):
        name, _, rest = path.name.partition("~")
        layout, _, suffix = rest.partition(".")
        kind = next((k for k, end in KINDS.items() if end == f".{suffix}"), None)
        if kind:
            found.append(Variant(name, layout, kind, path))
    return found


def inline_form(content: Content) -> Any:
    """One column: label and value in the same cell."""
    document, rows, table = _begin(content, columns=1)
    for row in rows:
        (cell,) = table.add_row().cells
        if row.id == "beneficiaries":
            cell.text = row.label
            _grid(cell, content["beneficiaries"])
            continue
        label = row.label if row.label.endswith((":", ")")) else f"{row.label}:"
        _fill(cell, f"{label} {row.value}".strip())
    return document


def four_columns(content: Content) -> Any:
    """Short values two to a row, the others over three columns."""
    document, rows, table = _begin(content, columns=4)
    waiting = list(rows)
    while waiting:
        row = waiting.pop(0)
        cells = table.add_row().cells
        cells[0].text = row.label
        if row.id in BESIDE and waiting and waiting[0].id in BESIDE:
            beside = waiting.pop(0)
            cells[1].text, cells[2].text, cells[3].text = row.value, beside.label, beside.value
            continue
        value = cells[1].merge(cells[3])
        if row.id == "beneficiaries":
            _grid(value, content["beneficiaries"])
        else:
            _fill(value, row.value)
    return document


def own_column_for_groups(content: Content) -> Any:
    """Group, label, value; the group's cell merged over its rows."""
    document, rows, table = _begin(content, columns=3)
    groups: dict[str, Any] = {}
    for row in rows:
        cells = table.add_row().cells
        if not row.group:
            cells[0].merge(cells[1]).text = row.label
        else:
            if row.group in groups:
                cells[0].merge(groups[row.group])
            else:
                cells[0].text = row.group
                groups[row.group] = cells[0]
            cells[1].text = row.label
        if row.id == "beneficiaries":
            _grid(cells[2], content["beneficiaries"])
        else:
            _fill(cells[2], row.value)
    return document


def ruled_pdf(content: Content, path: Path) -> None:
    """Two ruled columns; groups as rows of their own."""
    _two_columns(content, path, widths=(140, 350), bold=True, ruled=True)


def wide_pdf(content: Content, path: Path) -> None:
    """A wide label column, no rules, nothing bold."""
    _two_columns(content, path, widths=(200, 300), bold=False, ruled=False)


def three_column_pdf(content: Content, path: Path) -> None:
    """The group repeated beside each of its rows."""
    data = [
        [_paragraph(row.group, bold=True), _paragraph(row.label, bold=True), _value(content, row)]
        for row in _rows(content)
    ]
    _build(path, [*_head(content), _table(data, (70, 120, 320))])


def stacked_pdf(content: Content, path: Path) -> None:
    """Key data in two columns, observations under their labels beside the group."""
    rows = _rows(content)
    at = next(k for k, row in enumerate(rows) if row.id == "gender")
    gender, top, below = rows[at], rows[:at], rows[at + 1 :]
    groups: dict[str, list[Any]] = {}
    for row in below:
        if row.group:
            cell = [_paragraph(row.label, bold=True), *map(_paragraph, row.value.split("\n"))]
            groups.setdefault(row.group, []).extend(cell)
    stacked = [[_paragraph(group, bold=True), cell] for group, cell in groups.items()]
    low = [row for row in below if not row.group]
    story = [
        *_head(content), _pairs(content, top), _paragraph(gender.label, bold=True),
        *map(_paragraph, gender.value.split("\n")), _paragraph("Observaciones", bold=True),
        _table(stacked, (90, 410)), _pairs(content, low),
    ]  # fmt: skip
    _build(path, story)


WORD_LAYOUTS: dict[str, Callable[[Content], Any]] = {
    **FORMS, "inline": inline_form, "four": four_columns, "own": own_column_for_groups,
}  # fmt: skip
PDF_LAYOUTS: dict[str, Callable[[Content, Path], None]] = {
    "rl": ruled_pdf, "rlw": wide_pdf, "rl3": three_column_pdf, "rlseed": stacked_pdf,
}  # fmt: skip


def _rows(content: Content) -> list[FormRow]:
    return form_rows(content, habit_of(fiche_id(content)))


def _begin(content: Content, columns: int) -> tuple[Any, list[FormRow], Any]:
    document = Document()
    for line in head_lines(content):
        document.add_paragraph(line)
    table = document.add_table(rows=0, cols=columns)
    table.style = "Table Grid"
    return document, _rows(content), table


def _fill(cell: Any, text: str) -> None:
    first, *others = text.split("\n")
    cell.text = first
    for line in others:
        cell.add_paragraph(line)


def _grid(cell: Any, counts: Content) -> None:
    """Add the beneficiaries' grid as wide as the cell leaves it."""
    table = cell.add_table(rows=0, cols=3)
    for texts in _grid_rows(counts):
        for place, text in zip(table.add_row().cells, texts, strict=True):
            place.text = text


def _grid_rows(counts: Content) -> list[list[str]]:
    sides = [counts.get(side) or {} for side in ("direct", "indirect")]
    figures = [[side.get(key) for side in sides] for key in GRID_KEYS]
    texts = [["" if n is None else str(n) for n in row] for row in figures]
    return [
        ["", "Directos", "Indirectos"],
        *([label, *row] for label, row in zip(GRID_ROWS, texts, strict=True)),
    ]


def _two_columns(
    content: Content, path: Path, *, widths: tuple[int, int], bold: bool, ruled: bool
) -> None:
    data: list[list[Any]] = []
    group = ""
    for row in _rows(content):
        if row.group and row.group != group:
            data.append([_paragraph(row.group, bold=True), ""])
        group = row.group
        data.append([_paragraph(row.label, bold=bold), _value(content, row)])
    _build(path, [*_head(content), _table(data, widths, ruled=ruled)])


def _pairs(content: Content, rows: Sequence[FormRow]) -> Any:
    data = [[_paragraph(row.label, bold=True), _value(content, row)] for row in rows]
    return _table(data, (120, 380))


def _value(content: Content, row: FormRow) -> Any:
    from reportlab.platypus import Table

    if row.id == "beneficiaries":
        return Table(_grid_rows(content["beneficiaries"]))
    return [_paragraph(line) for line in row.value.split("\n")] if row.value else ""


def _table(data: list[list[Any]], widths: Sequence[int], *, ruled: bool = True) -> Any:
    from reportlab.lib.colors import grey
    from reportlab.platypus import Table, TableStyle

    style: list[Any] = [("VALIGN", (0, 0), (-1, -1), "TOP")]
    if ruled:
        style.append(("GRID", (0, 0), (-1, -1), 0.4, grey))
    return Table(data, colWidths=list(widths), splitInRow=1, style=TableStyle(style))


def _head(content: Content) -> list[Any]:
    return [_paragraph(line) for line in head_lines(content)]


def _paragraph(text: str, *, bold: bool = False) -> Any:
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph

    marked = html.escape(text)
    return Paragraph(f"<b>{marked}</b>" if bold else marked, getSampleStyleSheet()["BodyText"])


def _build(path: Path, story: list[Any]) -> None:
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    SimpleDocTemplate(str(path), pagesize=A4, leftMargin=40, rightMargin=40).build(story)
