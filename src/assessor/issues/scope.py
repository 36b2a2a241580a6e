"""One engine for status and negation: which cues have a mention in their scope.

A cue's scope ends where its clause or another cue's termination does. Where several
categories claim a mention, the order is: another programme's problem, denied, current (a cue
that says that it goes on), potential, resolved. A pseudo cue takes the words it covers away
from real ones, as «no se ha resuelto» does to «resuelto».
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assessor.codebook.schema import Codebook, Cue, CueCategory, CueDirection
from assessor.evidence import Evidence, Span
from assessor.folding import fold
from assessor.language import Sentence
from assessor.wording import CompiledWording, compile_wording

PRIORITY = (
    CueCategory.ELSEWHERE,
    CueCategory.DENIED,
    CueCategory.CURRENT,
    CueCategory.POTENTIAL,
    CueCategory.RESOLVED,
)
NEXT_CONFIDENCE = 0.7


@dataclass(frozen=True, slots=True)
class FoundCue:
    """A cue in a text."""

    cue: Cue
    span: Span


@dataclass(frozen=True, slots=True)
class Scope:
    """What the cues make of one mention.

    Parameters
    ----------
    category : CueCategory
        CURRENT where no cue speaks.
    cues : tuple of Evidence
        The words that decided.
    confidence : float
        Lower where cues disagree or stand in another sentence.
    """

    category: CueCategory
    cues: tuple[Evidence, ...]
    confidence: float


class ScopeEngine:
    """The cues of a codebook, compiled once."""

    def __init__(self, codebook: Codebook) -> None:
        self._cues: list[tuple[Cue, CompiledWording]] = [
            (cue, compile_wording(cue.text)) for cue in codebook.cues
        ]

    def cues_in(self, text: str) -> list[FoundCue]:
        """Find the cues of a text, without those that a pseudo cue covers."""
        folded = fold(text)
        found = [
            FoundCue(cue, Span(start, end))
            for cue, pattern in self._cues
            for start, end in pattern.find(folded)
        ]
        pseudo = [f for f in found if f.cue.direction is CueDirection.PSEUDO]
        return sorted(
            (
                f
                for f in found
                if f.cue.direction is not CueDirection.PSEUDO
                and not any(
                    p.cue.category is f.cue.category and p.span.overlaps(f.span) for p in pseudo
                )
            ),
            key=lambda f: (f.span.start, f.span.end, f.cue.id),
        )

    def marks(self, sentence: str, after: str) -> list[str]:
        """Return the cues of a sentence and of the next one as features of a model."""
        own = [f"Q:{f.cue.category}:{f.cue.direction}" for f in self.cues_in(sentence)]
        return own + [f"QN:{f.cue.category}:{f.cue.direction}" for f in self.cues_in(after)]

    def scope(
        self, text: str, mention: Span, sentences: Sequence[Sentence], cues: Sequence[FoundCue]
    ) -> Scope:
        """Say what the cues make of a mention.

        Parameters
        ----------
        sentences : sequence of Sentence
            All sentences of the text, in order.
        cues : sequence of FoundCue
            All cues of the text, from `cues_in`.
        """
        place = next((k for k, s in enumerate(sentences) if s.span.overlaps(mention)), None)
        if place is None:
            return Scope(CueCategory.CURRENT, (), 1.0)
        sentence = sentences[place]
        claims = [
            f
            for f in cues
            if f.span.overlaps(sentence.span)
            and not f.span.overlaps(mention)
            and _reaches(f, mention, sentence, cues)
        ]
        if place + 1 < len(sentences):
            following = sentences[place + 1].span
            claims += [
                f
                for f in cues
                if f.cue.direction is CueDirection.NEXT
                and following.start <= f.span.start < following.start + 40
            ]
        return _decide(text, claims, sentence)


def _reaches(found: FoundCue, mention: Span, sentence: Sentence, cues: Sequence[FoundCue]) -> bool:
    direction, category = found.cue.direction, found.cue.category
    if direction is CueDirection.NEXT or category is CueCategory.TERMINATION:
        return False
    before = found.span.end <= mention.start
    if before and direction is CueDirection.FOLLOWING:
        return False
    if not before and direction is CueDirection.PRECEDING:
        return False
    between = (
        Span(found.span.end, mention.start)
        if before and found.span.end < mention.start
        else (
            Span(mention.end, found.span.start)
            if not before and mention.end < found.span.start
            else None
        )
    )
    if between is None:
        return True
    if any(
        c.cue.category is CueCategory.TERMINATION and between.start <= c.span.start < between.end
        for c in cues
    ):
        return False
    # A condition governs what follows the comma; other cues stay within their clause.
    if category in {CueCategory.POTENTIAL, CueCategory.ELSEWHERE}:
        return True
    return _same_clause(found.span, mention, sentence)


def _same_clause(one: Span, other: Span, sentence: Sentence) -> bool:
    return any(c.overlaps(one) and c.overlaps(other) for c in sentence.clauses)


def _decide(text: str, claims: Sequence[FoundCue], sentence: Sentence) -> Scope:
    by_category = {
        category: [f for f in claims if f.cue.category is category] for category in PRIORITY
    }
    for category in PRIORITY:
        chosen = by_category[category]
        if chosen:
            rivals = {f.cue.category for f in claims} - {category}
            confidence = 0.75 if rivals else 0.95
            if all(not f.span.overlaps(sentence.span) for f in chosen):
                confidence = NEXT_CONFIDENCE
            evidence = tuple(
                Evidence(f.span, f.span.of(text), f"cue:{f.cue.id}") for f in chosen[:2]
            )
            return Scope(category, evidence, confidence)
    return Scope(CueCategory.CURRENT, (), 0.9)
