"""Rows of a document → lines in reading order, each assigned to a column.

Forms print labels on the left and values on the right. Cells of a real table (DOCX) are taken as
they are. Where only positions are known (PDF, text with its layout), the value column is the
position at which most right-hand cells begin.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from assessor.documents.document import Cell, Document, Row
from assessor.fiche.labels import LabelIndex
from assessor.fiche.layout_line import Column, Line
from assessor.folding import bare_words

MIN_GUTTER = 8.0  # no value column begins further left than this, in characters
TOLERANCE = 1.6  # how far the pieces of a column may stand apart
STOP = 0.8  # how far a word may stand from the column it begins, in characters
SHORT_LINE = 0.6  # of the widest line: shorter ones end a paragraph
MIN_BROKEN = 3  # words of a label before the break: fewer may be prose
MAX_REST = 5  # lines over which the rest of a broken label may wrap
MAX_TAIL = 4  # words of the report a label refers to
NEAR_MAIN = 25  # characters: value columns further from the main one are not used
LONGEST_LABEL = 160  # characters of a first cell; a longer one is prose, in a table without labels
MIN_ROWS = 3  # a column needs as many pieces, or it is chance
_ENDS = (".", ":", ";", "!", "?", ")", "»", '"')


def lines_of(document: Document, index: LabelIndex) -> list[Line]:
    """Return the document's lines in reading order, each with its column.

    Parameters
    ----------
    index : LabelIndex
        The form's labels, by which wrapped labels are recognised.
    """
    if document.kind == "docx":
        return list(_ruled(document.rows))
    return _rejoin_labels(_columns(document.rows, index), index)


def _rejoin_labels(lines: list[Line], index: LabelIndex) -> list[Line]:
    """Rejoin labels that a page break split."""
    mended = list(lines)
    for number in range(len(lines)):
        broken = _broken_label(lines, number, index)
        if broken is None or not mended[number].text:
            continue
        end, rest = broken
        pieces = [*lines[number:end], *lines[rest]]
        text = " ".join(line.text for line in pieces)
        mended[number] = replace(lines[number], text=text)
        for later in (*range(number + 1, end), *range(rest.start, rest.stop)):
            mended[later] = replace(lines[later], text="")
    return [line for line in mended if line.text]


def _broken_label(
    lines: Sequence[Line], number: int, index: LabelIndex
) -> tuple[int, slice] | None:
    """Return the end of the first part of a split label at line `number`, and its rest's lines."""
    found = None
    words: list[str] = []
    for end in range(number + 1, min(number + MAX_REST, len(lines)) + 1):
        line = lines[end - 1]
        words += bare_words(line.text)
        if line.page != lines[number].page or not index.is_prefix(words):
            break
        rests = index.rests(words)
        if len(words) < MIN_BROKEN:  # the rest then has to tell
            rests = {rest for rest in rests if len(rest) > 1}
        ended = line.text.endswith(":")
        rest = None if ended or not rests else _rest_on_next_page(lines, end - 1, rests)
        if rest is not None:
            found = end, rest
        elif index.is_label(words):
            found = None  # whole on its own page: what looks like its rest is another's
    return found


def _rest_on_next_page(
    lines: Sequence[Line], number: int, rests: set[tuple[str, ...]]
) -> slice | None:
    """Return the lines of the next page that complete the label which ends at line `number`."""
    page = lines[number].page
    for begin in range(number + 1, len(lines)):
        if lines[begin].page > page + 1:
            return None
        if lines[begin].page == page:
            continue
        found: tuple[str, ...] = ()
        whole = None
        for end in range(begin, min(begin + MAX_REST, len(lines))):
            found += tuple(bare_words(lines[end].text))
            if any(found[: len(r)] == r and _is_tail(found[len(r) :]) for r in rests):
                whole = slice(begin, end + 1)
        if whole is not None:
            return whole
    return None


def _is_tail(words: Sequence[str]) -> bool:
    """Say whether words are empty or a label's tail such as «de enero 2013»."""
    return not words or (len(words) <= MAX_TAIL and words[-1].isdigit() and len(words[-1]) == 4)


def _ruled(rows: Sequence[Row]) -> Iterator[Line]:
    """Yield the lines of real table cells; a paragraph outside tables is a cell of its own."""
    for row in rows:
        for number, cell in enumerate(row.cells):
            texts = [text for part in cell.text.split("\n") if (text := part.strip())]
            if not row.ruled or len(row.cells) == 1:
                column = Column.FULL
            else:
                column = Column.LEFT if number == 0 else Column.RIGHT
            for k, text in enumerate(texts):
                short = column is not Column.LEFT or len(cell.text) < LONGEST_LABEL
                last = k == len(texts) - 1
                kind = column if short else Column.FULL
                yield Line(text, row.page, kind, True, row.ruled and last)


