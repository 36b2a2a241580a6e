"""Ratings without a trained model: evaluative words, flags and the issues found.

A plain sum, so that every rating can be explained: each word or issue adds its weight to a
middle value; the sum, on the scale of the levels, becomes probabilities by a normal spread.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from assessor.codebook.schema import Codebook, LexiconEntry
from assessor.evidence import Evidence, Reason, Signal, Span
from assessor.folding import fold
from assessor.language import Sentence, sentences_of
from assessor.observations import Observation
from assessor.ratings.rating import Rating
from assessor.reader.reading import Reading
from assessor.text_state import TextState, TextStateReader
from assessor.wording import CompiledWording, PatternIndex, compile_wording

BASE = 2.25  # a text without any evaluative word
SPREAD = 0.75  # standard deviation of the level around the sum
LAST_WORD = 1.4  # the last sentence weighs more than the history
REVIEW_BELOW = 0.5
STATUS_WEIGHT = {"current": 0.38, "potential": 0.18, "resolved": 0.0}
FLAG_EFFECT = {"yes": -0.2, "no": 0.7}
_NEGATION = re.compile(r"\b(?:no|ni|nunca|sin|tampoco|ningun\w*|nadie|apenas)\b(?:\W+\w+){0,3}\W*$")


class LexiconRater:
    """Rates observations by the codebook's lexicon.

    Parameters
    ----------
    codebook : Codebook
        Its lexicon is compiled once.
    """

    method = "lexicon"

    def __init__(self, codebook: Codebook) -> None:
        self._levels = codebook.level_ids
        self._not_assessed = next(x.id for x in codebook.levels if x.value is None)
        self._entries = PatternIndex(_compiled(codebook.lexicon.entries))
        self._intensifiers = _compiled(codebook.lexicon.intensifiers)
        self._states = TextStateReader(codebook)

    def rate(
        self,
        observation: Observation,
        signals: Sequence[Signal],
        reading: Reading | None = None,
    ) -> Rating:
        """Rate one observation.

        Parameters
        ----------
        signals : sequence of Signal
            The issues found in it.
        reading : Reading, optional
            Taken as trained raters take it, and not used.
        """
        state = self._states.read(observation.text)
        nothing = state.kind in {"blank", "placeholder", "no_information"}
        if nothing or (state.kind == "flag_only" and state.flag == "yes"):
            method = state.kind if state.kind in {"blank", "placeholder"} else self.method
            return self.not_assessed(observation, method, 0.95)
        if state.kind == "flag_only" and state.flag == "no":
            return self._decide(
                observation, float(len(self._levels)), (Reason(None, 1.75, "flag:no"),)
            )
        reasons = [*self._flag_reasons(state), *self._issue_reasons(observation.text, signals)]
        reasons += self._word_reasons(observation, state)
        total = BASE + sum(reason.effect for reason in reasons)
        ranked = sorted(reasons, key=lambda r: (-abs(r.effect), r.rule))
        return self._decide(observation, total, tuple(ranked))

    def not_assessed(self, observation: Observation, method: str, confidence: float) -> Rating:
        """Return the rating of a section that holds nothing to judge."""
        return Rating(
            observation.dimension,
            self._not_assessed,
            (0.0,) * len(self._levels),
            confidence,
            False,
            method,
            (),
        )

    def _decide(
        self, observation: Observation, value: float, reasons: tuple[Reason, ...]
    ) -> Rating:
        top = len(self._levels)
        value = min(top + 0.2, max(0.8, value))
        weights = [math.exp(-0.5 * ((level - value) / SPREAD) ** 2) for level in range(1, top + 1)]
        probabilities = tuple(round(w / sum(weights), 4) for w in weights)
        best = max(range(len(weights)), key=lambda k: probabilities[k])
        confidence = probabilities[best]
        return Rating(
            observation.dimension, self._levels[best], probabilities, confidence,
            confidence < REVIEW_BELOW, self.method, reasons,
        )  # fmt: skip

    def _flag_reasons(self, state: TextState) -> list[Reason]:
        if state.flag is None:
            return []
        return [Reason(None, FLAG_EFFECT[state.flag], f"flag:{state.flag}")]

    def _issue_reasons(self, text: str, signals: Sequence[Signal]) -> list[Reason]:
        reasons = []
        for rank, signal in enumerate(sorted(signals, key=lambda s: -s.severity)):
            weight = STATUS_WEIGHT.get(signal.status, 0.0) * signal.severity / (1 + 0.5 * rank)
            if weight:
                evidence = Evidence(signal.span, signal.span.of(text), f"issue:{signal.code}")
                reasons.append(Reason(evidence, round(weight, 3), evidence.rule))
        return reasons

    def _word_reasons(self, observation: Observation, state: TextState) -> list[Reason]:
        text = observation.text
        folded = fold(text)
        sentences = sentences_of(text)
        last = sentences[-1].span if len(sentences) > 1 else None
        reasons = []
        for entry, pattern in self._entries.candidates(folded):
            if entry.dimensions and observation.dimension not in entry.dimensions:
                continue
            for start, end in pattern.find(folded):
                if start < state.body_start:
                    continue
                span = Span(start, end)
                effect = entry.weight * self._intensity(folded, span)
                if entry.negatable and _negated(folded, span, sentences):
                    effect *= -0.8
                if last is not None and span.overlaps(last):
                    effect *= LAST_WORD
                evidence = Evidence(span, span.of(text), f"lexicon:{entry.id}")
                reasons.append(Reason(evidence, round(effect, 3), evidence.rule))
        return reasons

    def _intensity(self, folded: str, span: Span) -> float:
        """Return the factor of an intensifier right before the words."""
        before = folded[max(0, span.start - 25) : span.start].rstrip()
        for entry, pattern in self._intensifiers:
            if any(end == len(before) for _, end in pattern.find(before)):
                return entry.weight
        return 1.0


def _compiled(entries: Sequence[LexiconEntry]) -> list[tuple[LexiconEntry, CompiledWording]]:
    return [(entry, compile_wording(entry.text)) for entry in entries]


def _negated(folded: str, span: Span, sentences: Sequence[Sentence]) -> bool:
    """Say whether a negation stands up to three words before, in the same clause."""
    for sentence in sentences:
        for clause in sentence.clauses:
            if clause.start <= span.start < clause.end:
                return _NEGATION.search(folded[clause.start : span.start]) is not None
    return False
