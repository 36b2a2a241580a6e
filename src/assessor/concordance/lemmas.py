"""Words by their lemma: «renunciar» finds «renunció», «renuncian», «renunciaron»."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from assessor.errors import RunError
from assessor.evidence import Span
from assessor.folding import bare_words, fold, words_of
from assessor.language import TRAINED, sentences_of, trained_pipeline

if TYPE_CHECKING:
    from spacy.language import Language

STEM = 3  # letters: a sentence without a word that begins as the query does is not parsed


class LemmaSearch:
    """Finds a phrase by the lemmas of its words, in their order and side by side.

    A verb whose forms begin otherwise than its lemma («ir», «fue») is not found: parsing every
    sentence would take minutes.

    Raises
    ------
    RunError
        If the Spanish model is not installed, or the phrase has no word.
    """

    def __init__(self, phrase: str) -> None:
        self._nlp = _pipeline()
        words = bare_words(phrase)
        if not words:
            raise RunError("find: --lemma needs at least one word")
        lemmas = [fold(token.lemma_) for token in self._nlp(" ".join(phrase.split()))]
        if len(lemmas) != len(words):
            lemmas = words
        self._wanted = [{word, lemma} for word, lemma in zip(words, lemmas, strict=True)]
        self._begins = words[0][:STEM]

    def __call__(self, text: str) -> Iterator[Span]:
        """Yield the places of a phrase in a text."""
        for sentence in sentences_of(text):
            words = words_of(sentence.span.of(text))
            if any(word.text.startswith(self._begins) for word in words):
                yield from self._in_sentence(sentence.span.of(text), sentence.span.start)

    def _in_sentence(self, sentence: str, offset: int) -> Iterator[Span]:
        tokens = [token for token in self._nlp(sentence) if not token.is_punct]
        forms = [{fold(token.text), fold(token.lemma_)} for token in tokens]
        size = len(self._wanted)
        for at in range(len(tokens) - size + 1):
            if all(self._wanted[k] & forms[at + k] for k in range(size)):
                last = tokens[at + size - 1]
                yield Span(offset + tokens[at].idx, offset + last.idx + len(last.text))


def _pipeline() -> Language:
    nlp = trained_pipeline("parser", "ner")
    if nlp is None:
        raise RunError(
            f"--lemma needs a Spanish model, as {TRAINED[0]}: make setup installs it; without "
            "it, write the beginning of the word, as «renunci*»"
        )
    return nlp