@dataclass
class _Block:
    """A label (left) and the lines beside and below it (right)."""

    left: list[str] = field(default_factory=list)
    outer: list[str] = field(default_factory=list)
    right: list[tuple[list[Cell], bool]] = field(default_factory=list)

    def words(self) -> list[str]:
        return bare_words(" ".join(self.left))


def _columns(rows: Sequence[Row], index: LabelIndex) -> list[Line]:
    """Detect columns page by page; a block may continue on the next page."""
    lines: list[Line] = []
    block = _Block()
    for page, page_rows in groupby(rows, key=lambda row: row.page):
        kept = list(page_rows)
        gutters = _gutters(kept, index)
        if gutters:
            block = _two_columns(kept, page, gutters, block, lines, index)
        else:
            lines.extend(_emit(block, page, index))
            block = _Block()
            lines.extend(_single_column(kept, page))
    lines.extend(_emit(block, rows[-1].page if rows else 0, index))
    return lines


def _two_columns(
    rows: Sequence[Row],
    page: int,
    gutters: list[float],
    block: _Block,
    lines: list[Line],
    index: LabelIndex,
) -> _Block:
    """Add a page's finished blocks to `lines` and return the one that is still open."""
    blank = True
    for row in rows:
        if not row.cells:
            blank = True
            continue
        left, right = _split(_part(row.cells, gutters[0], block, index), gutters)
        if left and not right and _is_full_width(left, gutters):
            lines.extend(_emit(block, page, index))
            block = _Block()
            lines.append(Line(_text(left), page, Column.FULL, blank or _broke(lines)))
        else:
            outer, label = _outer(left) if left else ("", "")
            if (label or outer) and not _continues(block, label, outer, bool(right), index):
                lines.extend(_emit(block, page, index))
                block = _Block()
            block.outer.extend([outer] if outer else [])
            block.left.extend([label] if label else [])
            if right:
                block.right.append((right, blank))
        blank = False
    return block


def _gutters(rows: Sequence[Row], index: LabelIndex) -> list[float]:
    """Return the left edges of a page's value columns, most used first."""
    beside: Counter[int] = Counter()
    starts: list[float] = []
    labelled = 0
    for row in rows:
        cells = row.cells
        if len(cells) > 1 and cells[1].x >= MIN_GUTTER:
            starts.append(cells[1].x)
            beside[round(cells[1].x)] += 1
            words = bare_words(cells[0].text)
            labelled += index.begins_label(words) or index.is_prefix(words)
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
    ranked = [min(c) for c in sorted(wide, key=lambda c: (-len(c), c[0]))]
    return [g for g in ranked if g >= ranked[0] or not _is_label_column(g, ranked[0], rows)]


