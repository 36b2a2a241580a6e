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
        return _merged(found)


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
        merged[-1] = Mention(last.code, last.span.cover(mention.span), spoken.wording)
    return sorted(merged, key=lambda m: (m.span, m.code))


def _sureness(mention: Mention) -> tuple[float, int]:
    return mention.wording.confidence, mention.span.end - mention.span.start
