"""Which observations to label next: those that would teach a model, and people, most.

Four signals, each 0 to 1: how unsure the rating is; how far the wording and the lexicon by
themselves disagree with it; how rare the section's issues are in the run; how unlike the text
is to those already chosen or labelled. The first three are of a section by itself; the last
is taken anew at each choice (greedy, as maximal marginal relevance: Carbonell and Goldstein,
SIGIR 1998).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assessor.codebook.schema import Codebook
from assessor.labels.batch import Section
from assessor.labels.tables import LabelledObservation

WEIGHTS = {"uncertainty": 0.4, "disagreement": 0.2, "rarity": 0.2, "diversity": 0.2}
TELLING = 0.5  # from here on a signal is told as a reason


@dataclass(frozen=True, slots=True)
class Candidate:
    """A section that could be labelled.

    Parameters
    ----------
    first, second : LabelledObservation
        As the run has it, and as wording and lexicon by themselves label it.
    probabilities : tuple of float
        Of the assessed levels, lowest risk first; all 0 where nothing is assessed.
    confidence : float
        0 to 1: that the run's rating is right.
    """

    first: LabelledObservation
    second: LabelledObservation
    probabilities: tuple[float, ...]
    confidence: float

    @property
    def section(self) -> Section:
        """Which section it is."""
        return self.first.fiche_id, self.first.dimension


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
    """Put a run's ratings to the labels of both readers."""
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
    """Cosine of texts by their words."""

    def __init__(self, texts: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        try:
            self._matrix: Any = TfidfVectorizer(sublinear_tf=True).fit_transform(texts)
        except ValueError:  # no text holds a word
            self._matrix = np.zeros((len(texts), 1))

    def to(self, index: int) -> NDArray[np.float64]:
        """Return every text's likeness to one, 0 to 1."""
        products = self._matrix @ self._matrix[index].T
        dense = products.toarray() if hasattr(products, "toarray") else products
        cosines: NDArray[np.float64] = np.asarray(dense, dtype=np.float64).ravel()
        return cosines.clip(0.0, 1.0)


def _uncertainty(candidate: Candidate) -> float:
    """Return one less the margin of the two likeliest levels."""
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


def _rarity(candidates: Sequence[Candidate]) -> Any:
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
