"""One figure per programme and portfolio, by the codebook's rule, and how sure it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from assessor.codebook.schema import Codebook
from assessor.ratings.rating import Rating

SPREAD = 1.645  # standard errors on each side of a 90 % interval


@dataclass(frozen=True, slots=True)
class RiskIndex:
    """A programme's or a portfolio's index and its 90 % interval.

    Parameters
    ----------
    value, low, high : float or None
        0 to 100, with the codebook's points; None where no section bears on it.
    assessed_share : float
        Share of the dimensions' weights whose sections are assessed, 0 to 1.
    """

    value: float | None
    low: float | None
    high: float | None
    assessed_share: float


def risk_index(ratings: Sequence[Rating], codebook: Codebook) -> RiskIndex:
    """Return the weighted mean of the sections' expected points.

    A section that is not assessed is left out, or has the points of the level that the
    codebook names for it; the interval widens by it either way, because it may be of any
    level. Sections are taken to be independent given their texts.
    """
    weights = {d.id: d.weight for d in codebook.dimensions}
    points = codebook.index_points
    rule = codebook.index.not_assessed
    missing_points = points[codebook.level_ids.index(rule)] if rule else None
    anywhere = _anywhere(points)
    total = assessed = counted = weighted = variance = 0.0
    for rating in ratings:
        weight = weights[rating.dimension]
        total += weight
        if rating.assessed:
            assessed += weight
            mean = _mean(rating.probabilities, points)
            variance += weight**2 * _variance(rating.probabilities, points)
        else:
            variance += weight**2 * anywhere
            if missing_points is None:
                continue
            mean = missing_points
        counted += weight
        weighted += weight * mean
    share = assessed / total if total else 0.0
    if not counted or not assessed:
        return RiskIndex(None, None, None, share)
    value, error = weighted / counted, SPREAD * math.sqrt(variance) / total
    return _index(value, error, share)


def portfolio_index(programmes: Sequence[RiskIndex], codebook: Codebook) -> RiskIndex:
    """Return the mean of programmes' indices, each programme counted once.

    A programme without an index is left out of the mean and widens the interval as if it might
    be of any level. Programmes are taken to be independent given their texts: what a model errs
    in the same way everywhere is not in the interval.
    """
    anywhere = SPREAD * math.sqrt(_anywhere(codebook.index_points))
    known = [index.value for index in programmes if index.value is not None]
    share = sum(index.assessed_share for index in programmes) / max(1, len(programmes))
    if not known:
        return RiskIndex(None, None, None, share)
    errors = [anywhere if (error := _error(index)) is None else error for index in programmes]
    error = math.sqrt(sum(e * e for e in errors)) / len(programmes)
    return _index(sum(known) / len(known), error, share)


def _error(index: RiskIndex) -> float | None:
    """Return half the interval; its wider side, as ends are cut at 0 and 100."""
    if index.value is None or index.low is None or index.high is None:
        return None
    return max(index.value - index.low, index.high - index.value)


def _index(value: float, error: float, share: float) -> RiskIndex:
    return RiskIndex(
        round(value, 1), round(max(0, value - error), 1), round(min(100, value + error), 1), share
    )


def index_rule(codebook: Codebook) -> str:
    """Say the codebook's rule in one line."""
    points = ", ".join(
        f"{level} {value:g}"
        for level, value in zip(codebook.level_ids, codebook.index_points, strict=True)
    )
    missing = codebook.index.not_assessed
    counts = f"counts as {missing}" if missing else "is left out"
    return f"weighted mean of expected points ({points}); what is not assessed {counts}"


def _mean(shares: Sequence[float], points: Sequence[float]) -> float:
    return sum(p * x for p, x in zip(shares, points, strict=True)) / sum(shares)


def _anywhere(points: Sequence[float]) -> float:
    """Return the variance of what might be of any level."""
    return _variance([1 / len(points)] * len(points), points)


def _variance(shares: Sequence[float], points: Sequence[float]) -> float:
    squares = _mean(shares, [x * x for x in points])
    return max(0.0, squares - _mean(shares, points) ** 2)
