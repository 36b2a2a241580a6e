"""Rows of a document → lines in reading order, two-column forms told apart.

A form sets labels to the left and values to the right. Where a file keeps cells (DOCX) they
are taken as they are; where it only keeps places on the page (PDF, text that kept its
layout) the value column is the place where most right-hand pieces begin.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from assessor.documents.document import Cell, Document, Row
from assessor.fiche.labels import LabelIndex
from assessor.fiche.layout_line import Column, Line
from assessor.folding import words_of

MIN_GUTTER = 8.0  # no value column begins further left than this, in characters
TOLERANCE = 1.6  # how far the pieces of a column may stand apart
MIN_ROWS = 3  # a column needs as many pieces, or it is chance
_ENDS = (".", ":", ";", "!", "?", ")", "»", '"')


def lines_of(document: Document, index: LabelIndex) -> list[Line]:
    """Return the document's lines in reading order, each with its column.

    Parameters
    ----------
    index : LabelIndex
        The form's labels: they tell where a wrapped label ends and the next one begins.
    """
    lines: list[Line] = []
    for page, rows in groupby(document.rows, key=lambda row: row.page):
        page_rows = list(rows)
        if any(row.ruled for row in page_rows):
            lines.extend(_ruled(page_rows, page))
        else:
            lines.extend(_told_apart(page_rows, page, index))
    return lines


def _ruled(rows: Sequence[Row], page: int) -> Iterator[Line]:
    """Cells of a file's own tables; paragraphs outside tables are one cell each."""
    for row in rows:
        for number, cell in enumerate(row.cells):
            texts = [text for part in cell.text.split("\n") if (text := part.strip())]
            if not row.ruled or len(row.cells) == 1:
                column = Column.FULL
            else:
                column = Column.LEFT if number == 0 else Column.RIGHT
            for k, text in enumerate(texts):
                # A long first cell is prose in a table without labels.
                short = column is not Column.LEFT or len(cell.text) < 160
                last = k == len(texts) - 1
                yield Line(text, page, column if short else Column.FULL, True, row.ruled and last)


@dataclass
class _Block:
    """A label (left) and the lines beside and below it (right)."""

    left: list[str] = field(default_factory=list)
    outer: list[str] = field(default_factory=list)
    right: list[tuple[str, bool]] = field(default_factory=list)

    def words(self) -> list[str]:
        return [word.text for text in self.left for word in words_of(text)]


def _told_apart(rows: Sequence[Row], page: int, index: LabelIndex) -> list[Line]:
    gutters = _gutters(rows, index)
    if not gutters:
        return list(_single_column(rows, page))
    lines: list[Line] = []
    block = _Block()
    blank = True
    for row in rows:
        if not row.cells:
            blank = True
            continue
        left, right = _split(row.cells, gutters)
        if left and not right and _is_full_width(left, gutters, block):
            lines.extend(_emit(block, page))
            block = _Block()
            lines.append(Line(_text(left), page, Column.FULL, blank or _broke(lines)))
        else:
            outer, label = _outer(left, gutters) if left else ("", "")
            if (label or outer) and not _continues(block, label, outer, bool(right), index):
                lines.extend(_emit(block, page))
                block = _Block()
            block.outer.extend([outer] if outer else [])
            block.left.extend([label] if label else [])
            if right:
                block.right.append((_text(right), blank))
        blank = False
    lines.extend(_emit(block, page))
    return lines


