"""The Spanish spaCy pipelines, built once, and the sentences and clauses they tell apart."""

from __future__ import annotations

import itertools
import re
import warnings
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from assessor.evidence import Span
from assessor.folding import fold

if TYPE_CHECKING:
    from spacy.language import Language

# Where a clause of its own begins within a sentence; the mark belongs to what follows.
_CLAUSE = re.compile(
    r"[;:—–]\s"
    r"|,\s(?=(?:pero|aunque|sino|mientras|si bien|sin embargo|en cambio|no obstante|y (?:ya|hoy|"
    r"ahora)|ya que|pues|por lo que|lo que|con lo que|de modo que|salvo)\b)"
    r"|\s(?=(?:pero|aunque|sin embargo|no obstante|si bien)\b)"
)
# Of the documents, beside those that spaCy knows («Sr.», «EE.UU.»): their stop ends no sentence.
_ABBREVIATIONS = (
    "ene.", "feb.", "abr.", "jun.", "jul.", "ago.", "sept.", "oct.", "nov.", "dic.",
    "núm.", "nro.", "art.", "arts.", "inc.", "págs.", "aprox.", "máx.", "mín.", "coord.", "depto.",
)  # fmt: skip


# Trained pipelines, the one that the shipped codebook's patterns were written with first.
TRAINED = ("es_core_news_sm", "es_core_news_md", "es_core_news_lg")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and its clauses, as spans of the text."""

    span: Span
    clauses: tuple[Span, ...]


@cache
def sentence_pipeline() -> Language:
    """Return the tokenizer with sentence borders: it knows abbreviations such as «Sr.»."""
    import spacy

    nlp = spacy.blank("es")
    tokenizer: Any = nlp.tokenizer
    for written in _ABBREVIATIONS:
        for form in (written, written.capitalize()):
            tokenizer.add_special_case(form, [{"ORTH": form}])
    nlp.add_pipe("sentencizer", config={"punct_chars": [".", "!", "?", "…"]})
    nlp.max_length = 10_000_000
    return nlp


@cache
def trained_pipeline(*without: str) -> Language | None:
    """Load a Spanish model that is installed, less some of its parts; None where none is."""
    import spacy

    for name in TRAINED:
        if spacy.util.is_package(name):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # W095: trained with an earlier spaCy
                return spacy.load(name, exclude=list(without))
    return None


@lru_cache(maxsize=8)  # reader, issues and rating ask for the same section's, one after another
def sentences_of(text: str) -> tuple[Sentence, ...]:
    """Divide a text into sentences and clauses; a line break always ends a sentence."""
    found: list[Sentence] = []
    offset = 0
    for line in text.split("\n"):
        if line.strip():
            doc = sentence_pipeline()(line)
            for sentence in doc.sents:
                span = _trim(text, offset + sentence.start_char, offset + sentence.end_char)
                if span is not None:
                    found.append(Sentence(span, _clauses(text, span)))
        offset += len(line) + 1
    return tuple(found)


def _clauses(text: str, sentence: Span) -> tuple[Span, ...]:
    folded = fold(sentence.of(text))
    borders = [0, *(match.end() for match in _CLAUSE.finditer(folded)), len(folded)]
    spans = (
        _trim(text, sentence.start + begin, sentence.start + end)
        for begin, end in itertools.pairwise(borders)
    )
    return tuple(span for span in spans if span is not None)


def _trim(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if start < end else None


def without_marks(text: str, span: Span) -> Span:
    """Cut list marks in front and stops behind, as a reader would quote.

    No quotation then begins with what a spreadsheet takes for a formula.
    """
    start, end = span.start, span.end
    while end > start + 1 and text[end - 1] in ".,;:!?… ":
        end -= 1
    while start < end - 1 and text[start] in "-–—•·*=+@ ,;\t":
        start += 1
    return Span(start, end)
