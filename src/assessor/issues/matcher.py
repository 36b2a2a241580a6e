"""Codebook wording → mentions of issues in a text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assessor.codebook.schema import Codebook, Cue, CueCategory, CueDirection, Wording
from assessor.evidence import Span
from assessor.folding import fold
from assessor.issues.trees import TreeHit, TreeMatcher
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
    trees : tuple of TreeHit
        The same of dependency patterns.
    """

    code: str
    span: Span
    wording: Wording
    patterns: tuple[CompiledWording, ...] = ()
    trees: tuple[TreeHit, ...] = ()

    def stands_without(self, folded: str, words: Span) -> bool:
        """Say whether some words within are a negation that is none of the wording's own.

        No pattern needs them, as the «sin» of «compras … sin demoras»: each still hits when
        they are blanked out. In a tree, they hang on its words beside its own.
        """
        own = blanked(folded, words)[self.span.start : self.span.end]
        return all(pattern.find(own) for pattern in self.patterns) and all(
            hit.denied_by(words) for hit in self.trees
        )

    def repeats(self, other: Mention) -> bool:
        """Say whether another one tells the same in the same place."""
        return self.code == other.code and self.span.overlaps(other.span)

    def tells_by(self, words: Span) -> bool:
        """Say whether a tree took some of the words: they tell the problem, not its solution."""
        return any(own.overlaps(words) for hit in self.trees for own in hit.words)


class WordingMatcher:
    """All wording of a codebook, compiled once.

    Parameters
    ----------
    parses : bool
        False leaves dependency patterns out, which parse sentences.
    """

    def __init__(self, codebook: Codebook, parses: bool = True) -> None:
        self._patterns = PatternIndex(
            ((issue.id, wording), compile_wording(wording.text))
            for issue in codebook.issues
            for wording in issue.wording
            if not wording.tree
        )
        self._trees = TreeMatcher(codebook) if parses else None
        self._hidden = PatternIndex(
            (cue, compile_wording(cue.text)) for cue in codebook.cues if _hides(cue)
        )

    def mentions(self, text: str, dimension: str) -> list[Mention]:
        """Find mentions in one section, by place; longer ones win over those they cover."""
        return self._mentions(text, self._without_hidden(fold(text)), dimension)

    def double_negations(self, text: str) -> list[Span]:
        """Find words that look like a negation and are none: «no es que no», «no solo»."""
        folded = fold(text)
        return [
            Span(start, end)
            for cue, pattern in self._hidden.candidates(folded)
            for start, end in pattern.find(folded)
            if _negates(cue, folded[start:end])
        ]

    def lacks_denied(self, text: str, dimension: str) -> list[Mention]:
        """Find mentions under a double negation: «no carece de plan», «no es que no haya»."""
        folded, twice = fold(text), self.double_negations(text)
        if not twice:
            return []
        left = {(m.code, m.span) for m in self.mentions(text, dimension)}
        return [
            mention
            for mention in self._mentions(text, folded, dimension)
            if (mention.code, mention.span) not in left
            and any(mention.span.overlaps(span) for span in twice)
        ]

    def _mentions(self, text: str, seen: str, dimension: str) -> list[Mention]:
        """Find mentions by what may be seen of a text: folded, some words perhaps blanked out."""
        found = [
            Mention(code, Span(start, end), wording, patterns=(pattern,))
            for (code, wording), pattern in self._patterns.candidates(seen)
            if wording.belongs_in(dimension)
            for start, end in pattern.find_shortest(seen)
        ]
        flat = _merged(found)
        if self._trees is None:
            return flat
        hits = [
            Mention(hit.code, hit.span, hit.wording, trees=(hit,))
            for hit in self._trees.find(text, dimension)
            if all(word.of(seen) == fold(word.of(text)) for word in hit.words)
        ]
        # Words side by side say more surely where a problem is told than a tree around them.
        beyond = [hit for hit in _merged(hits) if not any(map(hit.repeats, flat))]
        return sorted(flat + beyond, key=_place)

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


def _negates(cue: Cue, words: str) -> bool:
    """Whether a hidden cue denies what follows, or seems to («no solo»); «sin embargo» does not."""
    return cue.direction is not CueDirection.PSEUDO or words.startswith("no ")


def _merged(mentions: list[Mention]) -> list[Mention]:
    """Join overlapping mentions of one code; the surest and then longest wording speaks for them.

    What one pattern takes as its own («no existe línea de base») must not look like a cue to
    another one («línea de base … tarde»).
    """
    merged: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.code, m.span, m.wording.id)):
        last = merged[-1] if merged else None
        if last is None or not last.repeats(mention):
            merged.append(mention)
            continue
        spoken = max(last, mention, key=_sureness)
        span = last.span.cover(mention.span)
        patterns, trees = last.patterns + mention.patterns, last.trees + mention.trees
        merged[-1] = Mention(last.code, span, spoken.wording, patterns, trees)
    return sorted(merged, key=_place)


def _place(mention: Mention) -> tuple[Span, str]:
    return mention.span, mention.code


def _sureness(mention: Mention) -> tuple[float, int]:
    return mention.wording.confidence, mention.span.end - mention.span.start
