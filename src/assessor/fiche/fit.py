"""Scores of a run of lines as the value of a label: by type, words and height of its cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from assessor.codebook.schema import FormField
from assessor.fiche.breaks import begins_cell
from assessor.fiche.grid import is_piece
from assessor.fiche.layout_line import Line
from assessor.fiche.numbers import find_dates
from assessor.fiche.pairs import MAX_MIXED, untangled
from assessor.fiche.typed import AGENCY, DATE, EMAIL, MONEY, SHORT, typed_fit

FREE = {"section", "text", "numbered"}  # kinds whose beginning only the lines' ends tell
EVEN = 2  # rows by which a value may be higher than its label before a blank line shows it
ASTRAY = -12.0  # a pair of values without the label that stands between them
_NUMBERED = re.compile(r"^\W*(?:\d{1,2}[.)]\s|Resultado\s*\d|Efecto\s*\d|[-•])\s*", re.I)
_FINANCE = re.compile(
    r"\d\s*%|ejecu|comprometid|transferid|transferencia|desembols|USD|US\$|\d{1,3}[.,]\d{3}", re.I
)
_EXTENSION = re.compile(
    r"^\W*(?:no|s[ií]|sin|ningun\w*|ext\w*|solicit\w*|aprobad\w*|denegad\w*|hasta|\d+\s+mes\w*"
    r"|(?:un|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce)\s+mes\w*)\b"
    r"|pr[oó]rrog|extensi[oó]n|sin costo",
    re.I,
)
_MISSION = re.compile(r"^\W*(?:fechas?\b|miembro)", re.I)
_EVALUATION = re.compile(r"^\W*(?:evaluador|informe de evaluaci)", re.I)
_GRID = re.compile(r"^\W*(?:(?:in)?directos|no\.? (?:instituciones|mujeres|hombres|grupos))", re.I)
_MARKERS = {
    "sustainability": re.compile(r"^\W*plan de sostenibilidad", re.I),
    "communication": re.compile(r"^\W*plan (?:de )?(?:c&i|comunicaci[oó]n)", re.I),
    "disbursements": re.compile(r"^\W*(?:primer|segundo|tercer|cuarto) desembolso\s*:", re.I),
    "achievements": re.compile(r"^\W*(?:resultado|efecto|producto)\s*\d", re.I),
    "missions": _MISSION,
    "midterm_evaluation": _EVALUATION,
}


class Affinity(Protocol):
    """How much more likely a line is in one section than in the average section."""

    def __call__(self, field_id: str, text: str) -> float:
        """Return log-odds, about -4 to 4; 0 where nothing is known."""
        ...


@dataclass(frozen=True, slots=True)
class Slot:
    """A label that waits for its lines.

    Parameters
    ----------
    field : FormField
        What it labels.
    rows : int
        Lines over which the label was printed.
    gap : bool or None
        Whether a blank line parts it from the next label; None where that is not known.
    second : FormField or None
        A further field whose label stands among the lines, at `second_at`.
    second_at : int
        Index of the second label's line, where there is one.
    goes_on : bool
        True for a cell of the page before, whose first lines were given to it there.
    last : bool
        True for the column's last label: its lines may come with the next column.
    """

    field: FormField
    rows: int = 1
    gap: bool | None = None
    second: FormField | None = None
    second_at: int = -1
    goes_on: bool = False
    last: bool = False

    @property
    def longest(self) -> int:
        """The number of lines it can hold at most."""
        if self.second is not None:
            return MAX_MIXED
        most = SHORT.get(self.field.kind, 10_000)
        return min(most, self.rows + EVEN + 6) if self.gap is False else most


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines to divide, and the log-odds that a cell begins at each."""

    lines: Sequence[Line]
    begins: Sequence[float]


def line_fit(slot: Slot, text: str, affinity: Affinity) -> float:
    """Return a line's own score; the scores of a run's lines are summed."""
    field = slot.field
    if slot.goes_on and field.kind != "section":
        return -0.4
    if field.id == "financial_execution":
        return min(2.0, -0.5 + len(_FINANCE.findall(text)))
    if field.kind == "evaluation":
        return 4.0 if _EVALUATION.search(text) else -0.8
    if field.kind == "missions":
        return 4.0 if _MISSION.search(text) else 0.5 if find_dates(text) else -0.8
    if field.kind == "beneficiaries":
        return 3.0 if is_piece(text) else -4.0
    if field.kind == "section" and _is_alien(text):
        return -4.0
    return 0.0 if field.kind in SHORT else affinity(field.id, text)


