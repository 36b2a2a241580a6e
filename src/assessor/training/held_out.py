"""Splitting labels into a training and a validation set, by writer or fiche."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from assessor.codebook.schema import Codebook
from assessor.errors import LabelError
from assessor.labels.tables import LabelledObservation
from assessor.training.joining import MIN_JOIN
from assessor.training.linear import groups_of

MIN_SECTIONS = 300  # below, an encoder learns its writers rather than its field
EVERY = 7  # one group of so many is held out
Labels = Sequence[LabelledObservation]
Seen = Callable[[str, str], bool]


@dataclass(frozen=True)
class Division:
    """A split: labels to train on (`learn`) and to validate on (`choose`).

    Parameters
    ----------
    writers, fiches : tuple of str
        Groups of the training set; fiches where its writers are unknown or on both sides.
    held_out : str
        What the validation set is, in words for the user.
    """

    learn: tuple[LabelledObservation, ...]
    choose: tuple[LabelledObservation, ...]
    writers: tuple[str, ...]
    fiches: tuple[str, ...]
    held_out: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return what `reader.json` holds about the training set."""
        return {
            "observations": len(self.learn),
            "writers": list(self.writers),
            "fiches": list(self.fiches),
        }


def division_of(learn: Labels, choose: Labels, held_out: str = "") -> Division:
    """Return a split; writers that are unknown or on both sides are replaced by their fiches."""
    told = {x.writer for x in learn if x.writer} - {x.writer for x in choose}
    fiches = {x.fiche_id for x in learn if x.writer not in told}
    return Division(
        tuple(learn), tuple(choose), tuple(sorted(told)), tuple(sorted(fiches)), held_out
    )


def divide(
    labels: Labels, codebook: Codebook, seen: Seen = lambda writer, fiche: False
) -> Division:
    """Hold out every seventh writer, to choose the epoch and the reader's weight by.

    A larger part is held out where that is too small, and fiches where no split by writer will
    do.

    Parameters
    ----------
    seen : callable
        Says whether the base reader was trained on a writer or fiche: those are not held out,
        as their scores would be too good.

    Raises
    ------
    LabelError
        If there are too few labels, or none that may be held out.
    """
    used = [x for x in labels if x.text.strip()]
    _check(used)
    fiches = [x.fiche_id for x in used]
    for groups in (groups_of(used), fiches):
        known = {g for g, x in zip(groups, used, strict=True) if seen(x.writer, x.fiche_id)}
        for held in _choices(sorted(set(groups) - known)):
            learn = [x for g, x in zip(groups, used, strict=True) if g not in held]
            choose = [x for g, x in zip(groups, used, strict=True) if g in held]
            if _does(learn, choose, codebook):
                kind = "fiches" if groups == fiches else "writers"
                return division_of(learn, choose, f"{len(held)} of {len(set(groups))} {kind}")
    raise LabelError(
        f"--fine-tune holds some writers (or fiches) out, with {MIN_JOIN} rated sections at least "
        "and no more than half of all, that the base did not learn from: these labels have none "
        "such. Label fiches by others, or start from nothing (--base none)"
    )


def _check(used: Labels) -> None:
    if len(used) < MIN_SECTIONS:
        raise LabelError(
            f"{len(used)} labelled sections with text; --fine-tune needs {MIN_SECTIONS}: label "
            "more (assessor labels suggest), or leave --fine-tune out: the words learn from fewer"
        )
    if not any(x.issues for x in used):
        raise LabelError(
            "no issue is labelled, and a reader that learns from ratings alone forgets how to "
            "find issues: label them, or leave --fine-tune out"
        )


def _choices(groups: Sequence[str]) -> Iterator[frozenset[str]]:
    """Yield sets of groups to hold out: every seventh group first, then larger sets."""
    for every in range(EVERY, 0, -1):
        for first in range(min(every, len(groups))):
            yield frozenset(groups[first::every])


def _does(learn: Labels, choose: Labels, codebook: Codebook) -> bool:
    rated = sum(codebook.level[x.rating].value is not None for x in choose)
    issues = any(x.issues for x in learn) and any(x.issues for x in choose)
    return rated >= MIN_JOIN and len(choose) <= len(learn) and issues
