"""Parts of a Word document: tables built fast, fields, captions, styles that may be missing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

# What XML 1.0 cannot hold.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
# Of a level's shade: its colour, and that of the letters upon it where it is not black.
INK = {"low": "CFE8D5", "moderate": "FBEEB8", "substantial": "F7C797", "high": "C9413B"}
ON_INK = {"high": "FFFFFF"}
LETTER, MARGIN = 0.64, 8.0  # width of a bold letter in its size; points beside a cell's words
FULL, SMALLEST = 0.8, 5.5  # share of the width that headings may need; points
HEAD_FILL = "E9EDF2"


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell; colours are RRGGBB."""

    text: str
    right: bool = False
    centre: bool = False
    bold: bool = False
    fill: str | None = None
    colour: str | None = None
    turned: bool = False


def clean(text: Any) -> str:
    """Return text that XML can hold."""
    return _CONTROL.sub("", str(text))


def _element(tag: str, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def table(rows: Sequence[Sequence[Cell]], widths: Sequence[int], size: float, head: int = 1) -> Any:
    """Return a ``w:tbl``; `widths` in twentieths of a point, `head` rows repeat on each page."""
    tbl = _element("w:tbl")
    properties = _element("w:tblPr")
    properties.append(_element("w:tblW", w=str(sum(widths)), type="dxa"))
    borders = _element("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        borders.append(_element(f"w:{side}", val="single", sz="4", space="0", color="D8DDE5"))
    properties.append(borders)
    properties.append(_element("w:tblLayout", type="fixed"))
    margins = _element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w="60", type="dxa"))
    properties.append(margins)
    tbl.append(properties)
    grid = _element("w:tblGrid")
    for width in widths:
        grid.append(_element("w:gridCol", w=str(width)))
    tbl.append(grid)
    for number, row in enumerate(rows):
        tbl.append(_row(row, widths, size, heading=number < head))
    return tbl


def _row(row: Sequence[Cell], widths: Sequence[int], size: float, *, heading: bool) -> Any:
    tr = _element("w:tr")
    properties = _element("w:trPr")
    properties.append(_element("w:cantSplit"))
    if heading:
        if any(cell.turned for cell in row):
            properties.append(_element("w:trHeight", val="2300", hRule="atLeast"))
        properties.append(_element("w:tblHeader"))
    tr.append(properties)
    for cell, width in zip(row, widths, strict=True):
        tr.append(_cell(cell, width, size, heading=heading))
    return tr


def _cell(cell: Cell, width: int, size: float, *, heading: bool) -> Any:
    tc = _element("w:tc")
    properties = _element("w:tcPr")
    properties.append(_element("w:tcW", w=str(width), type="dxa"))
    fill = cell.fill or (HEAD_FILL if heading else None)
    if fill:
        properties.append(_element("w:shd", val="clear", color="auto", fill=fill))
    if cell.turned:
        properties.append(_element("w:textDirection", val="btLr"))
    properties.append(_element("w:vAlign", val="center" if cell.centre else "top"))
    tc.append(properties)
    paragraph = _element("w:p")
    style = _element("w:pPr")
    style.append(_element("w:spacing", before="20", after="20", line="240", lineRule="auto"))
    style.append(
        _element("w:jc", val="center" if cell.centre else "right" if cell.right else "left")
    )
    paragraph.append(style)
    paragraph.append(_run(cell.text, size, bold=cell.bold or heading, colour=cell.colour))
    tc.append(paragraph)
    return tc


def _run(text: str, size: float, *, bold: bool = False, colour: str | None = None) -> Any:
    run = _element("w:r")
    properties = _element("w:rPr")
    if bold:
        properties.append(_element("w:b"))
    if colour:
        properties.append(_element("w:color", val=colour))
    properties.append(_element("w:sz", val=str(round(2 * size))))
    run.append(properties)
    words = _element("w:t")
    words.text = clean(text)
    words.set(qn("xml:space"), "preserve")
    run.append(words)
    return run


def widths(
    head: Sequence[Cell], weights: Sequence[float], width: int, size: float
) -> tuple[list[int], float]:
    """Return columns' widths, no word of a heading broken, and the size that allows it.

    Parameters
    ----------
    weights : sequence of float
        How what is left of the width is divided.
    width : int
        Of the table, in twentieths of a point; `size` of its letters in points.
    """
    letters = [5 if c.turned else max([4, *map(len, c.text.split())]) for c in head]
    need = sum(LETTER * size * n + MARGIN for n in letters)
    fitting = size if need <= FULL * width / 20 else max(SMALLEST, size * FULL * width / 20 / need)
    least = [20 * (LETTER * fitting * n + MARGIN) for n in letters]
    rest = width - sum(least)
    if rest < 0:
        return [round(width * own / sum(least)) for own in least], fitting
    parts = [rest * weight / sum(weights) for weight in weights]
    return [round(own + part) for own, part in zip(least, parts, strict=True)], fitting


def begin_field(paragraph: Any, instruction: str) -> None:
    """Begin a field: what follows up to its end is what it shows until it is updated."""
    _mark(paragraph, "begin")
    code = _element("w:instrText")
    code.set(qn("xml:space"), "preserve")
    code.text = instruction
    run = _element("w:r")
    run.append(code)
    paragraph._p.append(run)
    _mark(paragraph, "separate")


def end_field(paragraph: Any) -> None:
    """End a field."""
    _mark(paragraph, "end")


def _mark(paragraph: Any, kind: str) -> None:
    run = _element("w:r")
    run.append(_element("w:fldChar", fldCharType=kind))
    paragraph._p.append(run)


def contents(document: Any, entries: Sequence[str], hint: str) -> None:
    """Add a contents field, its entries already in place; page numbers come on updating."""
    paragraphs = [add_paragraph(document, "", "TOC 1") for _ in entries]
    begin_field(paragraphs[0], 'TOC \\o "1-2" \\h \\z \\u')
    for paragraph, text in zip(paragraphs, entries, strict=True):
        paragraph.add_run(clean(text))
        paragraph.paragraph_format.space_after = 25400
    end_field(paragraphs[-1])
    add_paragraph(document, hint, "Caption")


def add_paragraph(document: Any, text: str, style: str | None = None) -> Any:
    """Add a paragraph, in the style where the template has it."""
    names = {s.name for s in document.styles}
    return document.add_paragraph(clean(text), style=style if style in names else None)


def caption(document: Any, label: str, number: int, text: str) -> None:
    """Add a numbered caption that keeps with its table."""
    paragraph = add_paragraph(document, "", "Caption")
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run(f"{label} ")
    begin_field(paragraph, f"SEQ {label} \\* ARABIC")
    paragraph.add_run(str(number))
    end_field(paragraph)
    paragraph.add_run(f". {clean(text)}")


def append_table(document: Any, element: Any) -> None:
    """Put a table at the end of the document, with air below."""
    document.element.body.insert(len(document.element.body) - 1, element)
    spacer = document.add_paragraph()
    spacer.paragraph_format.space_after = 0
