"""Whether a section holds anything to judge, by what words and reader say of it."""

from __future__ import annotations

from collections.abc import Sequence

from assessor.reader.reading import Reading
from assessor.text_model import TextModel, probability

PART = "not_assessed"  # of a model: the score by words
THRESHOLD = "not_assessed_threshold"
WEIGHTS = ("not_assessed_words", "not_assessed_reader")  # of both scores, where the reader reads


class NotAssessedClassifier:
    """Tells sections without anything to judge, from a trained model's part and options.

    Parameters
    ----------
    model : TextModel
        Where it lacks the part, every section holds something.
    """

    def __init__(self, model: TextModel) -> None:
        self._words = model.parts.get(PART)
        self._threshold = model.options.get(THRESHOLD, 0.0)
        self._of_words, self._of_reader = (model.options.get(name) for name in WEIGHTS)

    def __bool__(self) -> bool:
        """Whether the model was trained for it."""
        return self._words is not None

    def probability(self, features: Sequence[str], reading: Reading | None) -> float | None:
        """Return how surely a text holds nothing to judge; None where it holds something."""
        if self._words is None:
            return None
        score = float(self._words.scores(features)[0])
        if reading is not None and self._of_words is not None and self._of_reader is not None:
            score = self._of_words * score + self._of_reader * reading.nothing
        score -= self._threshold
        return probability(score) if score > 0 else None
