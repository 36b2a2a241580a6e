"""The heads over the encoder's tokens, in plain NumPy: levels, issues, statuses.

Their arrays bear the names that training gave them:

- ``pool``: attention pooling of a text's tokens, for ``level`` and ``nothing``;
- ``level``: logits of the assessed levels;
- ``nothing``: logit that there is nothing to judge (not assessed);
- ``look``: attention of each code over a sentence's tokens (label-wise attention);
- ``say``: logit of each code, summed over the tokens by that attention;
- ``tell``: logits of the statuses, summed by the same attention;
- ``usual``: each code's prior logits of the statuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

Floats = NDArray[np.float32]
Places = NDArray[np.int64]
HEADS = (
    "pool.weight", "pool.bias", "level.weight", "level.bias", "nothing.weight", "nothing.bias",
    "look.weight", "say.weight", "say.bias", "tell.weight", "tell.bias", "usual",
)  # fmt: skip


@dataclass(frozen=True)
class Findings:
    """Issues and statuses by sentence.

    Parameters
    ----------
    issues : array, shape (sentences, codes)
        Log-odds that a sentence reports a code.
    statuses : array, shape (sentences, codes, statuses)
        Log-odds of each status, were the code reported there.
    attention : array, shape (tokens, codes)
        Attention of each code over its sentence's tokens, summing to 1; 0 outside sentences.
    """

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

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Numbers of levels, codes and statuses."""
        codes, statuses = self.arrays["usual"].shape
        return len(self.arrays["level.bias"]), codes, statuses

    def levels(self, tokens: Floats) -> Floats:
        """Return the log-odds of the assessed levels of a text, lowest risk first."""
        return self._linear("level", self._pooled(tokens))

    def nothing(self, tokens: Floats) -> float:
        """Return the log-odds that a text holds nothing to judge."""
        return float(self._linear("nothing", self._pooled(tokens))[0])

    def findings(self, tokens: Floats, sentences: Places, count: int) -> Findings:
        """Find issues and statuses in the sentences of a text.

        Parameters
        ----------
        tokens : array, shape (tokens, size)
        sentences : array, shape (tokens,)
            Index of each token's sentence in ``0 .. count - 1``, -1 outside.
        """
        codes = len(self.arrays["say.bias"])
        issues = np.tile(self.arrays["say.bias"], (count, 1)).astype(np.float32)
        statuses = np.tile(self.arrays["usual"], (count, 1, 1)).astype(np.float32)
        attention = np.zeros((len(tokens), codes), np.float32)
        looks = tokens @ self.arrays["look.weight"].T
        says = tokens @ self.arrays["say.weight"].T
        tells = self._linear("tell", tokens)
        for number in range(count):
            own = np.flatnonzero(sentences == number)
            if len(own):
                share = softmax(looks[own], axis=0)
                attention[own] = share
                issues[number] += (share * says[own]).sum(axis=0)
                statuses[number] += share.T @ tells[own]
        return Findings(issues, statuses, attention)

    def _pooled(self, tokens: Floats) -> Floats:
        shares = softmax(self._linear("pool", tokens), axis=0)
        pooled: Floats = np.concatenate([(shares.T @ tokens).reshape(-1), tokens.mean(axis=0)])
        return pooled

    def _linear(self, name: str, values: Floats) -> Floats:
        out: Floats = values @ self.arrays[f"{name}.weight"].T + self.arrays[f"{name}.bias"]
        return out
