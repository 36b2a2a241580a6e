"""Two values printed side by side whose lines were extracted row by row.

In a form of four columns («Fecha de inicio: … Fecha de fin: …») the second label stands
among the lines of the first value, and where both values wrap their lines alternate:
«Noviembre 8,» «Fecha de fin:» «Noviembre 7,» «2010» «2013».
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assessor.codebook.schema import FormField
from assessor.fiche.layout_line import Line
from assessor.fiche.typed import SHORT, typed_fit

MAX_MIXED = 24  # lines of both values together; more are no short values

Halves = tuple[list[Line], list[Line]]


def may_stand_beside(first: FormField, second: FormField) -> bool:
    """Say whether both hold short values of a type, so that their lines can be told apart."""
    return first.kind in SHORT and second.kind in SHORT


def fit_of_pair(first: FormField, second: FormField, halves: Halves) -> float:
    """Return how well the lines of both values fit their types."""
    return typed_fit(first, _text(halves[0])) + typed_fit(second, _text(halves[1]))


def untangled(
    first: FormField, second: FormField, before: Sequence[Line], after: Sequence[Line]
) -> tuple[float, Halves]:
    """Divide the lines around the second label between both fields.

    Parameters
    ----------
    before, after : sequence of Line
        Lines above and below the second label.

    Returns
    -------
    tuple
        The score of both values by their types, and the lines of each.
    """
    best: tuple[float, Halves] | None = None
    for one, other in _ways(list(before), list(after)):
        score = fit_of_pair(first, second, (one, other))
        if best is None or score > best[0]:
            best = score, (one, other)
    assert best is not None
    return best


def _ways(before: list[Line], after: list[Line]) -> Iterator[Halves]:
    """Yield the ways in which the lines of both values may have been mixed, likeliest first."""
    yield before, after
    if len(before) + len(after) > MAX_MIXED:
        return
    for count in range(1, len(after)):
        turns, rest = after[: 2 * count], after[2 * count :]
        # The second value takes every other line until its `count` lines are used up …
        yield [*before, *turns[1::2], *rest], turns[::2]
        # … or the first does.
        yield [*before, *turns[1::2]], [*turns[::2], *rest]


def _text(lines: Sequence[Line]) -> str:
    return " ".join(line.text for line in lines)
