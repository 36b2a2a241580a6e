"""Labels → how sections are rated: scores by words, their combination, and the review limit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assessor.codebook.schema import Codebook
from assessor.labels.tables import LabelledObservation
from assessor.ratings.combination import Combination, doubt
from assessor.text_model import LinearModel, features
from assessor.training.conformal import Limit, review_limit
from assessor.training.linear import (
    Part,
    folds,
    groups_of,
)
from assessor.training.metrics import calibration_error, quadratic_kappa
from assessor.training.prior import correction, matrix, moved, one_of_several

C_WORDS = 100.0
TEMPER = 0.7  # of the words' scores, before the labels say better
MIN_READ_OUT = 500  # ratings, to choose by how far the level is spread
STRETCH = 1.5  # with fewer
STRETCHES = np.arange(1.0, 3.01, 0.1)
PULL = 0.4  # a level at the spread mean wins over a neighbour up to that much more probable
STIFFNESSES = (1000.0, 300.0, 100.0, 30.0, 10.0, 3.0, 1.0)  # precisions of the prior on a base
SURE = 1.0  # standard errors by which moving a base has to pay
EARNED = 0.01  # of kappa, by that pull instead of taking the most probable level
Array = NDArray[Any]


def levels_of(rated: Sequence[LabelledObservation], codebook: Codebook) -> Array:
    """Return each rating's place among the assessed levels, 0 = lowest risk."""
    return np.array([codebook.level_ids.index(x.rating) for x in rated])


def features_of(labels: Sequence[LabelledObservation]) -> list[list[str]]:
    """Return what a linear model sees of each section."""
    return [features(x.text, x.dimension) for x in labels]


def moved_word_scores(
    base: LinearModel, rated: Sequence[LabelledObservation], codebook: Codebook
) -> tuple[Part, Array]:
    """Move a base's scores to labels; return them and the moved scores on folds."""
    x = matrix(base, features_of(rated))
    target = np.eye(len(base.outputs))[levels_of(rated, codebook)]
    out = np.zeros_like(target)
    for train, test in folds(groups_of(rated)):
        fitted = moved(base, x[train], target[train], one_of_several)
        out[test] = x[test] @ fitted.weights + fitted.intercept
    return moved(base, x, target, one_of_several), out


def combine(scores: Mapping[str, Array], y: Array) -> Combination:
    """Calibrate and combine the sources' scores; choose the stretch of the expected level.

    Parameters
    ----------
    scores : mapping
        Source to its scores on folds, shape (ratings, levels).
    y : array
        Places of the true levels.
    """
    sources, count = tuple(scores), next(iter(scores.values())).shape[1]
    even = np.stack([np.eye(count) * TEMPER / len(sources) for _ in sources])
    start = Combination(sources, even, np.zeros(count), STRETCH, PULL, np.inf)
    fitted = _corrected(start, scores, y, 1.0)
    return fitted if len(y) < MIN_READ_OUT else _read_out(fitted, scores, y)


def moved_combination(
    base: Combination, scores: Mapping[str, Array], y: Array, groups: Sequence[str]
) -> Combination:
    """Move how a base's scores become levels to the standard of other labels.

    It moves as far as the labels bear out on folds, and not at all where that is no more than
    chance: labels by the base's own standard have nothing to teach it here, and fitted on ten
    fiches cost more kappa than their words win.

    Parameters
    ----------
    groups : sequence of str
        Writer or fiche of each rating, kept together by the folds.
    """
    if base.sources != tuple(scores):
        return combine(scores, y)
    if len(set(groups)) < 2:
        return base
    losses: dict[float | None, Array] = {None: _losses(base, scores, y)}
    for stiffness in STIFFNESSES:
        held_out = np.zeros(len(y))
        for train, test in folds(groups):
            inside, outside = ({k: v[rows] for k, v in scores.items()} for rows in (train, test))
            fitted = _corrected(base, inside, y[train], stiffness)
            held_out[test] = _losses(fitted, outside, y[test])
        losses[stiffness] = held_out
    best = min(losses, key=lambda stiffness: round(float(losses[stiffness].mean()), 5))
    if best is None or not _surely_less(losses[best] - losses[None], groups):
        return base
    moved = _corrected(base, scores, y, best)
    return moved if len(y) < MIN_READ_OUT else _read_out(moved, scores, y)


def _corrected(
    start: Combination, scores: Mapping[str, Array], y: Array, stiffness: float
) -> Combination:
    """Fit weights and intercept that stay near a start; the stiffer, the nearer."""
    count = len(start.intercept)
    x = np.concatenate([scores[name] for name in start.sources], axis=1)
    flat = start.weights.reshape(-1, count)
    weights, intercept = correction(
        x, x @ flat + start.intercept, np.eye(count)[y], one_of_several, stiffness, stiffness
    )
    return replace(
        start,
        weights=(flat + weights).reshape(start.weights.shape),
        intercept=start.intercept + intercept,
    )


def _losses(combination: Combination, scores: Mapping[str, Array], y: Array) -> Array:
    """Return the log-loss of each rating."""
    shares = combination.probabilities(scores)
    losses: Array = -np.log(np.clip(shares[np.arange(len(y)), y], 1e-12, 1))
    return losses


def _surely_less(differences: Array, groups: Sequence[str]) -> bool:
    """Tell whether the mean over groups is below nothing by more than `SURE` standard errors."""
    owners = np.array(groups)
    means = [float(differences[owners == owner].mean()) for owner in sorted(set(groups))]
    error = float(np.std(means, ddof=1)) / math.sqrt(len(means))
    return float(np.mean(means)) < -SURE * error


def _read_out(fitted: Combination, scores: Mapping[str, Array], y: Array) -> Combination:
    """Choose how a level is read out of probabilities, by kappa."""
    shares, count = fitted.probabilities(scores), len(fitted.intercept)

    def kappa(pulled: Combination) -> float:
        return round(quadratic_kappa(y + 1, pulled.levels(shares), count), 4)

    plain = replace(fitted, pull=0.0)
    spread = [replace(fitted, stretch=float(s), pull=PULL) for s in STRETCHES]
    best = max(spread, key=lambda pulled: (kappa(pulled), -pulled.stretch))
    # The most probable level says what the probabilities say: the pull has to earn its place.
    return best if kappa(best) > kappa(plain) + EARNED else plain


def with_review(
    combination: Combination, scores: Mapping[str, Array], y: Array, groups: Sequence[str]
) -> tuple[Combination, Limit]:
    """Set the doubt from which ratings are flagged for review."""
    shares = combination.probabilities(scores)
    off = np.abs(combination.levels(shares) - 1 - y)
    limit = review_limit(doubt(shares), off, groups)
    return replace(combination, review_above=limit.above), limit


def rating_scores(
    combination: Combination, scores: Mapping[str, Array], y: Array
) -> dict[str, float]:
    """Return how well folds are rated."""
    shares = combination.probabilities(scores)
    levels = combination.levels(shares)
    sure = shares[np.arange(len(y)), levels - 1]
    return {
        "rating_kappa_folds": quadratic_kappa(y + 1, levels, shares.shape[1]),
        "rating_exact_folds": float(np.mean(levels == y + 1)),
        "rating_calibration_error_folds": calibration_error(sure, levels == y + 1),
    }
