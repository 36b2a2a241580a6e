"""How well a line's words fit a section, for columns of labels without their values."""

from __future__ import annotations

from functools import lru_cache

from assessor.codebook.schema import Codebook
from assessor.fiche.align import Affinity
from assessor.folding import words_of


class WordAffinity:
    """Log-odds of a section by the words of a line: naive Bayes with few, strong words."""

    def __init__(self, weights: dict[str, dict[str, float]]) -> None:
        self._weights = weights

    def __call__(self, field_id: str, text: str) -> float:
        """Return the summed weights of the line's words, limited to -4 to 4."""
        weights = self._weights.get(field_id)
        if weights is None:
            return 0.0
        total = sum(weights.get(word.text, 0.0) for word in words_of(text))
        return max(-4.0, min(4.0, total))


@lru_cache(maxsize=4)
def section_affinity(codebook: Codebook) -> Affinity:
    """Return the affinity of lines to the codebook's sections."""
    return WordAffinity({d.id: {} for d in codebook.dimensions})
