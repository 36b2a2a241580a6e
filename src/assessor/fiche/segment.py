"""Lines → labelled values: which labels are real, and which lines each one holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field

from assessor.codebook.schema import FormField
from assessor.fiche.align import Affinity, align_run
from assessor.fiche.labels import Occurrence
from assessor.fiche.layout_line import Column, Line

CERTAIN = 3.4  # a label as sure as this is taken even out of the form's order
MIN_COLUMN = 3  # so many labels in a row without values make a column of labels


@dataclass
class Entry:
    """A label and the lines of its value.

    Parameters
    ----------
    tail : str
        Words of the label behind its name, such as the report it refers to.
    beside : bool
        True where the value begins on the label's line or in the cell beside it.
    paired : bool
        True where the label stands in a column of its own, so that an empty value is empty.
    mid_line : bool
        True where other words stand before the label on its line.
    doubtful : bool
        True where the lines were given to the label by order and type alone.
    """

    field: FormField
    order: int
    lines: list[Line] = dataclass_field(default_factory=list)
    tail: str = ""
    beside: bool = False
    paired: bool = False
    mid_line: bool = False
    doubtful: bool = False


@dataclass
class Segmented:
    """One fiche's lines, divided.

    Parameters
    ----------
    head : list of Line
        What stands before the first label.
    entries : list of Entry
        In document order; a field may come twice where a document repeats it.
    """

    head: list[Line]
    entries: list[Entry]


def segment(
    lines: Sequence[Line], occurrences: Sequence[Occurrence], affinity: Affinity
) -> Segmented:
    """Divide lines among the labels that are real.

    Parameters
    ----------
    affinity : Affinity
        How well lines fit a field, for columns of labels whose values come after.
    """
    chosen = choose(occurrences)
    if not chosen:
        return Segmented(list(lines), [])
    head = _between(lines, (0, 0), chosen[0].start)
    entries = []
    for number, occurrence in enumerate(chosen):
        stop = chosen[number + 1].start if number + 1 < len(chosen) else (len(lines), 0)
        value = _between(lines, occurrence.end, stop)
        entries.append(
            Entry(
                occurrence.field, occurrence.order, value, occurrence.tail,
                beside=_beside(lines, occurrence),
                paired=lines[occurrence.start[0]].column is Column.LEFT,
                mid_line=occurrence.start[1] > 2,
            )
        )  # fmt: skip
    return Segmented(head, _spread_columns(_rejoin(entries), affinity))


def _beside(lines: Sequence[Line], occurrence: Occurrence) -> bool:
    number, place = occurrence.end
    if lines[number].text[place:].strip():
        return True
    after = lines[number + 1] if number + 1 < len(lines) else None
    return lines[number].column is Column.LEFT and (
        after is not None and after.column is Column.RIGHT
    )


def choose(occurrences: Sequence[Occurrence]) -> list[Occurrence]:
    """Keep the labels that tell one story: the form's order, each field once.

    The heaviest increasing subsequence by the form's order; then sections whose label is
    certain though they stand elsewhere.
    """
    items = [o for o in occurrences if o.field.kind != "flag"]
    if not items:
        return []
    best = [o.score for o in items]
    back = [-1] * len(items)
    for i, item in enumerate(items):
        for j in range(i):
            if items[j].order < item.order and best[j] + item.score > best[i]:
                best[i], back[i] = best[j] + item.score, j
    at = max(range(len(items)), key=lambda k: (best[k], -k))
    kept = set()
    while at >= 0:
        kept.add(at)
        at = back[at]
    taken = {items[k].field.id for k in kept if items[k].field.kind != "group"}
    for k, item in enumerate(items):
        # A group's label may be printed beside each of its rows.
        if k not in kept and item.field.id not in taken and _certain(item):
            kept.add(k)
            if item.field.kind != "group":
                taken.add(item.field.id)
    return [items[k] for k in sorted(kept)]


def _certain(item: Occurrence) -> bool:
    """Only whole sections may stand out of order: short labels recur inside other values."""
    return item.score >= CERTAIN - 0.8 and item.field.kind in {"section", "group"}


def _between(lines: Sequence[Line], start: tuple[int, int], stop: tuple[int, int]) -> list[Line]:
    """Cut the lines from `start` to `stop`, both ``(line, character)``."""
    cut: list[Line] = []
    for number in range(start[0], min(stop[0] + 1, len(lines))):
        line = lines[number]
        begin = start[1] if number == start[0] else 0
        end = stop[1] if number == stop[0] else len(line.text)
        text = line.text[begin:end].strip()
        if text:
            cut.append(replace(line, text=text) if text != line.text else line)
    return cut


def _rejoin(entries: list[Entry]) -> list[Entry]:
    """Move a column of labels behind the rows that stand between it and its values.

    Text out of a PDF may put the labels of a page's lower table before the end of the upper
    one; their values then follow the upper one's last text. What stands right behind the
    column goes on with the cell of the page before.
    """
    for start in range(1, len(entries)):
        stop = start
        while stop < len(entries) - 1 and not entries[stop].lines:
            stop += 1
        if entries[stop].order < entries[start].order:
            stop -= 1  # the values begin after rows of the upper table
        column = entries[start : stop + 1]
        labels = [e for e in column if e.field.kind != "group" and not e.paired]
        if len(labels) < MIN_COLUMN:
            continue
        rest = entries[stop + 1 :]
        later = rest[
            : next((k for k, e in enumerate(rest) if e.order > labels[0].order), len(rest))
        ]
        if not later or not later[-1].lines:
            continue
        before = _last_with_lines(entries[:start])
        if before is not None:
            before.lines = [*before.lines, *column[-1].lines]
        column[-1].lines, later[-1].lines = later[-1].lines, []
        return [*entries[:start], *later, *column, *rest[len(later) :]]
    return entries


def _spread_columns(entries: list[Entry], affinity: Affinity) -> list[Entry]:
    """Give the lines behind a column of labels to the labels they belong to."""
    start = 0
    while start < len(entries):
        stop = start
        while stop < len(entries) - 1 and not entries[stop].lines:
            stop += 1
        run = [
            entry
            for entry in entries[start : stop + 1]
            if entry.field.kind != "group" and not entry.paired
        ]
        if len(run) > 1 and run[-1].lines and not run[-1].beside:
            before = _last_with_lines(entries[:start])
            _spread(run, before, affinity)
        start = stop + 1
    return entries


def _last_with_lines(entries: Sequence[Entry]) -> Entry | None:
    for entry in reversed(entries):
        if entry.lines:
            return entry
    return None


def _spread(run: list[Entry], before: Entry | None, affinity: Affinity) -> None:
    lines = run[-1].lines
    column = len(run) >= MIN_COLUMN
    page_turn = before is not None and before.lines[-1].page != lines[0].page
    carried = before if column and page_turn else None
    result = align_run(
        [entry.field for entry in run], lines, affinity, column=column,
        carried=carried.lines[-1] if carried else None,
    )  # fmt: skip
    if result is None:
        return
    if carried is not None:
        carried.lines = [*carried.lines, *result.carried]
    for entry, part in zip(run, result.parts, strict=True):
        entry.lines = part
        entry.doubtful = entry.doubtful or result.doubtful
