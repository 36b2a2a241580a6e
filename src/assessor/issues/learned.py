"""A second finder of issues: linear models over the words of sentences.

It sees what no pattern foresees. Every sentence gets a probability per code, and for those
that pass a status; what decided are the words with the largest weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assessor.evidence import Evidence, Span
from assessor.issues.scope import ScopeEngine
from assessor.language import Sentence, without_marks
from assessor.text_model import LinearModel, TextModel, features, status_features

TOP_WORDS = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model reads in one sentence.

    Parameters
    ----------
    logits : dict
        Code to log-odds that the sentence reports it.
    """

    sentence: Sentence
    logits: dict[str, float]


class SentenceReader:
    """Reads sentences with a trained model."""

    def __init__(self, model: TextModel, engine: ScopeEngine) -> None:
        self._engine = engine
        self._issues: LinearModel = model.parts["issues"]
        self._status: LinearModel = model.parts["status"]
        self._columns = {code: k for k, code in enumerate(self._issues.outputs)}

    def read(self, text: str, dimension: str, sentences: Sequence[Sentence]) -> list[Reading]:
        """Return the log-odds of every code for every sentence."""
        readings = []
        for sentence in sentences:
            scores = self._issues.scores(features(sentence.span.of(text), dimension))
            readings.append(
                Reading(sentence, dict(zip(self._issues.outputs, map(float, scores), strict=True)))
            )
        return readings

    def status(
        self, text: str, sentences: Sequence[Sentence], place: int, code: str
    ) -> dict[str, float]:
        """Return the probability of each status for an issue in sentence `place`."""
        before = sentences[place - 1].span.of(text) if place else ""
        after = sentences[place + 1].span.of(text) if place + 1 < len(sentences) else ""
        own = sentences[place].span.of(text)
        found = status_features(own, before, after, code, self._engine.marks(own, after))
        scores = self._status.scores(found)
        weights = np.exp(scores - scores.max())
        shares = weights / weights.sum()
        return dict(zip(self._status.outputs, map(float, shares), strict=True))

    def evidence(self, text: str, dimension: str, sentence: Sentence, code: str) -> Evidence:
        """Return the clause that says it, with the words that decided as its rule."""
        column = self._columns[code]
        found = features(sentence.span.of(text), dimension)
        shares = self._issues.shares(found, column)
        best = sorted(shares, key=lambda name: (-shares[name], name))[:TOP_WORDS]
        words = ",".join(name for name in best if shares[name] > 0)
        span = self._best_clause(text, dimension, sentence, column)
        return Evidence(span, span.of(text), f"reader:{words}")

    def _best_clause(self, text: str, dimension: str, sentence: Sentence, column: int) -> Span:
        """Return the shortest run of clauses that scores nearly as much as the sentence."""
        clauses = sentence.clauses
        if len(clauses) < 2:
            return without_marks(text, sentence.span)
        scores = [
            float(self._issues.scores(features(clause.of(text), dimension))[column])
            for clause in clauses
        ]
        best = max(range(len(clauses)), key=lambda k: (scores[k], -k))
        whole = float(self._issues.scores(features(sentence.span.of(text), dimension))[column])
        if scores[best] >= whole - 0.5:
            return without_marks(text, clauses[best])
        return without_marks(text, sentence.span)
