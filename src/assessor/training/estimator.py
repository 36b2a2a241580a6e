"""The ratings' model over words as a scikit-learn estimator, for experiments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from threadpoolctl import threadpool_limits

from assessor.ratings.combination import WORDS
from assessor.text_model import features
from assessor.training.linear import THREADS, classes, cross_fitted
from assessor.training.rating import C_WORDS, combine

Array = NDArray[Any]


class OrdinalRater(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # untyped
    """Rates sections by their words, as `assessor train` does without a base and a reader.

    Sections are rows of two columns, text and dimension: an array, a data frame or a list of
    pairs. Levels may be any values that sort from the lowest risk to the highest, such as 1 to 4.

    Parameters
    ----------
    c : float
        Inverse of the regularisation strength.

    Attributes
    ----------
    classes_ : array, shape (levels,)
        Those that occur, lowest risk first.
    words_ : LinearModel
    combination_ : Combination
        How the words' scores become probabilities and levels.
    """

    def __init__(self, c: float = C_WORDS) -> None:
        self.c = c

    def fit(self, sections: ArrayLike, y: ArrayLike, groups: Sequence[str] | None = None) -> Self:
        """Fit the word model and, by cross-validation, how its scores become probabilities.

        Parameters
        ----------
        y : array, shape (sections,)
            Levels.
        groups : sequence of str, optional
            Writer of each section, kept together by the folds; by default each is its own.

        Raises
        ------
        LabelError
            If there are fewer than two groups.
        """
        found = _found(sections)
        self.classes_, places = np.unique(y, return_inverse=True)
        names = [str(level) for level in self.classes_]
        owners = [str(k) for k in range(len(found))] if groups is None else list(groups)
        with threadpool_limits(THREADS):
            fit = classes(places, len(names), self.c)
            words, on_folds = cross_fitted(found, owners, names, fit)
            self.combination_ = combine({WORDS: on_folds}, places)
        self.words_ = words.model()
        return self

    def predict_proba(self, sections: ArrayLike) -> Array:
        """Return the probability of each level, shape (sections, levels)."""
        scores = [self.words_.scores(found) for found in _found(sections)]
        table = np.reshape(scores, (-1, len(self.classes_)))
        return self.combination_.probabilities({WORDS: table})

    def predict(self, sections: ArrayLike) -> Array:
        """Return the level nearest to the spread expected level."""
        levels: Array = self.classes_[self.combination_.levels(self.predict_proba(sections)) - 1]
        return levels


def _found(sections: ArrayLike) -> list[list[str]]:
    return [features(text, dimension) for text, dimension in np.asarray(sections, dtype=object)]
