"""Stacking: the scores of several models are combined into level probabilities.

Each source (the linear model over words, an encoder) gives a section one score per level; a
multinomial logistic model combines them. A further source is a further row of weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

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
        Factor by which the expected level is moved away from the middle of the scale before
        a level is chosen, as expectations shrink towards the middle.
    pull : float
        Penalty on a level's squared distance to that stretched mean, in probability: 0 takes
        the most probable level, a large number the one nearest to the stretched mean.
    review_above : float
        Doubt (variance of the level) above which a rating is flagged for review.
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
        shares: Floats = softmax(logits, axis=-1)
        return shares

    def levels(self, probabilities: Floats) -> NDArray[np.int64]:
        """Return the level, 1 = lowest risk: a probable one, near the stretched mean."""
        count = probabilities.shape[-1]
        middle = (count + 1) / 2
        stretched = middle + self.stretch * (expected(probabilities) - middle)
        distance = np.arange(1, count + 1) - stretched[..., None]
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


def expected(probabilities: Floats) -> Floats:
    """Return the mean level, 1 = lowest risk."""
    mean: Floats = probabilities @ np.arange(1, probabilities.shape[-1] + 1)
    return mean


def doubt(probabilities: Floats) -> Floats:
    """Return the variance of the level: how far the rating may be off, not only how often."""
    levels = np.arange(1, probabilities.shape[-1] + 1)
    variance: Floats = probabilities @ levels**2.0 - expected(probabilities) ** 2
    return variance
