"""Shares with their intervals, and exact tests of one group against the others."""

from __future__ import annotations

from collections.abc import Sequence

CONFIDENCE = 0.95


def wilson(n: int, of: int) -> tuple[float, float]:
    """Return the 95 % Wilson score interval of a share.

    Parameters
    ----------
    n, of : int
        Cases and total, ``0 <= n <= of`` and ``of >= 1``.

    Returns
    -------
    tuple of float
        Lower and upper end, 0 to 1, rounded to four decimals.

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22, 209-212.

    Examples
    --------
    >>> wilson(0, 10)
    (0.0, 0.2775)
    """
    from scipy.stats import binomtest  # type: ignore[import-untyped, unused-ignore]

    interval = binomtest(n, of).proportion_ci(CONFIDENCE, method="wilson")
    return round(float(interval.low), 4), round(float(interval.high), 4)


def fisher(n: int, of: int, other_n: int, other_of: int) -> float:
    """Return the two-sided p of Fisher's exact test, 0 to 1.

    >>> round(fisher(8, 10, 1, 10), 4)
    0.0055
    """
    from scipy.stats import fisher_exact

    table = [[n, of - n], [other_n, other_of - other_n]]
    return float(fisher_exact(table).pvalue)


def holm(values: Sequence[float]) -> list[float]:
    """Return p values corrected for their number by Holm's step-down method.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(values)), key=lambda place: values[place])
    corrected, highest = [0.0] * len(values), 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(values) - rank) * values[place]))
        corrected[place] = highest
    return corrected
