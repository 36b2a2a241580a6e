from __future__ import annotations

from dataclasses import replace

import pytest

from assessor.codebook.load import load_codebook
from assessor.codebook.schema import IndexRule
from assessor.errors import CodebookError
from assessor.ratings.rating import Rating
from assessor.risk_index import RiskIndex, index_rule, portfolio_index, risk_index


def ratings(codebook, *shares):
    """One rating per dimension; None is not assessed."""
    made = []
    for dimension, probabilities in zip(codebook.dimensions, shares, strict=False):
        level = "not_assessed" if probabilities is None else "low"
        made.append(Rating(dimension.id, level, probabilities or (0.0,) * 4, 0.5, False, "x", ()))
    return made


LOW, HIGH, EVEN = (1.0, 0, 0, 0), (0, 0, 0, 1.0), (0.25,) * 4


def test_all_low_is_nothing_and_all_high_is_a_hundred(codebook):
    assert risk_index(ratings(codebook, LOW, LOW), codebook).value == 0
    assert risk_index(ratings(codebook, HIGH, HIGH), codebook).value == 100


def test_doubt_and_missing_sections_widen_the_interval(codebook):
    sure, unsure, missing = (
        risk_index(ratings(codebook, *x), codebook)
        for x in ((LOW, HIGH), (EVEN, EVEN), (LOW, HIGH, None))
    )
    assert (sure.low, sure.high) == (50, 50)
    assert unsure.low < unsure.value == 50 < unsure.high
    assert missing.value == 50
    assert missing.low < 50 < missing.high
    assert missing.assessed_share == pytest.approx(2 / 3)


def test_nothing_assessed_has_no_index(codebook):
    index = risk_index(ratings(codebook, None, None), codebook)
    assert (index.value, index.low, index.high, index.assessed_share) == (None, None, None, 0)
    strict = replace(codebook, index=IndexRule((), "substantial"))
    assert risk_index(ratings(codebook, None), strict).value is None


def test_points_and_missing_follow_the_codebook(codebook):
    steep = replace(codebook, index=IndexRule((0.0, 10.0, 30.0, 100.0), "substantial"))
    assert risk_index(ratings(codebook, HIGH, LOW), steep).value == 50
    assert risk_index(ratings(codebook, LOW, None), steep).value == 15
    assert "substantial 30" in index_rule(steep)
    assert "counts as substantial" in index_rule(steep)
    assert "is left out" in index_rule(codebook)


def test_a_portfolio_is_the_mean_of_its_programmes_and_surer_than_each(codebook):
    programmes = [RiskIndex(40.0, 30.0, 50.0, 1.0), RiskIndex(60.0, 50.0, 70.0, 0.5)]
    index = portfolio_index(programmes, codebook)
    assert (index.value, index.assessed_share) == (50, 0.75)
    assert (index.low, index.high) == (42.9, 57.1)  # 10 / √2 on each side
    cut = portfolio_index([RiskIndex(2.0, 0.0, 12.0, 1.0)], codebook)
    assert (cut.low, cut.high) == (0, 12)


def test_a_programme_without_an_index_is_never_low(codebook):
    known = [RiskIndex(80.0, 75.0, 85.0, 1.0)] * 3
    missing = RiskIndex(None, None, None, 0.0)
    whole, lacking = (portfolio_index(x, codebook) for x in (known, [*known, missing]))
    assert lacking.value == whole.value == 80
    assert lacking.low < whole.low
    assert lacking.high > whole.high
    assert portfolio_index([missing], codebook).value is None
    assert portfolio_index([], codebook).value is None


def test_a_user_s_codebook_sets_the_rule(tmp_path):
    path = tmp_path / "mio.yaml"
    path.write_text("extends: default\nindex: {points: [0, 20, 50, 100], not_assessed: high}\n")
    book = load_codebook(path)
    assert book.index_points == (0, 20, 50, 100)
    assert book.index.not_assessed == "high"


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("{not_assessed: low}", "one of moderate, substantial, high"),
        ("{points: [0, 50, 20, 100]}", "rising"),
        ("{points: [0, 100]}", "for each of low, moderate"),
        ("{pointz: []}", "unknown key"),
        ("3", "expected keys"),
    ],
)
def test_a_wrong_rule_is_told(tmp_path, rule, told):
    path = tmp_path / "mio.yaml"
    path.write_text(f"extends: default\nindex: {rule}\n")
    with pytest.raises(CodebookError, match=told):
        load_codebook(path)
