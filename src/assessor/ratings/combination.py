"""From the scores of one or several models to a level, its probabilities and its doubt.

Each source (the linear model over words, an encoder) gives a section one score per level; a
multinomial logistic model joins them. A further source is a further row of weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

WORDS = "words"  # the linear model over words
READER = "reader"  # the encoder
Floats = NDArray[Any]


@dataclass(frozen=True)
class Combination:
    """How scores become a rating.

    Parameters
    ----------
    sources : tuple of str
        Names of the sources, in the order of `weights`.
    weights : array, shape (sources, levels, levels)
        Score of a level, by source → logit of a level.
    intercept : array, shape (levels,)
    stretch : float
        How far the expected level is spread from the middle of the scale: the mean of unsure
        probabilities leans to the middle.
    pull : float
        How much a level's squared distance to that spread mean costs it, in probability: 0
        takes the most probable level, a large number the one nearest to the spread mean.
    review_above : float
        Doubt from which a person should look.
    """

    sources: tuple[str, ...]
    weights: Floats
    intercept: Floats
    stretch: float
    pull: float
    review_above: float

    def probabilities(self, scores: Mapping[str, Floats]) -> Floats:
        """Return the probability of each level.

        Parameters
        ----------
        scores : mapping
            Source to its scores, shape (..., levels), lowest risk first.
        """
        logits = self.intercept + sum(
            np.asarray(scores[name]) @ self.weights[k] for k, name in enumerate(self.sources)
        )
        return softmax(logits)

    def levels(self, probabilities: Floats) -> NDArray[np.int64]:
        """Return the level, 1 = lowest risk: a probable one, near the spread mean."""
        count = probabilities.shape[-1]
        middle = (count + 1) / 2
        spread = middle + self.stretch * (expected(probabilities) - middle)
        distance = np.arange(1, count + 1) - spread[..., None]
        likely: NDArray[np.int64] = (probabilities - self.pull * distance**2).argmax(axis=-1) + 1
        return likely

    def as_json(self) -> dict[str, Any]:
        """Return what `model.json` holds."""
        return {
            "sources": list(self.sources),
            "weights": np.round(self.weights, 5).tolist(),
            "intercept": np.round(self.intercept, 5).tolist(),
            "stretch": round(self.stretch, 4),
            "pull": round(self.pull, 4),
            "review_above": round(self.review_above, 5),
        }


def combination_of(about: Mapping[str, Any], levels: int) -> Combination:
    """Return the combination that a model's `model.json` holds.

    Raises
    ------
    ValueError
        If its shapes do not fit `levels`.
    """
    held = about["rating"]
    weights, intercept = np.array(held["weights"], float), np.array(held["intercept"], float)
    sources = tuple(map(str, held["sources"]))
    if weights.shape != (len(sources), levels, levels) or intercept.shape != (levels,):
        raise ValueError("the shapes of the rating's weights do not fit its levels")
    stretch, pull, above = (float(held[name]) for name in ("stretch", "pull", "review_above"))
    return Combination(sources, weights, intercept, stretch, pull, above)


def softmax(logits: Floats) -> Floats:
    """Return shares over the last axis."""
    weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: Floats = weights / weights.sum(axis=-1, keepdims=True)
    return shares


def expected(probabilities: Floats) -> Floats:
    """Return the mean level, 1 = lowest risk."""
    mean: Floats = probabilities @ np.arange(1, probabilities.shape[-1] + 1)
    return mean


def doubt(probabilities: Floats) -> Floats:
    """Return the variance of the level: how far the rating may be off, not only how often."""
    levels = np.arange(1, probabilities.shape[-1] + 1)
    variance: Floats = probabilities @ levels**2.0 - expected(probabilities) ** 2
    return variance
