"""The not-assessed classifier: whether a section holds anything to judge."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from assessor.reader.reading import Reading
from assessor.text_model import TextModel

PART = "not_assessed"  # of a model: the score by words
THRESHOLD = "not_assessed_threshold"


class NotAssessedClassifier:
    """Tells sections without anything to judge, from a trained model's part and options.

    Parameters
    ----------
    model : TextModel
        Where it lacks the part, every section holds something.
    """

    def __init__(self, model: TextModel) -> None:
        self._words = model.parts.get(PART)
        self._threshold = model.options.not_assessed_threshold
        weights = model.options.not_assessed_weights
        names = sign_names(model.parts["rating"].outputs) if weights else []
        self._weights = np.array([weights[name] for name in names])

    def __bool__(self) -> bool:
        """Whether the model was trained for it."""
        return self._words is not None

    def probability(
        self, text: str, features: Sequence[str], reading: Reading | None
    ) -> float | None:
        """Return how surely a text holds nothing to judge; None where it holds something."""
        if self._words is None:
            return None
        score = float(self._words.scores(features)[0])
        if reading is not None and len(self._weights):
            score = float(self._weights @ signs(score, reading, text))
        score -= self._threshold
        return float(expit(score)) if score > 0 else None


def sign_names(levels: Sequence[str]) -> list[str]:
    """Return the names of `signs`, in their order."""
    return ["words", "reader", "length", *levels]


def signs(words: float, reading: Reading, text: str) -> NDArray[np.float64]:
    """Return what tells that there is nothing to judge.

    A text of one word may be a rating or a placeholder, and a long one may describe and say
    nothing: its length bears on what words and reader mean. So does how sure a level is.

    Returns
    -------
    array, shape (3 + levels,)
        The words' score, the reader's, the logarithm of the number of words, the reader's
        log-odds of the levels.
    """
    length = np.log1p(len(text.split()))
    return np.array([words, reading.nothing, length, *reading.levels], dtype=np.float64)
