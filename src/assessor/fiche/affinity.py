"""Lexical affinity of a line to a section, where labels and values were extracted apart."""

from __future__ import annotations

from collections import Counter

from assessor.codebook.schema import Codebook
from assessor.fiche.fit import Affinity
from assessor.folding import bare_words, fold

MIN_STEM = 3
LIMIT = 2.5
UNFIT = -0.03  # of a word that fits no section
EXECUTION = ("status", "achievements")  # fields that make up one section


class VocabularyAffinity:
    """Counts the words of a line that begin with a stem of a section's vocabulary.

    A stem that several sections share counts less for each of them.
    """

    def __init__(self, vocabulary: dict[str, tuple[str, ...]]) -> None:
        shared = Counter(stem for stems in vocabulary.values() for stem in set(stems))
        self._weights = {
            name: {fold(stem): 1.2 / shared[stem] for stem in stems}
            for name, stems in vocabulary.items()
        }
        for name in EXECUTION:
            self._weights[name] = self._weights.get("execution", {})

    def __call__(self, field_id: str, text: str) -> float:
        """Return the line's fit, from a little below 0 (no word fits) to `LIMIT`."""
        weights = self._weights.get(field_id)
        if not weights:
            return 0.0
        words = bare_words(text)
        total = UNFIT * len(words)
        for word in words:
            stems = (word[:n] for n in range(len(word), MIN_STEM - 1, -1))
            total += next((weights[stem] for stem in stems if stem in weights), 0.0)
        return min(LIMIT, total)


def section_affinity(codebook: Codebook) -> Affinity:
    """Return the affinity of lines to the codebook's sections."""
    return VocabularyAffinity({d.id: d.vocabulary for d in codebook.dimensions})
