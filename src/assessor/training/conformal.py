"""The limit of the review flag, with a guarantee: conformal risk control over writers.

Angelopoulos, Bates, Fisch, Lei and Schuster, Conformal Risk Control (ICLR 2024), with
writers as the exchangeable units: sections by one writer are not independent of each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FAR = 2  # an error of so many levels is one that the flag has to catch
ALPHAS = (0.01, 0.02, 0.05)  # bounds on the share of a writer's sections with an uncaught error
MOST = 0.2  # share of ratings to flag at most: nobody reviews more than a fifth
Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of doubt, with its guarantee.

    Parameters
    ----------
    above : float
        Ratings with more doubt are flagged.
    groups : int
        Number of writers that it was chosen on.
    alpha : float or None
        The guaranteed bound on the risk; None where there are too few writers for one.
    flagged : float
        Share of the ratings it was chosen on that it flags.
    """

    above: float
    groups: int
    alpha: float | None
    flagged: float


def limit_of(about: Mapping[str, Any]) -> Limit:
    """Return the limit stored in a `model.json`."""
    review = about["review"]
    above = float(about["rating"]["review_above"])
    return Limit(above, int(review["groups"]), review["alpha"], float(review["flagged"]))


def review_limit(
    doubts: Array,
    off: Array,
    groups: Sequence[str],
    alphas: Sequence[float] = ALPHAS,
) -> Limit:
    """Choose the limit of doubt above which ratings are flagged, by conformal risk control.

    The risk of a writer is the share of their sections that are unflagged and wrong by `FAR`
    levels or more. With n writers of mean risk R its bound is (n R + 1) / (n + 1); the limit for
    a level alpha is the largest one whose bound is at most alpha. The first of `alphas` whose
    limit flags no more than `MOST` is taken, else the last one that can be kept. Where none can
    be, with fewer than 1 / alpha - 1 groups, the `MOST` most doubtful are flagged.

    Parameters
    ----------
    doubts, off : array, shape (ratings,)
        Doubt of each rating and its absolute error in levels, cross-validated by `groups`.
    groups : sequence of str
        Writer of each rating.
    alphas : sequence of float
        Risk levels to try, in order.
    """
    names, group = np.unique(list(groups), return_inverse=True)
    order = np.argsort(doubts, kind="stable")
    sizes = np.bincount(group)
    # The risk after each rating, from the least doubtful on: rises only.
    risks = np.cumsum((off[order] >= FAR) / sizes[group[order]] / len(names))
    bounds = (len(names) * risks + 1) / (len(names) + 1)
    last = np.flatnonzero(np.append(np.diff(doubts[order]) > 0, True))  # ties stand together
    kept: Limit | None = None
    for alpha in alphas:
        within = last[bounds[last] <= alpha]
        if len(within):
            above = float(doubts[order][within[-1]])
            kept = Limit(above, len(names), alpha, float(np.mean(doubts > above)))
            if kept.flagged <= MOST:
                return kept
    if kept is not None:
        return kept
    above = float(np.quantile(doubts, 1 - MOST))
    return Limit(above, len(names), None, float(np.mean(doubts > above)))
