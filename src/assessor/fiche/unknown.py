"""Rows that the form does not know: kept under their label as written."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assessor.fiche.layout_line import Column, Line

MAX_LABEL_WORDS = 9
# Among these kinds of value a further «Label: value» line is a row of its own; elsewhere the
# value itself may hold colons.
SHORT_KINDS = {"money", "date"}
# Grids whose own rows look like labels.
GRIDS = {"beneficiaries", "disbursements", "missions", "evaluation", "agency_money"}
_LABELLED = re.compile(r"^([A-ZÁÉÍÓÚÑ][^.:;!?@\d]{2,60}):(?:\s+(.*))?$")


def part_unknown(
    lines: Sequence[Line], kind: str
) -> tuple[list[Line], list[tuple[str, list[Line]]]]:
    """Separate a value from the unknown rows that follow it.

    Parameters
    ----------
    kind : str
        Kind of the field that the lines were assigned to.

    Returns
    -------
    tuple
        The value's own lines, and each unknown row as its label and lines.
    """
    if kind in GRIDS:
        return list(lines), []
    own: list[Line] = []
    rows: list[tuple[str, list[Line]]] = []
    for number, line in enumerate(lines):
        label, rest = _unknown_label(lines, number, kind)
        if label is not None:
            rows.append((label, [rest] if rest is not None else []))
        elif rows:
            rows[-1][1].append(line)
        else:
            own.append(line)
    return own, [(label, value) for label, value in rows if label]


def _unknown_label(lines: Sequence[Line], number: int, kind: str) -> tuple[str | None, Line | None]:
    line = lines[number]
    if len(line.text.split()) > MAX_LABEL_WORDS and line.column is Column.LEFT:
        return None, None
    after = lines[number + 1] if number + 1 < len(lines) else None
    beside = after is not None and after.column is Column.RIGHT
    if line.column is Column.LEFT and beside and line.breaks_before and line.text[:1].isupper():
        return line.text.rstrip(" :"), None
    if kind in SHORT_KINDS and number and line.column is Column.FULL and line.breaks_before:
        match = _LABELLED.match(line.text)
        if match:
            said = match[2]
            return match[1], Line(said, line.page) if said else None
    return None, None
