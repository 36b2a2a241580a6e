"""PDF with a text layer → rows: words placed on lines, with their left edges.

pdfium (through pypdfium2) is not thread-safe: use processes.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

from assessor.documents.document import Cell, Row
from assessor.errors import FicheError, Rejection

MAX_PAGES = 200
GAP = 1.1  # in font heights: wider white space parts two pieces
MIN_CHARS = 20  # a document with fewer has no text layer


@dataclass(slots=True)
class _Char:
    text: str
    left: float
    right: float
    bottom: float
    top: float


def rows_of_pdf(data: bytes) -> list[Row]:
    """Return the rows of every page, top to bottom.

    Raises
    ------
    FicheError
        If the file is encrypted, damaged, too long or has no text layer.
    """
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise FicheError(
                Rejection.ENCRYPTED, "the PDF needs a password; save it without one"
            ) from error
        raise FicheError(Rejection.CORRUPT, "the PDF is damaged and cannot be opened") from error
    try:
        if len(document) > MAX_PAGES:
            raise FicheError(
                Rejection.TOO_LARGE, f"the PDF has {len(document)} pages (at most {MAX_PAGES})"
            )
        rows: list[Row] = []
        for number in range(len(document)):
            rows.extend(_page_rows(document, number, pdfium))
    finally:
        document.close()
    if sum(len(cell.text) for row in rows for cell in row.cells) < MIN_CHARS:
        raise FicheError(
            Rejection.NO_TEXT_LAYER,
            "the PDF holds no text, only images; run it through OCR (text recognition) first",
        )
    return rows


def _page_rows(document: Any, number: int, pdfium: Any) -> list[Row]:
    try:
        page = document[number]
        textpage = page.get_textpage()
    except pdfium.PdfiumError as error:
        raise FicheError(Rejection.CORRUPT, f"page {number + 1} of the PDF is damaged") from error
    chars = list(_chars(textpage, pdfium.raw))
    textpage.close()
    page.close()
    lines = _lines(chars)
    if not lines:
        return []
    width = _char_width(chars)
    margin = min(char.left for line in lines for char in line)
    rows: list[Row] = []
    previous: list[_Char] | None = None
    for line in lines:
        if previous is not None and _blank_between(previous, line):
            rows.append(Row((), number))
        rows.append(Row(tuple(_cells(line, margin, width)), number))
        previous = line
    return rows


def _chars(textpage: Any, raw: Any) -> Iterator[_Char]:
    """Yield the page's visible characters with their boxes, white space left out."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    for index in range(raw.FPDFText_CountChars(textpage)):
        code = raw.FPDFText_GetUnicode(textpage, index)
        char = chr(code) if code else ""
        if not char or char.isspace() or code in {0xFFFE, 0xFFFF, 0x2}:
            if code == 0x2:  # pdfium's mark for a hyphen at the end of a line
                char = "-"
            else:
                continue
        ok = raw.FPDFText_GetLooseCharBox(textpage, index, rect := raw.FS_RECTF())
        if ok:
            yield _Char(char, rect.left, rect.right, rect.bottom, rect.top)
        elif raw.FPDFText_GetCharBox(textpage, index, left, right, bottom, top):
            yield _Char(char, left.value, right.value, bottom.value, top.value)


def _lines(chars: list[_Char]) -> list[list[_Char]]:
    """Put characters on lines by their vertical middle, each line left to right."""
    lines: list[list[_Char]] = []
    middles: list[float] = []
    for char in sorted(chars, key=lambda c: (-(c.top + c.bottom) / 2, c.left)):
        middle = (char.top + char.bottom) / 2
        height = max(char.top - char.bottom, 1.0)
        if lines and abs(middles[-1] - middle) <= 0.35 * height:
            lines[-1].append(char)
        else:
            lines.append([char])
            middles.append(middle)
    return [sorted(line, key=lambda c: c.left) for line in lines]


def _cells(line: list[_Char], margin: float, width: float) -> Iterator[Cell]:
    height = median(max(char.top - char.bottom, 1.0) for char in line)
    text, start, previous = "", line[0].left, line[0]
    for char in line:
        gap = char.left - previous.right
        if text and gap > GAP * height:
            yield Cell(text, (start - margin) / width)
            text, start = "", char.left
        elif text and gap > 0.12 * height:
            text += " "
        text += char.text
        previous = char
    yield Cell(text, (start - margin) / width)


def _char_width(chars: list[_Char]) -> float:
    widths = [char.right - char.left for char in chars if char.right > char.left]
    return max(median(widths), 0.5) if widths else 5.0


def _blank_between(above: list[_Char], below: list[_Char]) -> bool:
    height = median(max(char.top - char.bottom, 1.0) for char in below)
    gap = min(char.bottom for char in above) - max(char.top for char in below)
    return gap > 0.45 * height
