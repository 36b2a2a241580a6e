"""Ratings by a trained model: a multinomial linear model over the words of a section."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assessor.codebook.schema import Codebook
from assessor.evidence import Evidence, Reason, Signal, Span
from assessor.language import sentences_of
from assessor.observations import Observation
from assessor.ratings.lexicon import LexiconRater
from assessor.ratings.rating import Rating
from assessor.text_model import TextModel, features, probability
from assessor.text_state import TextStateReader

MAX_REASONS = 6
MAX_CLAUSES = 24  # of a text are tried without: more would cost the square of its length
NOTHING_TO_JUDGE = 0.5


class LearnedRater:
    """Rates observations by a trained model, and by the lexicon where the model cannot.

    The level is the one nearest to the expected level, spread by a factor that training chose:
    the mean of uncertain probabilities leans to the middle.

    Parameters
    ----------
    model : TextModel
        Its part ``rating`` has one output per assessed level, lowest risk first.
    """

    def __init__(self, codebook: Codebook, model: TextModel) -> None:
        self._levels = codebook.assessed_levels
        self._part = model.parts["rating"]
        self._judged = model.parts.get("judged")
        self._stretch = model.option("rating_stretch")
        self._temperature = model.option("rating_temperature")
        self._review_below = model.option("review_below")
        self._dimensions = set(model.about["dimensions"])
        self._method = model.name
        self._states = TextStateReader(codebook)
        self._fallback = LexiconRater(codebook)
        self._trained_levels = self._part.outputs == tuple(x.id for x in self._levels)

    def rate(self, observation: Observation, signals: Sequence[Signal]) -> Rating:
        """Rate one observation."""
        state = self._states.read(observation.text)
        known = self._trained_levels and observation.dimension in self._dimensions
        if state.kind != "text" or not known:
            return self._fallback.rate(observation, signals)
        if state.short and self._judged is not None:
            scores = self._judged.scores(features(observation.text, observation.dimension))
            nothing = probability(float(scores[0]))
            if nothing > NOTHING_TO_JUDGE:
                return self._fallback.not_assessed(observation, self._method, round(nothing, 4))
        probabilities = self._probabilities(observation.text, observation.dimension)
        middle = (len(self._levels) + 1) / 2
        spread = middle + self._stretch * (_expected(probabilities) - middle)
        level = int(np.clip(np.floor(spread + 0.5), 1, len(self._levels)))
        confidence = float(probabilities[level - 1])
        return Rating(
            observation.dimension,
            self._levels[level - 1].id,
            tuple(round(float(p), 4) for p in probabilities),
            round(confidence, 4),
            confidence < self._review_below,
            self._method,
            self._reasons(observation, float(_expected(probabilities))),
        )

    def _probabilities(self, text: str, dimension: str) -> np.ndarray:
        scores = self._part.scores(features(text, dimension)) * self._temperature
        weights = np.exp(scores - scores.max())
        result: np.ndarray = weights / weights.sum()
        return result

    def _telling(self, spans: list[Span], text: str, dimension: str) -> list[Span]:
        """Keep the clauses of a long text that lean most to one side by themselves."""
        middle = (len(self._levels) + 1) / 2
        lean = {
            s: abs(_expected(self._probabilities(s.of(text), dimension)) - middle) for s in spans
        }
        return sorted(sorted(spans, key=lambda s: (-lean[s], s))[:MAX_CLAUSES])

    def _reasons(self, observation: Observation, whole: float) -> tuple[Reason, ...]:
        """Return how far each clause moves the expected level: with it, less without it."""
        text = observation.text
        spans = [clause for s in sentences_of(text) for clause in s.clauses]
        if len(spans) < 2:
            return ()
        if len(spans) > MAX_CLAUSES:
            spans = self._telling(spans, text, observation.dimension)
        reasons = []
        for span in spans:
            rest = f"{text[: span.start]} {text[span.end :]}"
            effect = whole - _expected(self._probabilities(rest, observation.dimension))
            evidence = Evidence(span, span.of(text), "reader:clause")
            reasons.append(Reason(evidence, round(float(effect), 3), evidence.rule))
        reasons.sort(key=lambda r: (-abs(r.effect), r.evidence.span if r.evidence else None))
        return tuple(r for r in reasons[:MAX_REASONS] if r.effect)


def _expected(probabilities: np.ndarray) -> float:
    return float(probabilities @ np.arange(1, len(probabilities) + 1))
