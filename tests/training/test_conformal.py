from __future__ import annotations

import numpy as np
import pytest

from assessor.training.conformal import review_limit


def made(rng, writers=40, each=50):
    """Ratings whose doubt tells how often they are far off, by writers of unlike skill."""
    doubts = rng.uniform(0, 1, writers * each)
    skill = np.repeat(rng.uniform(0.1, 0.5, writers), each)
    off = np.where(rng.uniform(size=len(doubts)) < doubts * skill, 2, 0)
    return doubts, off, [f"w{k // each}" for k in range(len(doubts))]


def test_the_bound_holds_for_further_writers_in_the_mean():
    rng = np.random.default_rng(1)
    risks = []
    for _ in range(60):
        limit = review_limit(*made(rng), alphas=[0.05])
        assert limit.alpha == 0.05
        doubts, off, _ = made(rng, writers=20)
        risks.append(np.mean((doubts <= limit.above) & (off >= 2)))
    assert np.mean(risks) <= 0.05


def test_a_laxer_bound_flags_less():
    data = made(np.random.default_rng(2))
    assert review_limit(*data, alphas=[0.1]).flagged < review_limit(*data, alphas=[0.05]).flagged


def test_nothing_is_flagged_where_nothing_is_off():
    doubts, off, groups = made(np.random.default_rng(3))
    limit = review_limit(doubts, off * 0, groups)
    assert (limit.flagged, limit.above) == (0, doubts.max())


def test_equal_doubts_are_flagged_together():
    limit = review_limit(np.full(100, 0.5), np.full(100, 2), [f"w{k}" for k in range(100)])
    assert limit.alpha is None or limit.flagged in (0, 1)


def test_too_few_writers_guarantee_nothing_and_say_so():
    doubts = np.linspace(0, 1, 100)
    limit = review_limit(doubts, np.zeros(100), [f"w{k % 5}" for k in range(100)])
    assert limit.alpha is None
    assert limit.flagged == pytest.approx(0.2)
