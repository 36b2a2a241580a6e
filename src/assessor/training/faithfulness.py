"""Faithfulness of explanations: remove the clause with the largest effect and rate again."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from assessor.assess import Assessor
from assessor.evidence import Span
from assessor.fiche.fiche import Fiche
from assessor.labels.tables import LabelledObservation
from assessor.language import sentences_of
from assessor.ratings.rating import Rating
from assessor.training.metrics import Score, bootstrap

RAISED, LOWERED = 1, -1
SEED = 20111


@dataclass(frozen=True, slots=True)
class Removal:
    """The effect of removing a clause from a section on its expected level.

    Parameters
    ----------
    side : int
        `RAISED` or `LOWERED`: the direction that the explanation gives for the clause.
    by_chance : bool
        Whether another clause, drawn at random, was removed instead (control).
    moved : float
        Change in levels, positive in the direction of the explanation; 0 where nothing to
        judge is left.
    """

    fiche_id: str
    side: int
    by_chance: bool
    moved: float


def removals(assessor: Assessor, labels: Sequence[LabelledObservation]) -> list[Removal]:
    """Remove from each section the clause that raised its level most, and the one that lowered it.

    Each comes with a control, another clause drawn at random. Sections that are not assessed, or
    whose explanation names no words, are left out.
    """
    chance = random.Random(SEED)  # noqa: S311  # a choice of clauses, no secret
    return [removal for label in labels for removal in _removals(assessor, label, chance)]


def _removals(
    assessor: Assessor, label: LabelledObservation, chance: random.Random
) -> Iterator[Removal]:
    whole = _rating(assessor, label, label.text)
    clauses = [clause for s in sentences_of(label.text) for clause in s.clauses]
    for side in (RAISED, LOWERED):
        named = _weighed_most(whole, side)
        others = [clause for clause in clauses if named and not clause.overlaps(named)]
        if named is None or whole.expected is None or not others:
            continue
        for by_chance, span in ((False, named), (True, chance.choice(others))):
            rest = _rating(assessor, label, span.without(label.text)).expected
            moved = 0.0 if rest is None else side * (whole.expected - rest)
            yield Removal(label.fiche_id, side, by_chance, moved)


def _rating(assessor: Assessor, label: LabelledObservation, text: str) -> Rating:
    found = assessor.assess(Fiche(label.fiche_id, "", "", sections={label.dimension: text}))
    return next(rating for rating in found.ratings if rating.dimension == label.dimension)


def _weighed_most(rating: Rating, side: int) -> Span | None:
    """Return the clause with the largest effect in one direction; reasons are ranked by effect."""
    return next(
        (r.evidence.span for r in rating.reasons if r.evidence and r.effect * side > 0), None
    )


def share_moved(found: Sequence[Removal]) -> Score:
    """Return the share of removals that change the level as explained, interval over fiches."""
    groups: dict[str, list[bool]] = defaultdict(list)
    for removal in found:
        groups[removal.fiche_id].append(removal.moved > 0)
    return bootstrap(groups, lambda right: sum(right) / len(right))


def mean_move(found: Sequence[Removal]) -> float:
    """Return the mean change of the expected level, in levels."""
    return fmean(removal.moved for removal in found)
