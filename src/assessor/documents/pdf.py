"""PDF with a text layer → rows of cells, by the positions of its characters.

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
MAX_CHARS = 1_000_000  # a fiche has some 20,000
CELL_GAP = 1.1  # in font heights: wider white space separates two cells
WORD_GAP = 0.12  # in font heights: wider white space separates two words
SAME_LINE = 0.3  # of the font height: baselines closer than this are one line
BLANK = 1.7  # in font heights: a wider step between baselines leaves a blank line
MIN_CHARS = 20  # a document with fewer has no text layer


@dataclass(slots=True)
class _Char:
    text: str
    left: float
    right: float
    base: float  # the baseline: the same for letters and marks of a line
    size: float  # font height


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
        budget = MAX_CHARS
        for number in range(len(document)):
            chars = _page_chars(document, number, budget, pdfium)
            budget -= len(chars)
            rows.extend(_page_rows(chars, number))
    finally:
        document.close()
    if sum(len(cell.text) for row in rows for cell in row.cells) < MIN_CHARS:
        raise FicheError(
            Rejection.NO_TEXT_LAYER,
            "the PDF holds no text, only images; run it through OCR (text recognition) first",
        )
    return rows


def _page_chars(document: Any, number: int, budget: int, pdfium: Any) -> list[_Char]:
    try:
        page = document[number]
        textpage = page.get_textpage()
    except pdfium.PdfiumError as error:
        raise FicheError(Rejection.CORRUPT, f"page {number + 1} of the PDF is damaged") from error
    try:
        if pdfium.raw.FPDFText_CountChars(textpage) > budget:
            raise FicheError(Rejection.TOO_LARGE, f"the PDF has more than {MAX_CHARS:,} characters")
        return list(_chars(textpage, pdfium.raw))
    finally:
        textpage.close()
        page.close()


def _page_rows(chars: list[_Char], number: int) -> list[Row]:
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
    """Yield the page's visible characters with their places, white space left out."""
    left, right, bottom, top, x, y = (ctypes.c_double() for _ in range(6))
    for index in range(raw.FPDFText_CountChars(textpage)):
        code = raw.FPDFText_GetUnicode(textpage, index)
        # pdfium gives 2 for a hyphen at the end of a line, and writes no white space we need.
        char = "-" if code == 2 else chr(code) if code not in {0, 0xFFFE, 0xFFFF} else " "
        if char.isspace() or not char.isprintable():
            continue
        if not raw.FPDFText_GetCharBox(textpage, index, left, right, bottom, top):
            continue
        raw.FPDFText_GetCharOrigin(textpage, index, x, y)
        # Some files scale a font of size 1 by a matrix: the box tells its height better then.
        size = max(raw.FPDFText_GetFontSize(textpage, index), top.value - bottom.value, 1.0)
        # The loose box is as wide as the pen moves, so that letters of a word touch.
        rect = raw.FS_RECTF()
        if raw.FPDFText_GetLooseCharBox(textpage, index, rect):
            yield _Char(char, rect.left, rect.right, y.value, size)
        else:
            yield _Char(char, left.value, right.value, y.value, size)


def _lines(chars: list[_Char]) -> list[list[_Char]]:
    """Put characters on lines by their baseline, each line left to right."""
    lines: list[list[_Char]] = []
    base = 0.0
    for char in sorted(chars, key=lambda c: (-c.base, c.left)):
        if lines and abs(base - char.base) <= SAME_LINE * char.size:
            lines[-1].append(char)
        else:
            lines.append([char])
            base = char.base
    return [sorted(line, key=lambda c: c.left) for line in lines]


def _cells(line: list[_Char], margin: float, width: float) -> Iterator[Cell]:
    height = median(char.size for char in line)
    words: list[tuple[str, float]] = [("", line[0].left)]
    previous = line[0]
    for char in line:
        gap = char.left - previous.right
        if words[-1][0] and gap > CELL_GAP * height:
            yield _cell(words, margin, width)
            words = [("", char.left)]
        elif words[-1][0] and gap > WORD_GAP * height:
            words.append(("", char.left))
        words[-1] = (words[-1][0] + char.text, words[-1][1])
        previous = char
    yield _cell(words, margin, width)


def _cell(words: list[tuple[str, float]], margin: float, width: float) -> Cell:
    stops = tuple((left - margin) / width for _, left in words)
    return Cell(" ".join(text for text, _ in words), stops[0], stops)


def _char_width(chars: list[_Char]) -> float:
    widths = [char.right - char.left for char in chars if char.right > char.left]
    return max(median(widths), 0.5) if widths else 5.0


def _blank_between(above: list[_Char], below: list[_Char]) -> bool:
    height = median(char.size for char in below)
    return above[0].base - below[0].base > BLANK * height
