"""Labels → those to learn from and those held out: a writer's texts never stand on both sides."""

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
    """Labels to learn from, and labels to choose by.

    Parameters
    ----------
    writers, fiches : tuple of str
        Those that are learnt from; fiches where writers do not tell the two sides apart.
    held_out : str
        What is held out, in words for the user.
    """

    learn: tuple[LabelledObservation, ...]
    choose: tuple[LabelledObservation, ...]
    writers: tuple[str, ...]
    fiches: tuple[str, ...]
    held_out: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return what a reader tells of its training."""
        return {
            "observations": len(self.learn),
            "writers": list(self.writers),
            "fiches": list(self.fiches),
        }


def division_of(learn: Labels, choose: Labels, held_out: str = "") -> Division:
    """Return a division; writers that stand on both sides, or are not told, give way to fiches."""
    told = {x.writer for x in learn if x.writer} - {x.writer for x in choose}
    fiches = {x.fiche_id for x in learn if x.writer not in told}
    return Division(
        tuple(learn), tuple(choose), tuple(sorted(told)), tuple(sorted(fiches)), held_out
    )


def divide(
    labels: Labels, codebook: Codebook, seen: Seen = lambda writer, fiche: False
) -> Division:
    """Hold out every seventh writer: to choose the epoch, and to weigh the reader by.

    More of them where those would be too few, whole fiches where writers do not do.

    Parameters
    ----------
    seen : callable
        Says of a writer and a fiche whether the reader to be continued learnt from them: such
        are not held out, for it would do too well on them.

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
    """Yield which groups may be held out: every seventh first, then more and more of them."""
    for every in range(EVERY, 0, -1):
        for first in range(min(every, len(groups))):
            yield frozenset(groups[first::every])


def _does(learn: Labels, choose: Labels, codebook: Codebook) -> bool:
    rated = sum(codebook.level[x.rating].value is not None for x in choose)
    issues = any(x.issues for x in learn) and any(x.issues for x in choose)
    return rated >= MIN_JOIN and len(choose) <= len(learn) and issues
