"""A column of labels against the column of their values, by order and by type.

Text out of a two-column PDF may hold all labels of a page and then all their values. Which
lines belong to which label is the cheapest way to cut the lines into as many runs as there
are labels: every run costs by how badly its type and words fit the label, and by how
unlikely its first line is to begin a cell.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from assessor.codebook.schema import FormField
from assessor.fiche.layout_line import Line

TELLING = {
    "money", "agency_money", "date", "disbursements", "missions", "evaluation", "beneficiaries",
}  # fmt: skip
MAX_LINES = 260  # longer columns are cut off: the work grows with the square
_ENDS = re.compile(r"[.:;!?)»\"]\s*$")
_BEGINS = re.compile(r"^[^\w]*[A-ZÁÉÍÓÚÑÜ0-9]")
_MONEY = re.compile(
    r"^\W*(?:USD|US\$|U\$S|EUR|€|\$)?\s*\d[\d.,]*(?:\s*millones)?\s*(?:USD|d[oó]lares)?\W*$", re.I
)
_AGENCY = re.compile(r"^\W*[A-ZÁÉÍÓÚ][\w/ .-]{1,24}:\s*(?:USD|US\$)?\s*\d[\d.,]*")
_DATE = re.compile(
    r"^\W*(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d\d-\d\d"
    r"|(?:\d{1,2}\s+(?:de\s+)?)?[A-Za-zé]{3,10}\.?,?\s+(?:de\s+|del\s+)?(?:\d{1,2},?\s+)?\d{4})\W*$"
)
_NUMBERED = re.compile(r"^\W*(?:\d{1,2}[.)]|Resultado\s*\d|Efecto\s*\d|[-•])\s*", re.I)
_ORDINAL = re.compile(
    r"^\W*(?:primer|segundo|tercer|cuarto|quinto|[1-5](?:er|do|º|°)\.?)\s+desembolso", re.I
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_NAME = re.compile(r"^[A-ZÁÉÍÓÚÑ][\w.'’-]+(?:\s+(?:de\s+|del\s+|la\s+)*[A-ZÁÉÍÓÚÑ][\w.'’-]+){1,4}$")
_ENTITY = re.compile(
    r"ministerio|secretar[ií]a|instituto|municip|gobierno|direcci[oó]n|alcald|comisi[oó]n|consejo|viceministerio|agencia|universidad|gobernaci[oó]n",
    re.I,
)
_MDG = re.compile(r"\b(?:ODM|MDG|Objetivo)\s*\d", re.I)
_FINANCE = re.compile(
    r"\d\s*%|ejecutad|comprometid|transferid|desembols|USD|US\$|\d{3}[.,]\d{3}", re.I
)
_MISSION = re.compile(r"^\W*(?:fechas?|miembro)", re.I)
_EVALUATION = re.compile(r"^\W*(?:evaluador|informe de evaluaci)", re.I)
_GRID = re.compile(r"^\W*(?:directos|no\.? (?:instituciones|mujeres|hombres|grupos))", re.I)


class Affinity(Protocol):
    """How much more likely a line is in one section than in the average section."""

    def __call__(self, field_id: str, text: str) -> float:
        """Return log-odds, about -4 to 4; 0 where nothing is known."""
        ...


@dataclass(frozen=True, slots=True)
class Aligned:
    """The lines of each label, in the labels' order.

    Parameters
    ----------
    carried : list of Line
        Lines at the top that go on with the last cell of the page before.
    doubtful : bool
        True where a border between two free texts had to be guessed.
    """

    carried: list[Line]
    parts: list[list[Line]]
    doubtful: bool


def align_run(
    fields: Sequence[FormField],
    lines: Sequence[Line],
    affinity: Affinity,
    *,
    column: bool,
    carried: Line | None,
) -> Aligned | None:
    """Divide `lines` among `fields`; None where they all belong to the last one.

    Parameters
    ----------
    column : bool
        True where the labels stand in a column, so that free texts too may be divided.
    carried : Line or None
        The last line of the page before, where its cell may go on.
    """
    if not column and not any(field.kind in TELLING for field in fields):
        return None
    taken = list(lines[:MAX_LINES])
    slots: list[FormField | None] = [*([None] if carried is not None else []), *fields]
    borders = _cheapest(slots, taken, affinity, carried, column)
    parts = [taken[a:b] for a, b in itertools.pairwise(borders)]
    parts[-1] = [*parts[-1], *lines[MAX_LINES:]]
    first = parts.pop(0) if carried is not None else []
    if not column and not any(parts[:-1]):
        return None
    free = [f for f, part in zip(fields, parts, strict=True) if part and f.kind == "section"]
    return Aligned(first, parts, doubtful=len(free) > 1)


def _cheapest(
    slots: Sequence[FormField | None],
    lines: Sequence[Line],
    affinity: Affinity,
    carried: Line | None,
    column: bool,
) -> list[int]:
    """Return the borders of the best division: ``len(slots) + 1`` line numbers."""
    n = len(lines)
    fits = [_prefix_fit(slot, lines, affinity) for slot in slots]
    begins = [_begin_score(lines, i, carried if i == 0 else None) for i in range(n)]
    worst = float("-inf")
    best = [[worst] * (n + 1) for _ in range(len(slots) + 1)]
    back = [[0] * (n + 1) for _ in range(len(slots) + 1)]
    best[0][0] = 0.0
    for s, slot in enumerate(slots):
        for i in range(n + 1):
            base = best[s][i]
            if base == worst:
                continue
            for j in range(i, n + 1):
                score = base + _part_score(slot, lines, i, j, fits[s], begins, column)
                if score > best[s + 1][j]:
                    best[s + 1][j], back[s + 1][j] = score, i
    borders = [n]
    for s in range(len(slots), 0, -1):
        borders.append(back[s][borders[-1]])
    return borders[::-1]


def _prefix_fit(slot: FormField | None, lines: Sequence[Line], affinity: Affinity) -> list[float]:
    """Return summed fit of the first k lines, so that any run's fit is a difference."""
    total = [0.0]
    for line in lines:
        total.append(total[-1] + _line_fit(slot, line.text, affinity))
    return total


