"""Scores of ratings and issues, with intervals by bootstrap over fiches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 500
SEED = 20111

T = TypeVar("T")
Counts = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Score:
    """A figure and its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        """Write `0.52 (0.47–0.57)`."""
        return f"{self.value:.2f} ({self.low:.2f}–{self.high:.2f})"


def quadratic_kappa(truth: Sequence[int], guess: Sequence[int], levels: int = 4) -> float:
    """Return Cohen's kappa with quadratic weights for levels 1..`levels`.

    0 where it is undefined (all of one level on both sides).

    >>> quadratic_kappa([1, 2, 3, 4], [1, 2, 3, 4])
    1.0
    """
    table = np.zeros((levels, levels))
    for a, b in zip(truth, guess, strict=True):
        table[a - 1, b - 1] += 1
    steps = np.arange(levels)
    weights: NDArray[Any] = (steps[:, None] - steps[None, :]) ** 2.0
    expected = np.outer(table.sum(1), table.sum(0)) / max(table.sum(), 1)
    spread = float((weights * expected).sum())
    return float(1 - (weights * table).sum() / spread) if spread else 0.0


def within_one(truth: Sequence[int], guess: Sequence[int]) -> float:
    """Return the share of ratings at most one level off."""
    return float(np.mean([abs(a - b) <= 1 for a, b in zip(truth, guess, strict=True)]))


def f1(counts: Counts) -> float:
    """Return F1 of ``(true positives, false positives, false negatives)``."""
    tp, fp, fn = counts
    return 2 * tp / (2 * tp + fp + fn) if tp else 0.0


def count_matches(truth: set[T], guess: set[T]) -> Counts:
    """Count matches of two sets."""
    return len(truth & guess), len(guess - truth), len(truth - guess)


def bootstrap(groups: Mapping[str, Sequence[T]], score: Callable[[Sequence[T]], float]) -> Score:
    """Score all items and resample whole groups (fiches) for the interval.

    Parameters
    ----------
    groups : mapping
        Fiche to its items: sections of one fiche are not independent of each other.
    score : callable
        From a flat sequence of items to a figure.
    """
    names = sorted(groups, key=str)
    rng = np.random.default_rng(SEED)
    values = []
    for _ in range(RESAMPLES):
        picked = rng.integers(0, len(names), len(names))
        values.append(score([item for k in picked for item in groups[names[k]]]))
    whole = score([item for name in names for item in groups[name]])
    low, high = np.percentile(values, [2.5, 97.5])
    return Score(whole, float(low), float(high))
