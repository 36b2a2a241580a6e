"""Assign values to labels where a column of labels precedes the column of its values."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from assessor.fiche.align import align_run
from assessor.fiche.entry import Entry
from assessor.fiche.fit import Affinity, Slot
from assessor.fiche.labels import Occurrence
from assessor.fiche.layout_line import Line
from assessor.fiche.pairs import fit_of_pair, may_stand_beside, untangled

MIN_COLUMN = 3  # labels in a row without values that make a column of labels
MIXED = 4.0  # gain in fit for which the lines of two values are untangled
MIN_COLUMNS = 2  # columns in a document from which on shorter ones count as columns too
TELLING = {
    "money", "agency_money", "date", "disbursements", "missions", "evaluation", "beneficiaries",
}  # fmt: skip

Spare = Sequence[tuple[Line, Occurrence]]


def spread_columns(entries: list[Entry], spare: Spare, affinity: Affinity) -> list[Entry]:
    """Divide the lines after a column of labels among its labels.

    Parameters
    ----------
    spare : sequence of tuple
        Labels out of the form's order, which may stand between two values side by side.

    Returns
    -------
    list of Entry
        The entries in order, with those of `spare` that got lines.
    """
    entries = _rejoin(entries)
    runs = _runs(entries)
    columns = sum(len(run) >= MIN_COLUMN and bool(run[-1].lines) for run in runs)
    in_columns = columns >= MIN_COLUMNS
    before: Entry | None = None
    seconds: dict[Entry, Entry] = {}
    for run in runs:
        known = in_columns or len(run) >= MIN_COLUMN
        if known or (len(run) > 1 and any(e.field.kind in TELLING for e in run)):
            last = run[-1] if in_columns else None
            seconds |= _spread(run, before if known else None, last, spare, affinity)
        before = run[-1]
    all_entries = [e for entry in entries for e in (entry, seconds.get(entry)) if e]
    if in_columns:
        _part_mixed(all_entries)
    return all_entries


def _runs(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Group entries into runs of labels without lines and the one with lines that ends them."""
    runs: list[list[Entry]] = [[]]
    for entry in entries:
        if entry.field.kind != "group" and not entry.paired:
            runs[-1].append(entry)
        if entry.lines:
            runs.append([])
    return [run for run in runs if run]


def _spread(
    run: list[Entry],
    before: Entry | None,
    last: Entry | None,
    spare: Spare,
    affinity: Affinity,
) -> dict[Entry, Entry]:
    """Divide the last entry's lines among the run; return second labels by their host.

    Parameters
    ----------
    before : Entry or None
        The entry above, where lines may be its own.
    last : Entry or None
        The run's last entry, where its lines may come with the next column.
    """
    lines = run[-1].lines
    if not lines or run[-1].beside:
        return {}
    carried, above = _carried(before, lines)
    if len(run) == 1 and above is None:
        return {}
    hosts = _hosts(run, lines, spare)
    slots = [_slot(entry, hosts.get(entry), entry is last) for entry in run]
    parts = align_run([*carried, *slots], lines, affinity, above)
    if carried and before is not None:
        before.lines = [*before.lines, *parts.pop(0)]
    guessed = sum(bool(p) and e.field.kind == "section" for e, p in zip(run, parts, strict=True))
    seconds = {}
    for entry, part in zip(run, parts, strict=True):
        entry.lines = part
        entry.doubtful = entry.doubtful or guessed > 1
        if entry in hosts:
            seconds[entry] = _parted(entry, lines, *hosts[entry])
    return seconds


def _slot(entry: Entry, second: tuple[int, Occurrence] | None, last: bool) -> Slot:
    if second is None:
        return Slot(entry.field, entry.rows, entry.gap, last=last)
    at, label = second
    return Slot(entry.field, entry.rows, None, label.field, at)


def _carried(before: Entry | None, lines: Sequence[Line]) -> tuple[list[Slot], Line | None]:
    """Return a slot for the entry before the run, if lines may be its own, and its last line."""
    if before is None:
        return [], None
    if not before.lines:  # its values may come with the next column's
        return [Slot(before.field, before.rows)], None
    if before.lines[-1].page == lines[0].page:
        return [], None
    return [Slot(before.field, goes_on=True)], before.lines[-1]


def _hosts(
    run: Sequence[Entry], lines: Sequence[Line], spare: Spare
) -> dict[Entry, tuple[int, Occurrence]]:
    """Find second labels among the lines: host → the label's line number and the label."""
    hosts: dict[Entry, tuple[int, Occurrence]] = {}
    for line, label in spare:
        at = next((k for k, own in enumerate(lines) if own is line), None)
        earlier = [entry for entry in run if entry.order < label.order]
        if at is None or not earlier:
            continue
        host = max(earlier, key=lambda entry: entry.order)
        if may_stand_beside(host.field, label.field):
            hosts.setdefault(host, (at, label))
    return hosts


def _parted(host: Entry, lines: Sequence[Line], at: int, label: Occurrence) -> Entry:
    """Take the second label's lines out of its host's."""
    own = [k for k, line in enumerate(host.lines) if line is lines[at]]
    second = Entry(label.field, label.order, tail=label.tail, doubtful=host.doubtful)
    if own:
        before, after = host.lines[: own[0]], host.lines[own[0] + 1 :]
        _, (host.lines, second.lines) = untangled(host.field, label.field, before, after)
    return second


def _part_mixed(entries: Sequence[Entry]) -> None:
    """Untangle the lines of two short values that were printed side by side."""
    for first, second in itertools.pairwise(entries):
        if not may_stand_beside(first.field, second.field) or not (first.lines and second.lines):
            continue
        as_is = fit_of_pair(first.field, second.field, (first.lines, second.lines))
        score, parted = untangled(first.field, second.field, first.lines, second.lines)
        if score > as_is + MIXED:
            first.lines, second.lines = parted


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


def _last_with_lines(entries: Sequence[Entry]) -> Entry | None:
    return next((entry for entry in reversed(entries) if entry.lines), None)
