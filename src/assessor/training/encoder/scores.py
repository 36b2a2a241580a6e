"""Scores of a network on held-out examples, by which the epoch is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from assessor.ratings.combination import expected
from assessor.training.encoder.batches import Example
from assessor.training.metrics import quadratic_kappa

Predicted = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Scores:
    """Scores on held-out examples, 0 to 1; kappa from -1.

    `status` is the share of issues with the right status, `proof` that of issues whose most
    attended token lies in the labelled evidence.
    """

    kappa: float
    issue_f1: float
    status: float
    proof: float

    def __str__(self) -> str:
        return (
            f"kappa {self.kappa:.3f}, issue F1 {self.issue_f1:.3f}, status {self.status:.3f}, "
            f"evidence {self.proof:.3f}"
        )

    @property
    def total(self) -> float:
        """One figure to choose the epoch by."""
        return self.kappa + self.issue_f1 + self.status / 2


THRESHOLDS = np.arange(-3, 1, 0.2)


def score(found: Sequence[Predicted], examples: Sequence[Example]) -> Scores:
    """Score predictions: kappa of expected levels, best issue F1, status on true issues."""
    rated = [(p, x.level + 1) for p, x in zip(found, examples, strict=True) if x.level >= 0]
    best = np.array([p["issues"].max(0) for p in found])
    truth = np.array([x.issues.max(0) > 0 for x in examples])
    right, inside = [], []
    for read, example in zip(found, examples, strict=True):
        for place, code in zip(*np.nonzero(example.issues), strict=True):
            told = int(read["statuses"][place, code].argmax())
            right.append(told == example.statuses[place, code])
            token = _most_attended(read, example, place, code)
            inside.append((token, place, code) in example.proof)
    levels = len(found[0]["levels"])
    kappa = quadratic_kappa(
        [level for _, level in rated], [nearest_level(p["levels"]) for p, _ in rated], levels
    )
    return Scores(kappa, _best_f1(best, truth), _share(right), _share(inside))


def _share(found: Sequence[bool]) -> float:
    """Return the share that is true, 0 of nothing: one that is NaN would never be the best."""
    return float(sum(found) / max(1, len(found)))


def nearest_level(logits: NDArray[np.float32]) -> int:
    """Return the level nearest to the expected one, 1 = lowest risk."""
    return round(float(expected(softmax(logits))))


def _best_f1(logits: NDArray[np.float32], truth: NDArray[np.bool_]) -> float:
    def f1(threshold: float) -> float:
        guess = logits > threshold
        return float(2 * (guess & truth).sum() / max(1, guess.sum() + truth.sum()))

    return max(f1(t) for t in THRESHOLDS)


def _most_attended(read: Predicted, example: Example, place: int, code: int) -> int:
    """Return the token of a sentence that a code looks at most."""
    tokens = [t for t, sentence in enumerate(example.tokens.sentences) if sentence >= 0]
    own = [example.tokens.sentences[t] == place for t in tokens]
    return tokens[int(np.where(own, read["attention"][:, code], -1).argmax())]
