"""Labels → how sections are rated: scores by words, their combination, and the review limit."""

from __future__ import annotations

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
    binary,
    columns,
    folds,
    groups_of,
    multinomial,
    part,
    vectorizer,
)
from assessor.training.metrics import calibration_error, quadratic_kappa
from assessor.training.prior import correction, each_by_itself, matrix, moved, one_of_several

C_WORDS, C_JUDGED = 100.0, 10.0
TEMPER = 0.7  # of the words' scores, before the labels say better
MIN_NOTHING = 20  # texts without anything to judge, to learn how they sound
MIN_READ_OUT = 500  # ratings, to choose by how far the level is spread
STRETCH = 1.5  # with fewer
STRETCHES = np.arange(1.0, 3.01, 0.1)
EARNED = 0.01  # of kappa, by spreading the mean level instead of taking the most probable
JUDGED_THRESHOLDS = np.arange(-6.0, 6.01, 0.1)
Array = NDArray[Any]


def levels_of(rated: Sequence[LabelledObservation], codebook: Codebook) -> Array:
    """Return each rating's place among the assessed levels, 0 = lowest risk."""
    names = [level.id for level in codebook.assessed_levels]
    return np.array([names.index(x.rating) for x in rated])


def features_of(labels: Sequence[LabelledObservation]) -> list[list[str]]:
    """Return what a linear model sees of each section."""
    return [features(x.text, x.dimension) for x in labels]


def word_scores(
    found: Sequence[list[str]],
    y: Array,
    groups: Sequence[str],
    names: Sequence[str],
    c: float = C_WORDS,
) -> tuple[Part, Array]:
    """Fit the levels' scores by words; return them and the scores on folds.

    Parameters
    ----------
    found : sequence
        Features of each section.
    y : array of int, shape (sections,)
        Place of its level among `names`.
    groups : sequence of str
        Its writer, whom no fold has on both sides.
    c : float
        Inverse strength of the penalty.
    """
    out = np.zeros((len(found), len(names)))
    for train, test in folds(groups):
        if len(set(y[train])) < 2:
            continue
        words = vectorizer()
        model = multinomial(words.fit_transform([found[k] for k in train]), y[train], c)
        weights, intercept = columns(model, len(names))
        out[test] = words.transform([found[k] for k in test]) @ weights + intercept
    words = vectorizer()
    model = multinomial(words.fit_transform(found), y, c)
    return part(names, words, *columns(model, len(names))), out


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


def combine(scores: Mapping[str, Array], y: Array, base: Combination | None = None) -> Combination:
    """Fit how sources' scores become probabilities, and how far the level is spread.

    Parameters
    ----------
    scores : mapping
        Source to its scores on folds, shape (ratings, levels).
    y : array
        Places of the true levels.
    base : Combination, optional
        Where to start from; by default the words alone, tempered. It stays as it is with fewer
        than `MIN_READ_OUT` ratings: fitted on the folds of ten fiches, the spread of the level
        cost more kappa than their words had won.
    """
    sources, count = tuple(scores), next(iter(scores.values())).shape[1]
    few = len(y) < MIN_READ_OUT
    if base is None or base.sources != sources:
        start = np.stack([np.eye(count) * TEMPER / len(sources) for _ in sources])
        base = Combination(sources, start, np.zeros(count), STRETCH, np.inf)
    elif few:
        return base
    x = np.concatenate([scores[name] for name in sources], axis=1)
    flat = base.weights.reshape(-1, count)
    weights, intercept = correction(
        x, x @ flat + base.intercept, np.eye(count)[y], one_of_several, 1.0, 1.0
    )
    fitted = replace(
        base,
        weights=(flat + weights).reshape(base.weights.shape),
        intercept=base.intercept + intercept,
    )
    if few:
        return fitted
    shares = fitted.probabilities(scores)

    def kappa(stretch: float | None) -> float:
        spread = replace(fitted, stretch=stretch)
        return round(quadratic_kappa(y + 1, spread.levels(shares), count), 4)

    best = float(max(STRETCHES, key=lambda s: (kappa(float(s)), -s)))
    # The most probable level is right more often and says what the probabilities say: the
    # spread mean has to earn its place.
    return replace(fitted, stretch=best if kappa(best) > kappa(None) + EARNED else None)


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


def fit_judged(
    used: Sequence[LabelledObservation], codebook: Codebook
) -> tuple[Part, Array] | None:
    """Fit the score that a text holds nothing to judge; return it and the scores on folds.

    None with too few such texts.
    """
    nothing = _nothing(used, codebook)
    if nothing.sum() < MIN_NOTHING:
        return None
    found, out = features_of(used), np.zeros(len(used))
    for train, test in folds(groups_of(used)):
        words = vectorizer()
        model = binary(words.fit_transform([found[k] for k in train]), nothing[train], C_JUDGED,
                       balance=True)  # fmt: skip
        out[test] = model.decision_function(words.transform([found[k] for k in test]))

    words = vectorizer()
    model = binary(words.fit_transform(found), nothing, C_JUDGED, balance=True)
    return part(["not_assessed"], words, model.coef_.T, model.intercept_), out


def judged_threshold(
    scores: Array, used: Sequence[LabelledObservation], codebook: Codebook
) -> float:
    """Return the score from which a text holds nothing to judge, by F1.

    Of thresholds that do as well, the one in the middle: texts to come lie on both sides of it.
    """
    nothing = _nothing(used, codebook)

    def f1(threshold: float) -> float:
        said = scores > threshold
        return 2 * int((said & nothing).sum()) / max(1, int(said.sum() + nothing.sum()))

    reached = np.array([round(f1(t), 4) for t in JUDGED_THRESHOLDS])
    return float(np.median(JUDGED_THRESHOLDS[reached == reached.max()]))


def join_judged(
    words: Array, read: Array, used: Sequence[LabelledObservation], codebook: Codebook
) -> dict[str, float]:
    """Weigh the scores of words and reader that a text holds nothing to judge.

    Nothing with too few such texts.
    """
    nothing = _nothing(used, codebook)
    if nothing.sum() < MIN_NOTHING or nothing.all():
        return {}
    x = np.stack([words, read], axis=1)
    model = binary(x, nothing, C_JUDGED, balance=True)
    weights = {"judged_words": float(model.coef_[0, 0]), "judged_reader": float(model.coef_[0, 1])}
    joined = x @ model.coef_[0]
    return {**weights, "judged_threshold": judged_threshold(joined, used, codebook)}


def moved_judged(
    base: LinearModel, used: Sequence[LabelledObservation], codebook: Codebook
) -> Part:
    """Move a base's score that a text holds nothing to judge."""
    target = _nothing(used, codebook)[:, None].astype(float)
    return moved(base, matrix(base, features_of(used)), target, each_by_itself)


def _nothing(used: Sequence[LabelledObservation], codebook: Codebook) -> Array:
    return np.array([codebook.level[x.rating].value is None for x in used])
