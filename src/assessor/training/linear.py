"""Fitting linear models over words, and the folds of their cross-validation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from assessor.errors import LabelError
from assessor.labels.tables import LabelledObservation
from assessor.text_model import LinearModel

FOLDS = 5
# Of the linear algebra: on small matrices more threads only wait, and the same labels would not
# always give the same model.
THREADS = 1
ABSENT = -20.0  # the score of a class that no label has
SMALL = 0.04  # weights nearer to zero than this are dropped: they cost space and say nothing
Array = NDArray[Any]
Progress = Callable[[str], None]


@dataclass
class Part:
    """A fitted linear model, ready to be stored."""

    outputs: tuple[str, ...]
    vocabulary: list[str]
    idf: Array
    weights: Array
    intercept: Array

    @classmethod
    def of(cls, model: LinearModel) -> Part:
        """Return a model as it is."""
        names = sorted(model.vocabulary, key=lambda name: model.vocabulary[name])
        return cls(model.outputs, names, model.idf, model.weights, model.intercept)

    def model(self) -> LinearModel:
        """Return the model, ready to be used."""
        rows = {name: row for row, name in enumerate(self.vocabulary)}
        return LinearModel(self.outputs, rows, self.idf, self.weights, self.intercept)


def groups_of(labels: Sequence[LabelledObservation]) -> list[str]:
    """Return each label's group: its writer, or its fiche where there is no second writer."""
    groups = [label.writer or label.fiche_id for label in labels]
    return groups if len(set(groups)) > 1 else [label.fiche_id for label in labels]


def folds(groups: Sequence[str]) -> list[tuple[Array, Array]]:
    """Split items into train and test folds by group.

    Raises
    ------
    LabelError
        If there is only one group.
    """
    count = min(FOLDS, len(set(groups)))
    if count < 2:
        raise LabelError("labels of at least two writers (or fiches) are needed to choose by")
    return list(GroupKFold(count).split(groups, groups=groups))


def vectorizer() -> TfidfVectorizer:
    """Return the TF-IDF weighting of features, which come as lists."""
    return TfidfVectorizer(analyzer=list, sublinear_tf=True, min_df=2, dtype=np.float64)


def multinomial(x: csr_matrix, y: Array, c: float, balance: bool = False) -> LogisticRegression:
    """Fit a multinomial logistic regression."""
    weights = "balanced" if balance else None
    return LogisticRegression(C=c, max_iter=500, class_weight=weights).fit(x, y)


def binary(x: csr_matrix, y: Array, c: float, balance: bool = False) -> LogisticRegression:
    """Fit a binary logistic regression."""
    weights = "balanced" if balance else None
    return LogisticRegression(
        C=c, max_iter=200, solver="liblinear", random_state=0, class_weight=weights
    ).fit(x, y)


def columns(model: LogisticRegression, count: int) -> tuple[Array, Array]:
    """Return weights and intercepts, a column per class; absent classes get a very low score."""
    coefficients, intercepts = model.coef_, model.intercept_
    if len(model.classes_) == 2:  # scikit-learn keeps one row for two classes
        coefficients = np.concatenate([-coefficients, coefficients]) / 2
        intercepts = np.concatenate([-intercepts, intercepts]) / 2
    weights = np.zeros((coefficients.shape[1], count))
    intercept = np.full(count, ABSENT)
    weights[:, model.classes_] = coefficients.T
    intercept[model.classes_] = intercepts
    return weights, intercept


def part(outputs: Sequence[str], words: TfidfVectorizer, weights: Array, intercept: Array) -> Part:
    """Return a model without the features whose weights are all small, in order of their names."""
    weights = np.where(np.abs(weights) < SMALL, 0.0, weights)
    names = words.get_feature_names_out()
    kept = np.flatnonzero(np.abs(weights).sum(axis=1))
    return Part(
        tuple(outputs), [str(names[k]) for k in kept], words.idf_[kept], weights[kept], intercept
    )


def cross_fitted(
    found: Sequence[Sequence[str]],
    y: Array,
    groups: Sequence[str],
    outputs: Sequence[str],
    c: float,
    balance: bool = False,
) -> tuple[Part, Array]:
    """Fit one class of several by words, on all items and on folds.

    Parameters
    ----------
    found : sequence
        Features of each item.
    y : array of int, shape (items,)
        Place of its class among `outputs`.
    groups : sequence of str
        Its writer, whom no fold has on both sides.
    c : float
        Inverse strength of the penalty.
    balance : bool
        Whether rare classes weigh as much as common ones.

    Returns
    -------
    part : Part
        Fitted on all.
    scores : array, shape (items, outputs)
        Cross-validated; 0 where a fold had but one class to learn from.
    """

    def classes(found: Sequence[Sequence[str]], y: Array) -> tuple[TfidfVectorizer, Array, Array]:
        words = vectorizer()
        model = multinomial(words.fit_transform(found), y, c, balance)
        return words, *columns(model, len(outputs))

    scores = np.zeros((len(found), len(outputs)))
    for train, test in folds(groups):
        if len(set(y[train])) > 1:
            words, weights, intercept = classes([found[k] for k in train], y[train])
            scores[test] = words.transform([found[k] for k in test]) @ weights + intercept
    return part(outputs, *classes(found, y)), scores
