"""Training the not-assessed classifier: whether a section holds nothing to judge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from assessor.codebook.schema import Codebook
from assessor.labels.tables import LabelledObservation
from assessor.ratings.not_assessed import PART, THRESHOLD
from assessor.text_model import LinearModel, features
from assessor.training.linear import Part, binaries, cross_fitted, groups_of
from assessor.training.prior import each_by_itself, matrix, moved

C_WORDS = 10.0
C_JOIN = 0.01  # stiff: the hardest texts would else decide how far words and reader are trusted
MIN_TEXTS = 20  # without anything to judge, to learn how they sound
USUAL_SHARE = 0.05  # of such texts in fiches; labels made to teach them hold more
THRESHOLDS = np.arange(-6.0, 6.01, 0.1)
Array = NDArray[Any]
Labels = Sequence[LabelledObservation]


def fit_not_assessed(labels: Labels, codebook: Codebook) -> tuple[Part, Array] | None:
    """Fit the score by the linear model; return it and the cross-validated scores.

    None with too few such texts.
    """
    truth = not_assessed(labels, codebook)
    if truth.sum() < MIN_TEXTS:
        return None
    fit = binaries(truth[:, None], C_WORDS, balance=True)
    fitted, scores = cross_fitted(_features(labels), groups_of(labels), [PART], fit)
    return fitted, scores[:, 0]


def move_not_assessed(base: LinearModel, labels: Labels, codebook: Codebook) -> Part:
    """Adapt a base's score by words to labels."""
    target = not_assessed(labels, codebook)[:, None].astype(float)
    return moved(base, matrix(base, _features(labels)), target, each_by_itself)


def join_not_assessed(
    words: Array, read: Array, labels: Labels, codebook: Codebook
) -> dict[str, float]:
    """Combine linear model and encoder; return options, none with too few such texts.

    Parameters
    ----------
    words, read : array, shape (labels,)
        Cross-validated scores, and those of a reader that did not learn from the labels.
    """
    truth = not_assessed(labels, codebook)
    if truth.sum() < MIN_TEXTS or truth.all():
        return {}
    x = np.stack([words, read], axis=1)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=C_JOIN, class_weight="balanced"))
    model.fit(x, truth)
    of_words, of_reader = map(float, model[-1].coef_[0] / model[0].scale_)
    scores = of_words * words + of_reader * read
    middle = float(scores.mean())
    limit = threshold(scores - middle, labels, codebook) + middle
    return {"not_assessed_words": of_words, "not_assessed_reader": of_reader, THRESHOLD: limit}


def threshold(scores: Array, labels: Labels, codebook: Codebook) -> float:
    """Return the score above which a text holds nothing to judge, by F1 at their usual share.

    Of thresholds that do as well, the one in the middle: texts to come lie on both sides of it.
    """
    truth = not_assessed(labels, codebook)
    weight = USUAL_SHARE / (1 - USUAL_SHARE) * (~truth).sum() / truth.sum()

    def f1(limit: float) -> float:
        predicted = scores > limit
        right = weight * int((predicted & truth).sum())
        wrong = int((predicted & ~truth).sum())
        return float(2 * right / (weight * truth.sum() + right + wrong))

    reached = np.array([round(f1(limit), 4) for limit in THRESHOLDS])
    return float(np.median(THRESHOLDS[reached == reached.max()]))


def not_assessed(labels: Labels, codebook: Codebook) -> NDArray[np.bool_]:
    """Return which labels say that there is nothing to judge."""
    return np.array([codebook.level[x.rating].value is None for x in labels])


def _features(labels: Labels) -> list[list[str]]:
    return [features(x.text, x.dimension) for x in labels]