def _gutters(rows: Sequence[Row], index: LabelIndex) -> list[float]:
    """Return where value columns begin on the page, most used first; [] where there is none."""
    beside: Counter[int] = Counter()
    starts: list[float] = []
    labelled = 0
    for row in rows:
        cells = row.cells
        if len(cells) > 1 and cells[1].x >= MIN_GUTTER:
            starts.append(cells[1].x)
            beside[round(cells[1].x)] += 1
            labelled += index.begins_label([w.text for w in words_of(cells[0].text)])
        elif len(cells) == 1 and cells[0].x >= MIN_GUTTER:
            starts.append(cells[0].x)
    if labelled == 0 and len(beside) < MIN_ROWS:
        return []
    clusters: list[list[float]] = []
    for x in sorted(starts):
        if clusters and x - clusters[-1][-1] <= TOLERANCE:
            clusters[-1].append(x)
        else:
            clusters.append([x])
    wide = [c for c in clusters if len(c) >= MIN_ROWS or (labelled and len(c) >= 2)]
    return [min(c) for c in sorted(wide, key=lambda c: (-len(c), c[0]))]


def _split(cells: Sequence[Cell], gutters: list[float]) -> tuple[list[Cell], list[Cell]]:
    """Divide a row at the most used value column that one of its pieces begins at."""
    main = gutters[0]
    for gutter in gutters:
        if gutter > main + 25:
            continue
        for place, cell in enumerate(cells):
            if abs(cell.x - gutter) <= TOLERANCE and (gutter >= main - 25):
                if gutter < main and any(abs(c.x - main) <= TOLERANCE for c in cells[place:]):
                    break
                return list(cells[:place]), list(cells[place:])
    beyond = [place for place, cell in enumerate(cells) if cell.x >= main - TOLERANCE]
    if beyond:
        return list(cells[: beyond[0]]), list(cells[beyond[0] :])
    return list(cells), []


def _outer(left: Sequence[Cell], gutters: list[float]) -> tuple[str, str]:
    """Part a group label that stands in a column of its own from the label proper."""
    if len(left) > 1:
        return left[0].text, _text(left[1:])
    inner = [g for g in gutters[1:] if g < gutters[0] - TOLERANCE]
    if inner and left[0].x < min(inner) - TOLERANCE and len(left[0].text) <= min(inner):
        return "", left[0].text
    return "", left[0].text


def _is_full_width(left: Sequence[Cell], gutters: list[float], block: _Block) -> bool:
    """A piece that runs past the value column belongs to no label."""
    last = left[-1]
    return last.x + len(last.text) > min(gutters[0] + 6, gutters[0] * 1.25)


def _continues(block: _Block, label: str, outer: str, beside: bool, index: LabelIndex) -> bool:
    """Say whether left-hand text goes on with the label of the open block."""
    if not block.left and not block.outer:
        return not block.right
    so_far = block.words()
    new = [word.text for word in words_of(label)]
    if not new or index.is_prefix([*so_far, *new]):
        return True
    if index.begins_label(new) or outer:
        return False
    # A label that the form does not know may wrap too, as long as no new value begins.
    return bool(block.left) and not block.left[-1].rstrip().endswith(":") and not beside


def _emit(block: _Block, page: int) -> Iterator[Line]:
    for text in block.outer:
        yield Line(text, page, Column.LEFT, True)
    for number, text in enumerate(block.left):
        end = number == len(block.left) - 1
        yield Line(text, page, Column.LEFT, number == 0, end)
    for number, (text, blank) in enumerate(block.right):
        starts_cell = number == 0 and bool(block.left)
        breaks = blank or starts_cell or block.right[number - 1][0].endswith(_ENDS)
        yield Line(text, page, Column.RIGHT, breaks, number == len(block.right) - 1)


def _single_column(rows: Iterable[Row], page: int) -> Iterator[Line]:
    breaks = True
    for row in rows:
        if not row.cells:
            breaks = True
            continue
        text = _text(row.cells)
        yield Line(text, page, Column.FULL, breaks)
        breaks = text.endswith(_ENDS)


def _broke(lines: Sequence[Line]) -> bool:
    return not lines or lines[-1].text.endswith(_ENDS) or lines[-1].column is not Column.FULL


def _text(cells: Sequence[Cell]) -> str:
    return "  ".join(cell.text.strip() for cell in cells)
