"""Which sections to label next (active learning).

Four signals, each 0 to 1: uncertainty of the rating; disagreement with the wording and the
lexicon alone; rarity of the section's issues in the run; diversity, as dissimilarity to the texts
already chosen or labelled. The first three are properties of a section; diversity is recomputed
after each choice (greedy, as in maximal marginal relevance: Carbonell and Goldstein, SIGIR 1998).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assessor.codebook.schema import Codebook
from assessor.labels.tables import LabelledObservation, Section

WEIGHTS = {"uncertainty": 0.4, "disagreement": 0.2, "rarity": 0.2, "diversity": 0.2}
TELLING = 0.5  # a signal of at least this is given as a reason


@dataclass(frozen=True, slots=True)
class Candidate:
    """A section that could be labelled.

    Parameters
    ----------
    first, second : LabelledObservation
        The label of the run, and that of wording and lexicon alone.
    probabilities : tuple of float
        Of the assessed levels, lowest risk first; all 0 where nothing is assessed.
    confidence : float
        Probability that the run's rating is right.
    """

    first: LabelledObservation
    second: LabelledObservation
    probabilities: tuple[float, ...]
    confidence: float

    @property
    def section(self) -> Section:
        """Fiche and dimension."""
        return self.first.section


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A section to label.

    Parameters
    ----------
    signals : mapping
        Name of each of `WEIGHTS` to its strength, 0 to 1.
    reasons : tuple of str
        The signals that decided, strongest first; at least one.
    """

    candidate: Candidate
    score: float
    signals: Mapping[str, float]
    reasons: tuple[str, ...]


def candidates_of(
    ratings: Iterable[Mapping[str, Any]],
    first: Mapping[Section, LabelledObservation],
    second: Mapping[Section, LabelledObservation],
    codebook: Codebook,
) -> list[Candidate]:
    """Join a run's ratings with the labels of the run and of wording and lexicon."""
    columns = [f"p_{level.id}" for level in codebook.assessed_levels]
    return [
        Candidate(first[section], second[section],
                  tuple(float(row.get(c) or 0.0) for c in columns), float(row["confidence"] or 0.0))
        for row in ratings
        if (section := (row["fiche_id"], row["dimension"])) in first and section in second
    ]  # fmt: skip


def suggest(
    candidates: Sequence[Candidate],
    codebook: Codebook,
    n: int,
    labelled: Collection[Section] = (),
) -> list[Suggestion]:
    """Choose up to `n` sections, best first; those already labelled are left out."""
    known = set(labelled)
    rarity = _rarity(candidates)
    fixed = np.array(
        [[_uncertainty(c), _disagreement(c, codebook), rarity(c)] for c in candidates]
    ).reshape(-1, 3)
    weights = np.array([WEIGHTS[x] for x in ("uncertainty", "disagreement", "rarity")])
    likeness = _Likeness([c.first.text for c in candidates])
    free = np.array([c.section not in known for c in candidates], dtype=bool)
    nearest = np.zeros(len(candidates))
    for index in np.flatnonzero(~free):
        nearest = np.maximum(nearest, likeness.to(int(index)))
    chosen: list[Suggestion] = []
    while free.any() and len(chosen) < n:
        scores = fixed @ weights + WEIGHTS["diversity"] * (1 - nearest)
        best = int(np.argmax(np.where(free, scores, -1.0)))
        values = (*fixed[best], 1 - nearest[best])
        signals = {name: round(float(v), 3) for name, v in zip(WEIGHTS, values, strict=True)}
        chosen.append(
            Suggestion(candidates[best], round(float(scores[best]), 3), signals, _reasons(signals))
        )
        free[best] = False
        nearest = np.maximum(nearest, likeness.to(best))
    return chosen


def rare_codes(candidate: Candidate, counts: Mapping[str, int]) -> list[str]:
    """Return the codes of a section, the rarest first."""
    codes = {issue.code for issue in candidate.first.issues}
    return sorted(codes, key=lambda code: (counts[code], code))


def code_counts(candidates: Iterable[Candidate]) -> Counter[str]:
    """Count the sections that report each code."""
    return Counter(code for c in candidates for code in {i.code for i in c.first.issues})


class _Likeness:
    """Cosine similarity of texts by TF-IDF of their words."""

    def __init__(self, texts: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        try:
            self._matrix: Any = TfidfVectorizer(sublinear_tf=True).fit_transform(texts)
        except ValueError:  # no text holds a word
            self._matrix = np.zeros((len(texts), 1))

    def to(self, index: int) -> NDArray[np.float64]:
        """Return the similarity of every text to one of them, 0 to 1."""
        from sklearn.metrics.pairwise import linear_kernel

        cosines: NDArray[np.float64] = linear_kernel(self._matrix, self._matrix[[index]]).ravel()
        return cosines.clip(0.0, 1.0)


def _uncertainty(candidate: Candidate) -> float:
    """Return one minus the margin between the two most probable levels."""
    if not any(candidate.probabilities):
        return 1 - candidate.confidence
    *_, second, first = sorted(candidate.probabilities)
    return 1 - (first - second)


def _disagreement(candidate: Candidate, codebook: Codebook) -> float:
    """Return the mean of the ratings' distance and of the share of codes only one lists."""
    one, other = candidate.first, candidate.second
    a, b = codebook.level[one.rating].value, codebook.level[other.rating].value
    if a is None or b is None:
        apart = float(a is not b)
    else:
        apart = abs(a - b) / max(1, len(codebook.assessed_levels) - 1)
    codes = [{issue.code for issue in x.issues} for x in (one, other)]
    union = codes[0] | codes[1]
    return (apart + (len(codes[0] ^ codes[1]) / len(union) if union else 0.0)) / 2


def _rarity(candidates: Sequence[Candidate]) -> Callable[[Candidate], float]:
    """Return the function from a candidate to the rarity of its rarest code."""
    counts = code_counts(candidates)
    most = math.log(1 + len(candidates))

    def of(candidate: Candidate) -> float:
        codes = rare_codes(candidate, counts)
        return math.log((1 + len(candidates)) / counts[codes[0]]) / most if codes else 0.0

    return of


def _reasons(signals: Mapping[str, float]) -> tuple[str, ...]:
    ranked = sorted(signals, key=lambda name: (-WEIGHTS[name] * signals[name], name))
    telling = [name for name in ranked if signals[name] >= TELLING and name != "diversity"]
    return tuple(telling or ranked[:1])
