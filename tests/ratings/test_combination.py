from __future__ import annotations

import numpy as np
import pytest
from scipy.special import softmax

from assessor.ratings.combination import Combination, combination_of, doubt, expected
from assessor.training.rating import combine, moved_combination

EVEN = np.array([0.25] * 4)
SURE = np.array([0.0, 0.0, 0.0, 1.0])


def test_expected_level_and_doubt():
    assert expected(EVEN) == pytest.approx(2.5)
    assert doubt(EVEN) == pytest.approx(1.25)
    assert doubt(SURE) == 0
    assert doubt(np.array([0.5, 0, 0, 0.5])) > doubt(np.array([0.5, 0.5, 0, 0]))


def test_sources_add_up_and_the_level_is_spread():
    two = Combination(("a", "b"), np.stack([np.eye(4)] * 2), np.zeros(4), 2.0, 0.5, 1.0)
    scores = {"a": np.array([0, 0, 1.0, 0]), "b": np.array([0, 0, 1.0, 0])}
    assert two.probabilities(scores) == pytest.approx(softmax(np.array([0, 0, 2.0, 0])))
    assert two.levels(np.array([[0.1, 0.2, 0.4, 0.3], [1, 0, 0, 0]])).tolist() == [3, 1]


def test_a_level_next_to_none_is_not_named_for_lying_in_the_middle():
    torn = np.array([0.47, 0.03, 0.05, 0.45])
    pulled = Combination(("words",), np.eye(4)[None], np.zeros(4), 1.3, 0.1, 1.0)
    assert pulled.levels(torn) == 1
    near = np.array([0.1, 0.36, 0.34, 0.2])
    assert Combination(("words",), np.eye(4)[None], np.zeros(4), 1.3, 0.5, 1.0).levels(near) == 3


def test_it_is_stored_as_json():
    made = Combination(("words",), np.eye(4)[None], np.zeros(4), 1.5, 0.4, 0.7)
    again = combination_of({"rating": made.as_json()}, 4)
    assert (again.weights == made.weights).all()
    assert (again.sources, again.stretch, again.pull) == (("words",), 1.5, 0.4)
    assert again.review_above == 0.7
    with pytest.raises(ValueError, match="shapes"):
        combination_of({"rating": made.as_json()}, 3)


def test_a_further_source_that_knows_more_is_weighed_more():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 4, 300)
    truth = np.eye(4)[y]
    scores = {
        "words": truth + rng.normal(size=truth.shape),
        "encoder": 3 * truth + rng.normal(size=truth.shape),
    }
    both = combine(scores, y)
    alone = combine({"words": scores["words"]}, y)
    right = [(c.levels(c.probabilities(scores)) == y + 1).mean() for c in (alone, both)]
    assert right[1] > right[0] + 0.1
    assert both.sources == ("words", "encoder")


def labelled(shift, sections=260, noise=1.0):
    """Return scores by the guide's standard, and labels lowered by `shift` levels."""
    rng = np.random.default_rng(1)
    guide = rng.integers(0, 4, sections)
    scores = {"words": 3 * np.eye(4)[guide] + rng.normal(0, noise, (sections, 4))}
    return scores, np.clip(guide - shift, 0, 3), [f"f{k // 13}" for k in range(sections)]


def test_a_base_stays_where_its_own_standard_holds():
    scores, y, fiches = labelled(0)
    base = combine(*labelled(0, sections=2000)[:2])
    assert moved_combination(base, scores, y, fiches) is base


def test_twenty_fiches_by_another_standard_move_it():
    base = combine(*labelled(0, sections=2000)[:2])
    scores, y, fiches = labelled(1)
    moved = moved_combination(base, scores, y, fiches)
    right = [(c.levels(c.probabilities(scores)) == y + 1).mean() for c in (base, moved)]
    assert right[1] > right[0] + 0.3
