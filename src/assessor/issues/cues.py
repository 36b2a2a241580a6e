"""The cues of a text: which words may set the status of a problem told near them."""

from __future__ import annotations

from dataclasses import dataclass

from assessor.codebook.schema import Codebook, Cue, CueCategory, CueDirection
from assessor.evidence import Span
from assessor.folding import fold
from assessor.wording import PatternIndex, compile_wording

_AFFIRMS = "sí"  # folded it looks like «si», which begins a condition


@dataclass(frozen=True, slots=True)
class FoundCue:
    """A cue in a text."""

    cue: Cue
    span: Span


class CueFinder:
    """The cues of a codebook, compiled once."""

    def __init__(self, codebook: Codebook) -> None:
        self._cues = PatternIndex((cue, compile_wording(cue.text)) for cue in codebook.cues)

    def find(self, text: str) -> list[FoundCue]:
        """Return the cues of a text by place; of words that several claim, the longest stays."""
        folded = fold(text)
        found = [
            FoundCue(cue, Span(start, end))
            for cue, pattern in self._cues.candidates(folded)
            for start, end in pattern.find(folded)
            if not text[start:end].lower().startswith(_AFFIRMS)
        ]
        pseudo = [f for f in found if f.cue.direction is CueDirection.PSEUDO]
        real = [
            f
            for f in found
            if f.cue.direction is not CueDirection.PSEUDO
            and not any(_takes_away(p, f) for p in pseudo)
        ]
        return sorted(
            (f for f in real if not any(_covers(other, f) for other in real)),
            key=lambda f: (f.span, f.cue.id),
        )


def _takes_away(pseudo: FoundCue, found: FoundCue) -> bool:
    return pseudo.cue.category is found.cue.category and pseudo.span.overlaps(found.span)


def _covers(outer: FoundCue, inner: FoundCue) -> bool:
    """Say whether a longer cue speaks for the words of a shorter one: «ya no hay», «no hay»."""
    if outer.cue.direction not in {inner.cue.direction, CueDirection.BOTH}:
        return False
    if CueCategory.TERMINATION in {outer.cue.category, inner.cue.category}:
        return False
    return outer.span != inner.span and outer.span.cover(inner.span) == outer.span