def _is_label_column(x: float, gutter: float, rows: Sequence[Row]) -> bool:
    """Say whether most cells that begin at `x` end before the value column, as labels do."""
    ends = sorted(
        cell.x + len(cell.text)
        for row in rows
        for cell in row.cells
        if abs(cell.x - x) <= TOLERANCE
    )
    return bool(ends) and ends[len(ends) // 2] <= gutter


def _part(cells: Sequence[Cell], gutter: float, block: _Block, index: LabelIndex) -> Sequence[Cell]:
    """Split a cell in which a label is followed by its value without a gap."""
    for place, cell in enumerate(cells):
        at = next((k for k, x in enumerate(cell.stops) if k and abs(x - gutter) < STOP), None)
        if at is None:
            continue
        whole = bare_words(cell.text)
        if index.is_prefix(whole) or index.begins_label(whole):
            return cells
        parts = cell.text.split(" ")
        label = " ".join(parts[:at])
        new = bare_words(label)
        if index.is_prefix([*block.words(), *new]) or index.is_prefix(new):
            before = Cell(label, cell.x, cell.stops[:at])
            after = Cell(" ".join(parts[at:]), cell.stops[at], cell.stops[at:])
            return [*cells[:place], before, after, *cells[place + 1 :]]
    return cells


def _split(cells: Sequence[Cell], gutters: list[float]) -> tuple[list[Cell], list[Cell]]:
    """Split a row at the most used value column at which one of its cells begins."""
    main = gutters[0]
    for gutter in gutters:
        if gutter > main + NEAR_MAIN:
            continue
        for place, cell in enumerate(cells):
            if abs(cell.x - gutter) <= TOLERANCE and gutter >= main - NEAR_MAIN:
                if gutter < main and any(abs(c.x - main) <= TOLERANCE for c in cells[place:]):
                    break
                return list(cells[:place]), list(cells[place:])
    beyond = [place for place, cell in enumerate(cells) if cell.x >= main - TOLERANCE]
    if beyond:
        return list(cells[: beyond[0]]), list(cells[beyond[0] :])
    return list(cells), []


def _outer(left: Sequence[Cell]) -> tuple[str, str]:
    """Split the left side into a group's label, if it has a column of its own, and the label."""
    if len(left) > 1:
        return left[0].text, _text(left[1:])
    return "", left[0].text


def _is_full_width(left: Sequence[Cell], gutters: list[float]) -> bool:
    """Say whether the left side runs past the value column, as no label does."""
    last = left[-1]
    return last.x + len(last.text) > min(gutters[0] + 6, gutters[0] * 1.25)


def _continues(block: _Block, label: str, outer: str, beside: bool, index: LabelIndex) -> bool:
    """Say whether left-hand text continues the label of the open block."""
    if not block.left and not block.outer:
        return not block.right
    so_far = block.words()
    new = bare_words(label)
    if not new or index.is_prefix([*so_far, *new]):
        return True
    if label[:1].islower() and block.left and not block.left[-1].rstrip().endswith(":"):
        return True
    if index.begins_label(new) or index.is_prefix(new) or outer:
        return False
    # A label that the form does not know may wrap too, as long as no new value begins.
    return bool(block.left) and not block.left[-1].rstrip().endswith(":") and not beside


def _emit(block: _Block, page: int, index: LabelIndex) -> Iterator[Line]:
    for text in block.outer:
        yield Line(text, page, Column.LEFT, True)
    for first, second in _pairs(block, index):
        yield from _label_lines(first, page, index)
        starts_cell = bool(first)
        for number, (text, blank) in enumerate(second):
            breaks = blank or (starts_cell and not number) or second[number - 1][0].endswith(_ENDS)
            yield Line(text, page, Column.RIGHT, breaks, number == len(second) - 1)


Value = list[tuple[str, bool]]


def _pairs(block: _Block, index: LabelIndex) -> Iterator[tuple[list[str], Value]]:
    """Yield label and value of a block; two pairs where the row holds a second label."""
    at = _second_label(block, index)
    if at is None:
        yield block.left, [(_text(cells), blank) for cells, blank in block.right]
        return
    label_x, value_x = at
    first: Value = []
    label: list[str] = []
    second: Value = []
    for cells, blank in block.right:
        parts: tuple[list[Cell], list[Cell], list[Cell]] = ([], [], [])
        for cell in cells:
            parts[(cell.x >= label_x - TOLERANCE) + (cell.x >= value_x - TOLERANCE)].append(cell)
        first += [(_text(parts[0]), blank)] if parts[0] else []
        label += [_text(parts[1])] if parts[1] else []
        second += [(_text(parts[2]), blank)] if parts[2] else []
    yield block.left, first
    yield label, second


def _second_label(block: _Block, index: LabelIndex) -> tuple[float, float] | None:
    """Return the left edges of a second label and its value in the block's rows."""
    if not block.left:
        return None
    for cells, _ in block.right[:2]:
        for place, cell in enumerate(cells):
            words = bare_words(cell.text)
            known = index.is_label(words) or (index.is_prefix(words) and place > 0)
            if known and cell.text[:1].isupper() and (place or len(cells) > 1):
                after = (
                    cells[place + 1].x if place + 1 < len(cells) else cell.x + len(cell.text) + 1
                )
                return cell.x, after
    return None


def _label_lines(texts: list[str], page: int, index: LabelIndex) -> Iterator[Line]:
    """Yield a label's lines; a known label becomes one line, however it was broken."""
    whole = index.repaired(" ".join(texts))
    if whole is not None:
        yield Line(whole, page, Column.LEFT, True, True)
        return
    for number, text in enumerate(texts):
        yield Line(text, page, Column.LEFT, number == 0, number == len(texts) - 1)


def _single_column(rows: Iterable[Row], page: int) -> Iterator[Line]:
    breaks = blank = True
    kept = list(rows)
    widest = max((len(row.text) for row in kept), default=0)
    for row in kept:
        if not row.cells:
            breaks = blank = True
            continue
        text = _text(row.cells)
        yield Line(text, page, Column.FULL, breaks, blank_before=blank)
        blank = False
        breaks = text.endswith(_ENDS) or len(text) < SHORT_LINE * widest


def _broke(lines: Sequence[Line]) -> bool:
    return not lines or lines[-1].text.endswith(_ENDS) or lines[-1].column is not Column.FULL


def _text(cells: Sequence[Cell]) -> str:
    return "  ".join(cell.text.strip() for cell in cells)
