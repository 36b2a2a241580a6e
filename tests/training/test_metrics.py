from __future__ import annotations

import pytest
from sklearn.metrics import cohen_kappa_score

from assessor.training.metrics import bootstrap, count_matches, f1, quadratic_kappa, within_one


def test_kappa_is_scikit_learn_s():
    truth, guess = [1, 2, 3, 4, 2, 3, 1], [1, 3, 3, 2, 2, 4, 2]
    expected = cohen_kappa_score(truth, guess, weights="quadratic", labels=[1, 2, 3, 4])
    assert quadratic_kappa(truth, guess, 4) == pytest.approx(expected)


def test_kappa_of_one_level_is_zero():
    assert quadratic_kappa([2, 2], [2, 2], 4) == 0


def test_within_one_and_f1():
    assert within_one([1, 4, 2], [2, 2, 2]) == pytest.approx(2 / 3)
    assert f1(count_matches({"a", "b"}, {"b", "c"})) == pytest.approx(0.5)
    assert f1((0, 0, 0)) == 0


def test_bootstrap_resamples_whole_fiches_and_repeats():
    groups = {"a": [1, 1, 1], "b": [0], "c": [1, 0]}
    score = bootstrap(groups, lambda items: sum(items) / len(items))
    assert score.value == pytest.approx(4 / 6)
    assert score.low <= score.value <= score.high
    assert score == bootstrap(groups, lambda items: sum(items) / len(items))
