"""The not-assessed classifier: whether a section holds anything to judge."""

from __future__ import annotations

from collections.abc import Sequence

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
        self._options = model.options

    def __bool__(self) -> bool:
        """Whether the model was trained for it."""
        return self._words is not None

    def probability(self, features: Sequence[str], reading: Reading | None) -> float | None:
        """Return how surely a text holds nothing to judge; None where it holds something."""
        if self._words is None:
            return None
        score = float(self._words.scores(features)[0])
        if reading is not None:
            options = self._options
            score = (
                options.not_assessed_words * score + options.not_assessed_reader * reading.nothing
            )
        score -= self._options.not_assessed_threshold
        return float(expit(score)) if score > 0 else None
