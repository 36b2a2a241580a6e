"""The limit of the review flag, with a guarantee: conformal risk control over writers.

Angelopoulos, Bates, Fisch, Lei and Schuster, Conformal Risk Control (ICLR 2024), with a writer
as the unit that is exchangeable: sections of one hand are not independent of each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FAR = 2  # levels off that nobody should have to discover by themselves
ALPHAS = (0.01, 0.02, 0.05)  # of a group's sections, at most so many unflagged and that far off
MOST = 0.2  # flagged, if it can be: nobody reads more than a fifth again
Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of doubt and what it keeps.

    Parameters
    ----------
    above : float
        Ratings with more doubt are flagged.
    groups : int
        Writers that it was chosen on.
    alpha : float or None
        The guaranteed bound; None where there are too few writers for one.
    flagged : float
        Share that it flags of the ratings it was chosen on.
    """

    above: float
    groups: int
    alpha: float | None
    flagged: float


def limit_of(about: Mapping[str, Any]) -> Limit:
    """Return the limit that a model's `model.json` holds."""
    review = about["review"]
    above = float(about["rating"]["review_above"])
    return Limit(above, int(review["groups"]), review["alpha"], float(review["flagged"]))


def review_limit(
    doubts: Array,
    off: Array,
    groups: Sequence[str],
    alphas: Sequence[float] = ALPHAS,
    share: float = 0.2,
) -> Limit:
    """Return the limit of doubt for the strictest risk that does not flag too many.

    For a risk alpha it is the largest limit that keeps it. The first of `alphas` that flags no
    more than `MOST` is taken, else the last one that can be kept.

    The risk of a writer is the share of their sections that are unflagged and off by `FAR`
    levels or more. With n writers of mean risk R the bound is (n R + 1) / (n + 1).

    Parameters
    ----------
    doubts, off : array, shape (ratings,)
        Doubt of each rating and how many levels it is off, on folds by `groups`.
    share : float
        Flagged where no limit can be guaranteed: with fewer than 1 / alpha - 1 groups.
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
    above = float(np.quantile(doubts, 1 - share))
    return Limit(above, len(names), None, float(np.mean(doubts > above)))
