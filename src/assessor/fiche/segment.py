"""Lines → labelled values: choose the real labels and cut the lines between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assessor.fiche.entry import Entry
from assessor.fiche.fit import Affinity
from assessor.fiche.labels import Occurrence
from assessor.fiche.layout_line import Column, Line
from assessor.fiche.spread import spread_columns
from assessor.fiche.typed import SHORT

MARK = 3  # characters that a list mark takes
CERTAIN = 3.4  # a label as sure as this is taken even out of the form's order


@dataclass
class Segmented:
    """One fiche's lines, by label.

    Parameters
    ----------
    head : list of Line
        Lines before the first label.
    entries : list of Entry
        In document order; a field may come twice where a document repeats it.
    """

    head: list[Line]
    entries: list[Entry]


def segment(
    lines: Sequence[Line], occurrences: Sequence[Occurrence], affinity: Affinity
) -> Segmented:
    """Choose the labels and divide the lines among them.

    Parameters
    ----------
    affinity : Affinity
        Score of a line for a field, for columns of labels whose values come later.
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
                rows=occurrence.end[0] - occurrence.start[0] + 1,
                gap=_gap_below(lines, occurrence, chosen[number + 1 : number + 2]),
            )
        )  # fmt: skip
    spare = _spare(lines, occurrences, {o.field.id for o in chosen})
    return Segmented(head, spread_columns(entries, spare, affinity))


def _spare(
    lines: Sequence[Line], occurrences: Sequence[Occurrence], taken: set[str]
) -> list[tuple[Line, Occurrence]]:
    """Return unused labels of short values that stand alone on their line."""
    return [
        (lines[o.start[0]], o)
        for o in occurrences
        if o.field.id not in taken
        and o.field.kind in SHORT
        and o.field.parent is None
        and o.start == (o.end[0], 0)
        and not lines[o.end[0]].text[o.end[1] :].strip()
    ]


def _gap_below(
    lines: Sequence[Line], label: Occurrence, following: Sequence[Occurrence]
) -> bool | None:
    below = label.end[0] + 1
    if not following or following[0].start != (below, 0):
        return None
    if following[0].field.kind == "group":  # which may stand in a column of its own
        return None
    if lines[below].page != lines[below - 1].page:
        return None
    return lines[below].blank_before


def _beside(lines: Sequence[Line], occurrence: Occurrence) -> bool:
    number, place = occurrence.end
    if lines[number].text[place:].strip():
        return True
    after = lines[number + 1] if number + 1 < len(lines) else None
    return lines[number].column is Column.LEFT and (
        after is not None and after.column is Column.RIGHT
    )


def choose(occurrences: Sequence[Occurrence]) -> list[Occurrence]:
    """Choose the labels that are most probably real, each field once.

    They are the increasing subsequence in the form's order with the highest total score, and
    besides it sections and groups whose label is certain.
    """
    present = {o.field.id for o in occurrences}
    items = [o for o in occurrences if o.field.kind != "flag" and o.field.parent not in present]
    items = [o for k, o in enumerate(items) if not k or not _repeats(items[k - 1], o)]
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


def _repeats(label: Occurrence, other: Occurrence) -> bool:
    """Say whether a label only repeats the one above: «Seguimiento y Evaluación» «- M&E: …»."""
    line, place = other.start
    return label.field.id == other.field.id and line == label.end[0] + 1 and place <= MARK


def _certain(item: Occurrence) -> bool:
    """Say whether a label counts out of order; short ones do not, as they recur in prose."""
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
