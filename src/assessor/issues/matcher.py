"""Codebook wording → mentions of issues in a text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assessor.codebook.schema import Codebook, Cue, CueCategory, CueDirection, Wording
from assessor.evidence import Span
from assessor.folding import fold
from assessor.wording import CompiledWording, PatternIndex, compile_wording


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that report an issue, before its status is known.

    Parameters
    ----------
    wording : Wording
        The one that speaks for it.
    patterns : tuple of CompiledWording
        All that hit: mentions that overlap are one.
    """

    code: str
    span: Span
    wording: Wording
    patterns: tuple[CompiledWording, ...]

    def stands_without(self, folded: str, words: Span) -> bool:
        """Say whether every pattern still hits when some words within are blanked out.

        A negation that no pattern needs is none of the wording's own: the «sin» of
        «compras … sin demoras».
        """
        own = blanked(folded, words)[self.span.start : self.span.end]
        return all(pattern.find(own) for pattern in self.patterns)


class WordingMatcher:
    """All wording of a codebook, compiled once."""

    def __init__(self, codebook: Codebook) -> None:
        self._patterns = PatternIndex(
            ((issue.id, wording), compile_wording(wording.text))
            for issue in codebook.issues
            for wording in issue.wording
        )
        self._hidden = PatternIndex(
            (cue, compile_wording(cue.text)) for cue in codebook.cues if _hides(cue)
        )

    def mentions(self, text: str, dimension: str) -> list[Mention]:
        """Find mentions in one section, by place; longer ones win over those they cover."""
        return self._mentions(self._without_hidden(fold(text)), dimension)

    def lacks_denied(self, text: str, dimension: str) -> list[Mention]:
        """Find what reads as a lack and is none: «no carece de plan», «no es que no haya»."""
        folded = fold(text)
        twice = [
            Span(*place)
            for cue, pattern in self._hidden.candidates(folded)
            if _negates(cue)
            for place in pattern.find(folded)
        ]
        if not twice:
            return []
        left = {(m.code, m.span) for m in self._mentions(self._without_hidden(folded), dimension)}
        return [
            mention
            for mention in self._mentions(folded, dimension)
            if (mention.code, mention.span) not in left
            and any(mention.span.overlaps(span) for span in twice)
        ]

    def _mentions(self, folded: str, dimension: str) -> list[Mention]:
        found: list[Mention] = []
        for (code, wording), pattern in self._patterns.candidates(folded):
            if wording.dimensions and dimension not in wording.dimensions:
                continue
            found.extend(
                Mention(code, Span(start, end), wording, (pattern,))
                for start, end in pattern.find_shortest(folded)
            )
        return _merged(found)

    def _without_hidden(self, folded: str) -> str:
        """Blank out words that no wording may take for its own negation."""
        for _, pattern in self._hidden.candidates(folded):
            for start, end in pattern.find(folded):
                folded = blanked(folded, Span(start, end))
        return folded


def blanked(folded: str, words: Span) -> str:
    """Put words that mean nothing in the place of some."""
    blank = re.sub(r"\w", "x", words.of(folded))
    return folded[: words.start] + blank + folded[words.end :]


def _hides(cue: Cue) -> bool:
    """«sin embargo» is no lack, and the first «no» of «no es que no haya» belongs to the cue."""
    if cue.category is not CueCategory.DENIED:
        return False
    return cue.direction is CueDirection.PSEUDO or cue.text.rstrip(")").endswith(" que")


def _negates(cue: Cue) -> bool:
    """Say whether a hidden cue denies what follows; set phrases («sin embargo») deny nothing."""
    return cue.direction is not CueDirection.PSEUDO or cue.text.startswith("no ")


def _merged(mentions: list[Mention]) -> list[Mention]:
    """Join overlapping mentions of one code; the surest and then longest wording speaks for them.

    What one pattern takes as its own («no existe línea de base») must not look like a cue to
    another one («línea de base … tarde»).
    """
    merged: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.code, m.span, m.wording.id)):
        last = merged[-1] if merged else None
        if last is None or last.code != mention.code or not last.span.overlaps(mention.span):
            merged.append(mention)
            continue
        spoken = max(last, mention, key=_sureness)
        span = last.span.cover(mention.span)
        merged[-1] = Mention(last.code, span, spoken.wording, last.patterns + mention.patterns)
    return sorted(merged, key=lambda m: (m.span, m.code))


def _sureness(mention: Mention) -> tuple[float, int]:
    return mention.wording.confidence, mention.span.end - mention.span.start