def _line_fit(slot: FormField | None, text: str, affinity: Affinity) -> float:
    if slot is None:
        return -0.4
    if slot.id == "financial_execution":
        return 2.0 if _FINANCE.search(text) else -1.0
    typed = _typed_line(slot.kind, text)
    if typed is not None:
        return typed
    if slot.kind == "section":
        alien = (
            _MONEY.match(text) or _AGENCY.match(text) or _DATE.match(text) or _EMAIL.search(text)
        )
        if alien or _MISSION.match(text) or _EVALUATION.match(text) or _GRID.match(text):
            return -4.0
    return affinity(slot.id, text)


def _typed_line(kind: str, text: str) -> float | None:
    """Return how a line fits a kind of value; None for free text."""
    tests = {
        "money": (_MONEY, 5.0, -6.0),
        "agency_money": (_AGENCY, 4.0, -2.5),
        "date": (_DATE, 5.0, -6.0),
        "disbursements": (_ORDINAL, 5.0, -3.0),
        "evaluation": (_EVALUATION, 4.0, -0.8),
        "missions": (_MISSION, 4.0, -0.8),
    }
    if kind in tests:
        pattern, good, bad = tests[kind]
        return good if pattern.search(text) else bad
    if kind == "contacts":
        return 4.0 if _EMAIL.search(text) else 1.5 if _NAME.match(text) else -3.0
    if kind == "beneficiaries":
        return 3.0 if _GRID.match(text) or re.fullmatch(r"[\d., ]*(?:Indirectos)?", text) else -4.0
    return None


def _begin_score(lines: Sequence[Line], i: int, carried: Line | None) -> float:
    """Say how likely a cell begins at line `i`: after an end, with a capital."""
    text = lines[i].text
    score = 0.0 if _BEGINS.match(text) else -5.0
    before = carried.text if carried is not None else lines[i - 1].text if i else ""
    if before:
        # The last line of a cell is seldom full; a full one goes on, even after a full stop.
        fill = len(before) / max(len(line.text) for line in lines)
        score += 0.7 if fill < 0.75 else -0.8 if fill > 0.92 else 0.0
        if not _ENDS.search(before):
            score -= 0.5 if fill < 0.5 else 4.5
        elif before.rstrip().endswith((":", ";")):
            score -= 1.5
        elif lines[i].breaks_before:
            score += 0.3
    return score


def _part_score(
    slot: FormField | None,
    lines: Sequence[Line],
    i: int,
    j: int,
    fit: Sequence[float],
    begins: Sequence[float],
    column: bool,
) -> float:
    if i == j:
        return _empty_score(slot)
    score = fit[j] - fit[i]
    if slot is None:
        return score + (1.0 if not _BEGINS.match(lines[i].text) else -1.0)
    first = lines[i].text
    if slot.kind in {"section", "text", "numbered"}:
        score += begins[i]
    elif not _BEGINS.match(first):
        score -= 5.0
    if slot.kind == "contacts" and _EMAIL.search(first):
        score += 0.5  # who has no e-mail seldom comes first
    if slot.kind in {"money", "date"} and j - i > 1:
        score -= 8.0
    if slot.kind == "numbered":
        score += 3.0 if _NUMBERED.match(first) else -3.0
    elif slot.id != "achievements" and _NUMBERED.match(first):
        score -= 4.0
    if slot.kind == "list":
        marker = (
            _MDG if slot.id == "mdgs" else _ENTITY if slot.id == "government_entities" else None
        )
        if marker is not None:
            score += 3.0 if marker.search(first) else -2.0
        elif j - i > 3:
            score -= 1.5 * (j - i - 3)
    if slot.kind == "text" and slot.id != "summary" and j - i > 2:
        score -= 1.2 * (j - i - 2)
    return score + _marker_score(slot, lines, i, j)


_MARKERS = {
    "sustainability": re.compile(r"^\W*plan de sostenibilidad", re.I),
    "communication": re.compile(r"^\W*plan (?:de )?(?:c&i|comunicaci[oó]n)", re.I),
    "achievements": re.compile(r"^\W*(?:resultado|efecto|producto)\s*\d", re.I),
    "missions": _MISSION,
    "midterm_evaluation": _EVALUATION,
}


def _marked(lines: Sequence[Line], start: int, end: int, name: str) -> bool:
    """Say whether a line of the range bears a marker; each text is matched once."""
    return any(_bears(line.text, name) for line in lines[start:end])


@lru_cache(maxsize=4096)
def _bears(text: str, name: str) -> bool:
    return _MARKERS[name].match(text) is not None


def _marker_score(slot: FormField, lines: Sequence[Line], i: int, j: int) -> float:
    """Weigh the words a section begins with, here and where they should not be."""
    score = 0.0
    for name in _MARKERS:
        if slot.id == name:
            score += 4.0 if _bears(lines[i].text, name) else -0.5
            # A flag is seldom all that its section says.
            score -= 2.0 * (name in {"sustainability", "communication"} and j - i == 1)
        elif slot.kind != "numbered" and _marked(lines, i, j, name):
            score -= 6.0
    return score


def _empty_score(slot: FormField | None) -> float:
    if slot is None:
        return 0.0
    if slot.kind == "section":
        return -3.0
    return {"extension": 0.0, "rco_contacts": -1.0, "financial_execution": -1.0}.get(slot.id, -2.5)
