"""Codebook wording → mentions of issues in a text."""

from __future__ import annotations

from dataclasses import dataclass

from assessor.codebook.schema import Codebook, Wording
from assessor.evidence import Span
from assessor.folding import fold
from assessor.wording import CompiledWording, compile_wording


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that report an issue, before its status is known."""

    code: str
    span: Span
    wording: Wording


class WordingMatcher:
    """All wording of a codebook, compiled once."""

    def __init__(self, codebook: Codebook) -> None:
        self._patterns: list[tuple[str, Wording, CompiledWording]] = [
            (issue.id, wording, compile_wording(wording.text))
            for issue in codebook.issues
            for wording in issue.wording
        ]

    def mentions(self, text: str, dimension: str) -> list[Mention]:
        """Find mentions in one section, by place; longer ones win over those they cover."""
        folded = fold(text)
        found: list[Mention] = []
        for code, wording, pattern in self._patterns:
            if wording.dimensions and dimension not in wording.dimensions:
                continue
            found.extend(
                Mention(code, Span(start, end), wording) for start, end in pattern.find(folded)
            )
        found.sort(key=lambda m: (m.span.start, -m.span.end, m.code, m.wording.id))
        return _without_covered(found)


def _without_covered(mentions: list[Mention]) -> list[Mention]:
    """Of overlapping mentions of one code, keep the surest, then the longest."""
    kept: list[Mention] = []
    ranked = sorted(
        mentions,
        key=lambda m: (-m.wording.confidence, m.span.start - m.span.end, m.span.start),
    )
    for mention in ranked:
        if not any(k.code == mention.code and k.span.overlaps(mention.span) for k in kept):
            kept.append(mention)
    return sorted(kept, key=lambda m: (m.span.start, m.span.end, m.code))