@lru_cache(maxsize=8192)
def _is_alien(text: str) -> bool:
    """Say whether a line is a typed value or a grid's row, and not prose of a section."""
    tests = (MONEY.match, AGENCY.fullmatch, DATE.match, EMAIL.search)
    return any(test(text) for test in (*tests, _MISSION.match, _EVALUATION.match, _GRID.match))


def part_fit(slot: Slot, given: Lines, i: int, j: int) -> float:
    """Return the score of lines ``i`` to ``j`` as a whole, to be added to the sum of `line_fit`."""
    field = slot.field
    if slot.goes_on:
        return 0.0 if i == j else -1.0 if begins_cell(given.lines[i].text) else 1.0
    if slot.second is not None:
        return _pair_fit(slot, field, slot.second, given, i, j)
    height = _height_fit(slot, j - i)
    if i == j:
        return (0.5 if slot.last else 1.0) * _empty_fit(field) + height
    if field.kind in SHORT:
        text = " ".join(line.text for line in given.lines[i:j])
        own = typed_fit(field, text) + 0.5 * max(given.begins[i], -8.0)
    else:
        own = _free_fit(field, given, i, j)
    return own + height + _marker_fit(field, given.lines, i, j)


def _pair_fit(
    slot: Slot, field: FormField, second: FormField, given: Lines, i: int, j: int
) -> float:
    at = slot.second_at
    if not i <= at < j:
        return ASTRAY
    before, after = given.lines[i:at], given.lines[at + 1 : j]
    return untangled(field, second, before, after)[0]


def _free_fit(field: FormField, given: Lines, i: int, j: int) -> float:
    """Weigh a run of free text by how it begins and by its list marks."""
    first = given.lines[i].text
    score = given.begins[i] if field.kind in FREE else 0.5 * max(given.begins[i], -8.0)
    if field.kind == "numbered":
        score += 3.0 if _is_numbered(first) else -3.0
        for k in range(i + 1, j):
            if _is_numbered(given.lines[k].text):
                score += 0.7
            elif given.begins[k] >= 1.0:  # a paragraph of its own without a list mark
                score -= 1.5
    elif field.id != "achievements" and _is_numbered(first):
        score -= 4.0
    if field.id == "extension":
        score += 1.0 if _EXTENSION.search(first) else -2.0
    if field.kind == "text" and field.id != "summary" and j - i > 2:
        score -= 0.8 * (j - i - 2)
    return score


@lru_cache(maxsize=4096)
def _is_numbered(text: str) -> bool:
    return _NUMBERED.match(text) is not None


@lru_cache(maxsize=8192)
def _marked(text: str) -> frozenset[str]:
    """Return the fields whose marker a line begins with."""
    return frozenset(name for name, marker in _MARKERS.items() if marker.match(text))


def _marker_fit(field: FormField, lines: Sequence[Line], i: int, j: int) -> float:
    """Weigh the words a section begins with, here and where they should not be."""
    score = 0.0
    first = _marked(lines[i].text)
    if field.id in _MARKERS:
        score += 4.0 if field.id in first else -0.5
        # A flag is seldom all that its section says.
        score -= 2.0 * (field.id in {"sustainability", "communication"} and j - i == 1)
    if field.kind == "numbered":
        return score
    inside = first.union(*(_marked(line.text) for line in lines[i + 1 : j]))
    return score - 6.0 * len(inside - {field.id})


def _height_fit(slot: Slot, lines: int) -> float:
    """Weigh the lines against the blank line that a high value leaves below its label."""
    if slot.gap is None:
        return 0.0
    higher = lines - slot.rows - EVEN
    amiss = max(0, higher) if not slot.gap else max(0, 1 - higher)
    return -2.0 * min(amiss, 5)


def _empty_fit(field: FormField) -> float:
    if field.kind == "section":
        return -3.0
    return {"extension": 0.0, "rco_contacts": -1.0, "financial_execution": -1.0}.get(field.id, -2.5)
