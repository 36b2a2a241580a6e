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
    """A metric's value and its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        """Write `0.52 (0.47–0.57)`."""
        return f"{self.value:.2f} ({self.low:.2f}–{self.high:.2f})"


Ints = Sequence[int] | NDArray[Any]


def quadratic_kappa(truth: Ints, guess: Ints, levels: int) -> float:
    """Return Cohen's kappa with quadratic weights for levels 1..`levels`.

    0 where it is undefined (one level only on both sides).

    >>> quadratic_kappa([1, 2, 3, 4], [1, 2, 3, 4], 4)
    1.0
    """
    table = np.zeros((levels, levels))
    np.add.at(table, (np.asarray(truth, int) - 1, np.asarray(guess, int) - 1), 1)
    steps = np.arange(levels)
    weights: NDArray[Any] = (steps[:, None] - steps[None, :]) ** 2.0
    expected = np.outer(table.sum(1), table.sum(0)) / max(table.sum(), 1)
    spread = float((weights * expected).sum())
    return float(1 - (weights * table).sum() / spread) if spread else 0.0


def within_one(truth: Ints, guess: Ints) -> float:
    """Return the share of ratings wrong by at most one level."""
    return float(np.mean(np.abs(np.asarray(truth) - np.asarray(guess)) <= 1))


def calibration_error(confidence: NDArray[Any], correct: NDArray[Any], bins: int = 10) -> float:
    """Return the expected calibration error.

    Parameters
    ----------
    confidence : array, shape (ratings,)
        0 to 1.
    correct : array of bool, shape (ratings,)
    bins : int
        Of equal width.

    References
    ----------
    Guo, Pleiss, Sun and Weinberger, On Calibration of Modern Neural Networks (ICML 2017).
    """
    return float(
        sum(
            one["share"] * abs(one["sure"] - one["right"])
            for one in reliability(confidence, correct, bins)
        )
    )


def reliability(
    confidence: NDArray[Any], correct: NDArray[Any], bins: int = 10
) -> list[dict[str, float]]:
    """Return each non-empty bin's mean confidence, accuracy and share of all ratings.

    They are called ``sure``, ``right`` and ``share``, as in the JSON of `evaluate`.
    """
    place = np.clip((np.asarray(confidence) * bins).astype(int), 0, bins - 1)
    return [
        {
            "sure": float(np.mean(confidence[place == k])),
            "right": float(np.mean(correct[place == k])),
            "share": float(np.mean(place == k)),
        }
        for k in range(bins)
        if (place == k).any()
    ]


def f1(counts: Counts) -> float:
    """Return F1 of ``(true positives, false positives, false negatives)``."""
    tp, fp, fn = counts
    return 2 * tp / (2 * tp + fp + fn) if tp else 0.0


def count_matches(truth: set[T], guess: set[T]) -> Counts:
    """Return true positives, false positives and false negatives of two sets."""
    return len(truth & guess), len(guess - truth), len(truth - guess)


class Bootstrap:
    """Cluster bootstrap: resamples whole groups, as sections of a fiche are not independent.

    Parameters
    ----------
    groups : sequence
        Group of each item, in the items' order.
    """

    def __init__(self, groups: Sequence[str]) -> None:
        names, group = np.unique(list(map(str, groups)), return_inverse=True)
        members = np.split(np.argsort(group, kind="stable"), np.cumsum(np.bincount(group))[:-1])
        rng = np.random.default_rng(SEED)
        picks = rng.integers(0, len(names), (RESAMPLES, len(names)))
        self._all = np.arange(len(group))
        self._samples = [np.concatenate([members[k] for k in pick]) for pick in picks]

    def score(self, metric: Callable[[NDArray[Any]], float]) -> Score:
        """Return a metric and its 95 % percentile interval.

        Parameters
        ----------
        metric : callable
            From indices of items to the metric; NaN where it is undefined.
        """
        whole = float(metric(self._all))
        if np.isnan(whole):
            return Score(whole, whole, whole)
        low, high = np.nanpercentile([metric(sample) for sample in self._samples], [2.5, 97.5])
        return Score(whole, float(low), float(high))


def bootstrap(groups: Mapping[str, Sequence[T]], score: Callable[[Sequence[T]], float]) -> Score:
    """Score all items, with an interval by resampling their groups."""
    items = [item for name in sorted(groups, key=str) for item in groups[name]]
    names = [str(name) for name in sorted(groups, key=str) for _ in groups[name]]
    return Bootstrap(names).score(lambda places: score([items[k] for k in places]))
