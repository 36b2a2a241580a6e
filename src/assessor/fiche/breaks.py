"""Where a cell may begin in text that lost its table layout, by the widths of the lines.

A line that is not full although the next line's first word had room on it was ended on
purpose: a paragraph or a cell ends there. A full line seldom ends one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assessor.fiche.layout_line import Line

REACH = 12  # lines above and below that tell how wide the column is
ROOM = 0.6  # in letters: more room than this on a line means that a word would have fitted
# Widths of a sans-serif font's letters (Helvetica), in those of its «n»; all others are 1.
_WIDTHS = {
    char: width
    for width, chars in {
        0.4: "ijlíïì'’‘|", 0.5: "ftI.,:;/[] !·", 0.6: "r-()“”\"", 0.9: "ckszvxyJç«»*",
        1.1: "FTZL", 1.2: "ABEKPSVXYÁÉ&", 1.3: "CDHNRUwÚÑ", 1.4: "GOQÓ", 1.5: "mM", 1.6: "%",
        1.7: "W", 1.8: "@—…",
    }.items()
    for char in chars
}  # fmt: skip
_FIRST_WORD = re.compile(r"[^\s/-]+[/-]?")
_ENDS = re.compile(r"[.:;!?)»\"”]\s*$")
_GOES_ON = re.compile(
    r"(?:,|[-–]|\b(?:de|del|a|al|en|y|e|o|que|la|las|los|el|un|una|con|por|para"
    r"|su|sus|se|no|lo|san|santa))\s*$",
    re.I,
)
_BEGINS = re.compile(r"^[^\w]*[A-ZÁÉÍÓÚÑÜ0-9]")


def begins_cell(text: str) -> bool:
    """Say whether a line begins as a cell does: with a capital or a figure."""
    return _BEGINS.match(text) is not None


def ended_on_purpose(lines: Sequence[Line], before: Line | None = None) -> list[float]:
    """Return, for each line, the room that was left on the line before it, in letters.

    Parameters
    ----------
    before : Line or None
        The line that stands before the first one.

    Returns
    -------
    list of float
        Positive where the line's first word had room on the line before; infinite for the
        first line, where nothing stands before.
    """
    widths = [text_width(line.text) for line in lines]
    room = []
    for number, line in enumerate(lines):
        column = max(widths[max(0, number - REACH) : number + REACH])
        above = widths[number - 1] if number else text_width(before.text) if before else None
        if above is None:
            room.append(float("inf"))
            continue
        word = _FIRST_WORD.match(line.text)
        needed = text_width(f" {word.group()}" if word else " ")
        room.append(column - above - needed)
    return room


def text_width(text: str) -> float:
    """Estimate a line's width in a proportional font, in widths of «n» (error about 2 %)."""
    return sum(_WIDTHS.get(char, 1.0) for char in text)


def begin_scores(lines: Sequence[Line], before: Line | None) -> list[float]:
    """Return how likely a cell begins at each line, as log-odds against the usual line.

    Parameters
    ----------
    before : Line or None
        The last line of the page before, where its cell may go on.
    """
    room = ended_on_purpose(lines, before)
    scores = []
    for number, line in enumerate(lines):
        above = lines[number - 1] if number else before
        score = 0.0 if begins_cell(line.text) else -5.0
        if above is not None:
            score += _ended(above.text, line, room[number])
        scores.append(score)
    return scores


def _ended(above: str, line: Line, room: float) -> float:
    on_purpose = 1.5 if room > ROOM else -2.5 if room < -ROOM else 0.0
    if _GOES_ON.search(above):
        return on_purpose - 4.5
    if not _ENDS.search(above):
        return on_purpose - (1.5 if room > ROOM else 3.0)
    if above.rstrip().endswith((":", ";")):
        return on_purpose - 1.5
    return on_purpose + (0.3 if line.breaks_before else 0.0)
