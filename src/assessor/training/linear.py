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
NEVER = -9.0  # the log-odds of an output of which nothing was learnt
SMALL = 0.04  # weights nearer to zero than this are dropped: they cost space and say nothing
Array = NDArray[Any]
Progress = Callable[[str], None]
FitRows = Callable[[csr_matrix, Array], tuple[Array, Array]]
"""From the matrix of some items, and their indices, to weights and intercept."""


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


def classes(y: Array, count: int, c: float, balance: bool = False) -> FitRows:
    """Return a fit of one class of several per item; of one class alone all scores are 0.

    Parameters
    ----------
    y : array of int, shape (items,)
        Index of each item's class.
    c : float
        Inverse strength of the penalty.
    balance : bool
        Whether rare classes weigh as much as common ones.
    """

    def fit(x: csr_matrix, rows: Array) -> tuple[Array, Array]:
        if len(set(y[rows])) < 2:
            return np.zeros((x.shape[1], count)), np.zeros(count)
        return columns(multinomial(x, y[rows], c, balance), count)

    return fit


def binaries(truth: Array, c: float, balance: bool = False, least: int = 1) -> FitRows:
    """Return a fit of one binary model per output, `NEVER` where there are too few examples.

    One after the other, because liblinear keeps global state.

    Parameters
    ----------
    truth : array of bool, shape (items, outputs)
    least : int
        Positive examples that an output needs.
    """

    def fit(x: csr_matrix, rows: Array) -> tuple[Array, Array]:
        weights = np.zeros((x.shape[1], truth.shape[1]))
        intercept = np.full(truth.shape[1], NEVER)
        for column in np.flatnonzero(truth[rows].sum(axis=0) >= least):
            model = binary(x, truth[rows, column], c, balance)
            weights[:, column], intercept[column] = model.coef_[0], model.intercept_[0]
        return weights, intercept

    return fit


def cross_fitted(
    found: Sequence[Sequence[str]], groups: Sequence[str], outputs: Sequence[str], fit: FitRows
) -> tuple[Part, Array]:
    """Fit models over words on all items, and on folds.

    Parameters
    ----------
    found : sequence
        Features of each item.
    groups : sequence of str
        Its writer, whom no fold has on both sides.

    Returns
    -------
    part : Part
        Fitted on all.
    scores : array, shape (items, outputs)
        Cross-validated.
    """

    def fitted(rows: Array) -> tuple[TfidfVectorizer, Array, Array]:
        words = vectorizer()
        x = words.fit_transform([found[k] for k in rows])
        return words, *fit(x, rows)

    scores = np.zeros((len(found), len(outputs)))
    for train, test in folds(groups):
        words, weights, intercept = fitted(train)
        scores[test] = words.transform([found[k] for k in test]) @ weights + intercept
    return part(outputs, *fitted(np.arange(len(found)))), scores
