"""Ratings by a trained model: scores of one or several sources, combined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from assessor.codebook.schema import Codebook
from assessor.evidence import Evidence, Reason, Signal, Span
from assessor.language import sentences_of
from assessor.observations import Observation
from assessor.ratings.combination import WORDS, Floats, combination_of, doubt, expected
from assessor.ratings.lexicon import LexiconRater
from assessor.ratings.rating import Rating
from assessor.text_model import TextModel, features, probability
from assessor.text_state import TextStateReader

MAX_REASONS = 6
MAX_CLAUSES = 24  # of a text are tried without: more would cost the square of its length


class Source(Protocol):
    """Another model that scores a section's levels."""

    def level_scores(self, text: str, dimension: str) -> Floats:
        """Return one score per assessed level, lowest risk first."""


class LearnedRater:
    """Rates observations by a trained model, and by the lexicon where the model cannot.

    Parameters
    ----------
    model : TextModel
        Its part ``rating`` has one output per assessed level, lowest risk first.
    sources : mapping, optional
        Further sources of scores that the model's combination names.
    """

    def __init__(
        self,
        codebook: Codebook,
        model: TextModel,
        sources: Mapping[str, Source] | None = None,
    ) -> None:
        self._levels = codebook.assessed_levels
        self._words = model.parts["rating"]
        self._judged = model.parts.get("judged")
        self._judged_above = model.options.get("judged_threshold", 0.0)
        self._dimensions = set(model.about["dimensions"])
        self._method = model.name
        self._sources = sources or {}
        self._states = TextStateReader(codebook)
        self._fallback = LexiconRater(codebook)
        self._trained_levels = self._words.outputs == tuple(x.id for x in self._levels)
        self._combination = combination_of(model.about, len(self._words.outputs))

    def rate(self, observation: Observation, signals: Sequence[Signal]) -> Rating:
        """Rate one observation."""
        text, dimension = observation.text, observation.dimension
        state = self._states.read(text)
        known = self._trained_levels and dimension in self._dimensions
        readable = state.kind == "text" or (state.kind == "no_information" and self._judged)
        if not readable or not known:
            return self._fallback.rate(observation, signals)
        nothing = self._nothing_to_judge(text, dimension)
        if nothing is not None:
            return self._fallback.not_assessed(observation, self._method, round(nothing, 4))
        probabilities = self._probabilities(text, dimension)
        level = int(self._combination.levels(probabilities))
        return Rating(
            dimension,
            self._levels[level - 1].id,
            tuple(round(float(p), 4) for p in probabilities),
            round(float(probabilities[level - 1]), 4),
            bool(doubt(probabilities) > self._combination.review_above),
            self._method,
            self._reasons(observation, float(expected(probabilities))),
        )

    def _nothing_to_judge(self, text: str, dimension: str) -> float | None:
        """Return how surely a text holds nothing to judge; None where it holds something."""
        if self._judged is None:
            return None
        score = float(self._judged.scores(features(text, dimension))[0]) - self._judged_above
        return probability(score) if score > 0 else None

    def _probabilities(self, text: str, dimension: str) -> Floats:
        scores = {WORDS: self._words.scores(features(text, dimension))}
        scores |= {name: s.level_scores(text, dimension) for name, s in self._sources.items()}
        return self._combination.probabilities(scores)

    def _telling(self, spans: list[Span], text: str, dimension: str) -> list[Span]:
        """Keep the clauses of a long text that lean most to one side by themselves."""
        middle = (len(self._levels) + 1) / 2
        lean = {
            s: abs(float(expected(self._probabilities(s.of(text), dimension))) - middle)
            for s in spans
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
            effect = whole - expected(self._probabilities(rest, observation.dimension))
            evidence = Evidence(span, span.of(text), "reader:clause")
            reasons.append(Reason(evidence, round(float(effect), 3), evidence.rule))
        reasons.sort(key=lambda r: (-abs(r.effect), r.evidence.span if r.evidence else None))
        return tuple(r for r in reasons[:MAX_REASONS] if r.effect)
