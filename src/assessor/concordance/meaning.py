"""Sentences by their nearness in meaning to a query, as the Spanish reader sees both.

A vector a sentence says little here: trained on ratings and issues, the reader's means of tokens
all lie close together. So every token of the query looks for its like among a sentence's tokens
(late interaction, as in ColBERT: https://arxiv.org/abs/2004.12832), rare ones weighing more, and
the issues that the reader finds in the query are compared with those of the sentence, for as much
as it is sure of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby, islice
from typing import TYPE_CHECKING

import numpy as np

from assessor.concordance.hits import Hit
from assessor.errors import RunError
from assessor.evidence import Span
from assessor.folding import bare_words, fold
from assessor.language import sentences_of

if TYPE_CHECKING:
    from assessor.reader.heads import Floats
    from assessor.reader.reader import Reader
    from assessor.reader.reading import Reading

WORDS = 4  # shorter sentences («N/A», «No hay.») are near to everything
SAMPLE = 256  # sections whose mean is taken away from every token: all vectors lean one way
SAME = 0.5  # what the same piece of a word counts, beside a cosine
TINY = 1e-9


@dataclass(frozen=True)
class _Passage:
    """What is compared of a query or a sentence.

    Parameters
    ----------
    tokens : array, shape (tokens, size)
    pieces : array, shape (tokens,)
        Each token as written, folded.
    issues : array, shape (codes,)
        Probability that it reports a code.
    """

    tokens: Floats
    pieces: np.ndarray
    issues: Floats


def by_sentences(text: str) -> Iterator[Span]:
    """Yield the sentences of a section that are long enough to be compared."""
    for sentence in sentences_of(text):
        if len(bare_words(sentence.span.of(text))) >= WORDS:
            yield sentence.span


def nearest(
    hits: Iterable[Hit], query: str, reader: Reader, headings: Mapping[str, str]
) -> list[Hit]:
    """Return sentences with their similarity, nearest to the query first.

    Parameters
    ----------
    hits : iterable of Hit
        Sentences, those of a section side by side; each section is read once.
    headings : mapping
        Dimension → the heading under which the reader knows it.

    Returns
    -------
    list of Hit
        `similarity` is at most 1; it ranks the sentences of one query and says nothing across
        queries. Ties keep their order.

    Raises
    ------
    RunError
        If the query has no word.
    """
    if not bare_words(query):
        raise RunError("find: --meaning needs words to compare with")
    whole = Span(0, len(query))
    asked = _passage(reader.read(query, "", (whole,)), query, whole)
    found = _read(hits, reader, headings)
    first = list(islice(found, SAMPLE))
    if not first:
        return []
    centre = np.concatenate([p.tokens for pairs in first for _, p in pairs]).mean(axis=0)
    pairs = [
        (hit, _likeness(asked, passage, centre))
        for hit, passage in chain.from_iterable(chain(first, found))
    ]
    scores = _similarities([likeness for _, likeness in pairs], asked)
    order = np.argsort(-scores, kind="stable")
    return [replace(pairs[k][0], similarity=float(scores[k])) for k in order]


def _read(
    hits: Iterable[Hit], reader: Reader, headings: Mapping[str, str]
) -> Iterator[list[tuple[Hit, _Passage]]]:
    """Read section by section; what lies beyond the reader's reach is left out."""
    for (_, dimension), group in groupby(hits, lambda h: (h.fiche["fiche_id"], h.dimension)):
        own = list(group)
        text = own[0].text
        spans = [sentence.span for sentence in sentences_of(text)]
        reading = reader.read(text, headings[dimension], spans)
        passages = ((hit, _passage(reading, text, hit.span)) for hit in own)
        pairs = [(hit, passage) for hit, passage in passages if len(passage.tokens)]
        if pairs:
            yield pairs


def _passage(reading: Reading, text: str, sentence: Span) -> _Passage:
    number = reading.place_of(sentence)
    own = reading.tokens_of(number)
    places = zip(reading.starts[own], reading.ends[own], strict=True)
    return _Passage(
        reading.tokens[own],
        np.array([fold(text[start:end]).strip() for start, end in places]),
        1 / (1 + np.exp(-reading.findings.issues[number])),
    )


@dataclass(frozen=True, slots=True)
class _Likeness:
    """How a sentence meets a query.

    Parameters
    ----------
    met : array, shape (tokens of the query,)
        How near the nearest token of the sentence comes, -1 to 1 + SAME.
    holds : array of bool, shape (tokens of the query,)
        Whether the sentence holds the same piece.
    agreement : float
        Cosine of the probabilities of issues.
    """

    met: Floats
    holds: np.ndarray
    agreement: float


def _likeness(asked: _Passage, passage: _Passage, centre: Floats) -> _Likeness:
    cosines = _unit(asked.tokens - centre) @ _unit(passage.tokens - centre).T
    same = asked.pieces[:, None] == passage.pieces[None, :]
    agreement = float(_unit(asked.issues) @ _unit(passage.issues))
    return _Likeness((cosines + SAME * same).max(axis=1), same.any(axis=1), agreement)


def _similarities(found: Sequence[_Likeness], asked: _Passage) -> Floats:
    """Weigh words by their rarity in what was read, and issues by how sure the query's are."""
    held = np.stack([likeness.holds for likeness in found])
    rarity = np.log1p(len(found) / (1 + held.sum(axis=0)))
    words = np.stack([likeness.met for likeness in found]) @ (rarity / rarity.sum())
    sure = float(asked.issues.max())
    agreement = np.array([likeness.agreement for likeness in found])
    similarities: Floats = (words + sure * agreement) / (1 + SAME + sure)
    return similarities


def _unit(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    units: Floats = vectors / np.maximum(lengths, TINY)
    return units
