"""Ratings by a trained model: scores of one or several sources, combined."""

from __future__ import annotations

from collections.abc import Sequence

from assessor.codebook.schema import Codebook
from assessor.evidence import Evidence, Reason, Signal, Span
from assessor.language import sentences_of
from assessor.observations import Observation
from assessor.ratings.combination import READER, WORDS, combination_of, doubt, expected
from assessor.ratings.lexicon import LexiconRater
from assessor.ratings.not_assessed import NotAssessedClassifier
from assessor.ratings.rating import Rating
from assessor.reader.reading import Reading
from assessor.text_model import TextModel, TextRows, features
from assessor.text_state import TextStateReader

MAX_REASONS = 6
MAX_CLAUSES = 24  # of a text are tried without: more would cost the square of its length


class LearnedRater:
    """Rates observations by a trained model, and by the lexicon where the model cannot.

    Parameters
    ----------
    model : TextModel
        Its part ``rating`` has one output per assessed level, lowest risk first.
    """

    def __init__(self, codebook: Codebook, model: TextModel) -> None:
        self._levels = codebook.level_ids
        self._words = model.parts["rating"]
        self._not_assessed = NotAssessedClassifier(model)
        self._dimensions = set(model.about["dimensions"])
        self._method = model.name
        self._states = TextStateReader(codebook)
        self._fallback = LexiconRater(codebook)
        self._trained_levels = self._words.outputs == codebook.level_ids
        self._combination = combination_of(model.about, len(self._words.outputs))

    def rate(
        self,
        observation: Observation,
        signals: Sequence[Signal],
        reading: Reading | None = None,
    ) -> Rating:
        """Rate one observation.

        Parameters
        ----------
        reading : Reading, optional
            The encoder's output: needed where the model weighs the encoder in.
        """
        text, dimension = observation.text, observation.dimension
        state = self._states.read(text)
        known = self._trained_levels and dimension in self._dimensions
        readable = state.kind == "text" or (state.kind == "no_information" and self._not_assessed)
        if not readable or not known:
            return self._fallback.rate(observation, signals)
        found = features(text, dimension)
        nothing = self._not_assessed.probability(found, reading)
        if nothing is not None:
            return self._fallback.not_assessed(observation, self._method, round(nothing, 4))
        scores = {WORDS: self._words.scores(found)}
        if reading is not None:
            scores[READER] = reading.levels
        probabilities = self._combination.probabilities(scores)
        level = int(self._combination.levels(probabilities))
        return Rating(
            dimension,
            self._levels[level - 1],
            tuple(round(float(p), 4) for p in probabilities),
            round(float(probabilities[level - 1]), 4),
            bool(doubt(probabilities) > self._combination.review_above),
            self._method,
            self._reasons(observation, reading, float(expected(probabilities))),
        )

    def _reasons(
        self, observation: Observation, reading: Reading | None, whole: float
    ) -> tuple[Reason, ...]:
        """Return the leave-one-out effect of each clause on the expected level."""
        text, dimension = observation.text, observation.dimension
        spans = [clause for s in sentences_of(text) for clause in s.clauses]
        if len(spans) < 2:
            return ()
        words = TextRows(self._words, text, dimension)
        reasons = []
        for span in self._telling(spans, text, dimension):
            rest = {WORDS: words.scores_without(span)}
            if reading is not None:
                rest[READER] = reading.levels_without(span)
            effect = whole - float(expected(self._combination.probabilities(rest)))
            evidence = Evidence(span, span.of(text), "reader:clause")
            reasons.append(Reason(evidence, round(effect, 3), evidence.rule))
        reasons.sort(key=lambda r: (-abs(r.effect), r.evidence.span if r.evidence else None))
        return tuple(r for r in reasons[:MAX_REASONS] if r.effect)

    def _telling(self, spans: list[Span], text: str, dimension: str) -> list[Span]:
        """Keep of a long text the clauses with the largest spread of scores on their own."""
        if len(spans) <= MAX_CLAUSES:
            return spans

        def spread(span: Span) -> float:
            scores = self._words.scores(features(span.of(text), dimension))
            return float(scores.max() - scores.min())

        return sorted(sorted(spans, key=lambda s: (-spread(s), s))[:MAX_CLAUSES])
