"""What is read over the encoder's tokens: levels, issues, statuses. Plain NumPy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
HEADS = (
    "pool.weight", "pool.bias", "level.weight", "level.bias", "nothing.weight", "nothing.bias",
    "look.weight", "say.weight", "say.bias", "tell.weight", "tell.bias", "usual",
)  # fmt: skip


@dataclass(frozen=True)
class Readings:
    """What the heads say of one text.

    Parameters
    ----------
    levels : array, shape (levels,)
        Log-odds of the assessed levels, lowest risk first.
    nothing : float
        Log-odds that there is nothing to judge.
    issues : array, shape (sentences, codes)
        Log-odds that a sentence reports a code.
    statuses : array, shape (sentences, codes, statuses)
        Log-odds of each status, were the code reported there.
    attention : array, shape (tokens, codes)
        Share of its sentence's reading that a token has; 0 outside sentences.
    """

    levels: Floats
    nothing: float
    issues: Floats
    statuses: Floats
    attention: Floats


@dataclass(frozen=True)
class Heads:
    """The trained heads.

    Parameters
    ----------
    arrays : mapping
        By the names in `HEADS`, as PyTorch's linear layers keep them.
    """

    arrays: Mapping[str, Floats]

    def read(self, tokens: Floats, sentences: NDArray[np.int64], count: int) -> Readings:
        """Read one text.

        Parameters
        ----------
        tokens : array, shape (tokens, size)
        sentences : array, shape (tokens,)
            Number of each token's sentence in ``0 .. count - 1``, -1 outside.
        """
        shares = softmax(self._linear("pool", tokens), axis=0)
        whole = np.concatenate([(shares.T @ tokens).reshape(-1), tokens.mean(axis=0)])
        codes = len(self.arrays["say.bias"])
        issues = np.tile(self.arrays["say.bias"], (count, 1)).astype(np.float32)
        statuses = np.tile(self.arrays["usual"], (count, 1, 1)).astype(np.float32)
        attention = np.zeros((len(tokens), codes), np.float32)
        for number in range(count):
            own = sentences == number
            if not own.any():
                continue
            inside = tokens[own]
            share = softmax(inside @ self.arrays["look.weight"].T, axis=0)
            attention[own] = share
            issues[number] += (share * (inside @ self.arrays["say.weight"].T)).sum(axis=0)
            statuses[number] += share.T @ self._linear("tell", inside)
        nothing = float(self._linear("nothing", whole)[0])
        return Readings(self._linear("level", whole), nothing, issues, statuses, attention)

    def _linear(self, name: str, values: Floats) -> Floats:
        out: Floats = values @ self.arrays[f"{name}.weight"].T + self.arrays[f"{name}.bias"]
        return out


def softmax(scores: Floats, axis: int) -> Floats:
    """Return shares that sum to one along an axis."""
    weights = np.exp(scores - scores.max(axis=axis, keepdims=True))
    shares: Floats = weights / weights.sum(axis=axis, keepdims=True)
    return shares
