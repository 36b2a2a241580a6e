"""Paragraphs that PDF text extraction moved out of their cell.

Of a cell with a plan flag and a paragraph, the paragraph may be extracted later: before the next
flagged section's own text, or among the rows of missions and evaluation. Such paragraphs keep
their order.
"""

from __future__ import annotations

import re

from assessor.codebook.schema import Form
from assessor.fiche.layout_line import Line

STRAY_WORDS = 12  # a shorter block may be a value of the row where it stands
ROWS = ("missions", "midterm_evaluation")
_MEMBERS = re.compile(r"^\W*miembro", re.IGNORECASE)
_EVALUATION = re.compile(r"^\W*(?:evaluador|per[ií]odo|informe de evaluaci)", re.IGNORECASE)
_ROW_LABEL = re.compile(
    r"^\W*(?:fechas?|miembro|evaluador|per[ií]odo|informe de evaluaci)", re.IGNORECASE
)


def return_strays(lines: dict[str, list[Line]], form: Form) -> list[str]:
    """Give stray paragraphs back to the flagged sections they belong to, in place.

    Returns
    -------
    list of str
        The sections that got text in this way; it is doubtful.
    """
    _return_members(lines)
    flagged = [f.parent for f in form.fields if f.kind == "flag" and f.parent]
    waiting = [name for name in flagged if len(lines.get(name, [])) == 1]
    if not waiting:
        return []
    strays = [*_before_own_text(lines, flagged, waiting), *_among_rows(lines)]
    for name, block in zip(waiting, strays, strict=False):
        lines[name].extend(block)
    for block in strays[len(waiting) :]:
        lines[waiting[-1]].extend(block)
    return waiting if strays else []


def _return_members(lines: dict[str, list[Line]]) -> None:
    """Give dates and members that were set among the evaluation's rows back to the missions."""
    kept: list[Line] = []
    members: list[Line] = []
    found = lines.get("midterm_evaluation", [])
    evaluated = any(_EVALUATION.match(line.text) for line in found)
    taking = bool(lines.get("missions")) and evaluated  # until the evaluation's first row
    for line in found:
        taking = _MEMBERS.match(line.text) is not None or (
            taking and not _EVALUATION.match(line.text)
        )
        (members if taking else kept).append(line)
    if members:
        lines.setdefault("missions", []).extend(members)
        lines["midterm_evaluation"] = kept


def _before_own_text(
    lines: dict[str, list[Line]], flagged: list[str], waiting: list[str]
) -> list[list[Line]]:
    """Take the first of several blocks after a later section's flag."""
    for name in flagged[flagged.index(waiting[0]) + 1 :]:
        blocks = _blocks(lines.get(name, [])[1:])
        if len(blocks) > 1:
            lines[name] = [lines[name][0], *(line for block in blocks[1:] for line in block)]
            return [blocks[0]]
    return []


def _among_rows(lines: dict[str, list[Line]]) -> list[list[Line]]:
    """Take prose out of the rows of missions and evaluation."""
    taken: list[list[Line]] = []
    for name in ROWS:
        kept: list[Line] = []
        for block in _blocks(lines.get(name, [])):
            words = sum(len(line.text.split()) for line in block)
            if words >= STRAY_WORDS and not _ROW_LABEL.match(block[0].text):
                taken.append(block)
            else:
                kept.extend(block)
        if kept or name in lines:
            lines[name] = kept
    return taken


def _blocks(lines: list[Line]) -> list[list[Line]]:
    """Divide lines at blank lines."""
    blocks: list[list[Line]] = []
    for line in lines:
        if line.blank_before or not blocks:
            blocks.append([])
        blocks[-1].append(line)
    return blocks
