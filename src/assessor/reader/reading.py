"""The encoder's output for one section, and what the heads make of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assessor.evidence import Span
from assessor.reader.heads import Findings, Floats, Heads, Places


@dataclass(frozen=True)
class Reading:
    """The encoder's output for one section, and what the heads make of it.

    Parameters
    ----------
    sentences : tuple of Span
        The section's sentences, in order.
    codes, statuses : tuple of str
        Names of the columns of `findings`.
    tokens : array, shape (tokens, size)
        The encoder's output.
    starts, ends : array, shape (tokens,)
        Offsets of each token in the text; 0 for the heading and the special tokens.
    places : array, shape (tokens,)
        Index of each token's sentence, -1 outside.
    """

    sentences: tuple[Span, ...]
    codes: tuple[str, ...]
    statuses: tuple[str, ...]
    heads: Heads
    tokens: Floats
    starts: Places
    ends: Places
    places: Places

    @cached_property
    def levels(self) -> Floats:
        """Log-odds of the assessed levels, lowest risk first."""
        return self.heads.levels(self.tokens)

    @cached_property
    def nothing(self) -> float:
        """Log-odds that there is nothing to judge."""
        return self.heads.nothing(self.tokens)

    @cached_property
    def findings(self) -> Findings:
        """Issues and statuses, sentence by sentence."""
        return self.heads.findings(self.tokens, self.places, len(self.sentences))

    def levels_without(self, span: Span) -> Floats:
        """Return the levels' log-odds without the tokens of a span."""
        kept = ~self._inside(span)
        return self.heads.levels(self.tokens[kept])

    def place_of(self, sentence: Span) -> int:
        """Return the index of a sentence."""
        return self.sentences.index(sentence)

    def tokens_of(self, number: int) -> Places:
        """Return the indices of a sentence's tokens in `tokens`."""
        return np.flatnonzero(self.places == number)

    def status(self, number: int, code: str, names: Sequence[str]) -> Floats:
        """Return the log-odds of statuses for a code in a sentence; 0 for unknown names."""
        if code not in self.codes:
            return np.zeros(len(names), np.float32)
        row = self.findings.statuses[number, self.codes.index(code)]
        told = dict(zip(self.statuses, row, strict=True))
        return np.array([told.get(name, 0.0) for name in names], np.float32)

    def looked_at(self, spans: Sequence[Span], code: str) -> list[float]:
        """Return the share of the attention for `code` that falls on each span."""
        attention = self.findings.attention[:, self.codes.index(code)]
        return [float(attention[self._inside(span)].sum()) for span in spans]

    def top_tokens(self, span: Span, code: str, count: int) -> list[Span]:
        """Return the tokens of a span with most attention for `code`, in descending order."""
        weighed = np.where(
            self._inside(span), self.findings.attention[:, self.codes.index(code)], 0
        )
        best = np.argsort(-weighed, kind="stable")[:count]
        return [Span(int(self.starts[k]), int(self.ends[k])) for k in best if weighed[k] > 0]

    def _inside(self, span: Span) -> np.ndarray:
        inside: np.ndarray = (self.ends > span.start) & (self.ends <= span.end)
        return inside

    @property
    def embedding(self) -> Floats:
        """Mean of the tokens, of length one."""
        return unit(self.tokens)


def unit(tokens: Floats) -> Floats:
    """Return the mean of tokens, scaled to length one."""
    mean = tokens.mean(axis=0)
    vector: Floats = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return vector
