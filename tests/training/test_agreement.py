from __future__ import annotations

import pytest

from assessor.labels.tables import IssueLabel, LabelledObservation, one_reading
from assessor.training.agreement import _alpha, doubly_annotated, issue_agreement, rating_agreement


def reading(fiche, annotator, rating, *codes):
    issues = tuple(IssueLabel(c, "current", "x") for c in codes)
    return LabelledObservation(fiche, "gender", "x", rating, issues, annotator)


LABELS = [
    reading("a", "r1", "low", "no_baseline"),
    reading("a", "s1", "low", "no_baseline", "design_flaw"),
    reading("b", "r1", "high"),
    reading("b", "s1", "substantial"),
    reading("c", "r1", "low"),
]


def test_pairs_are_of_one_section_by_two_readers():
    pairs = doubly_annotated(LABELS)
    assert [(a.annotator, b.annotator, a.fiche_id) for a, b in pairs] == [
        ("r1", "s1", "a"),
        ("r1", "s1", "b"),
    ]
    assert [x.annotator for x in one_reading(LABELS)] == ["r1", "r1", "r1"]


def test_agreement_figures(codebook):
    pairs = doubly_annotated(LABELS)
    assert rating_agreement(pairs, codebook)["overall"].value == pytest.approx(0.8, abs=0.1)
    assert issue_agreement(pairs)["code"].value == pytest.approx(2 / 3)


def test_alpha_of_perfect_and_of_opposite_readings():
    assert _alpha([(1, 1), (2, 2), (4, 4)], 4) == pytest.approx(1)
    assert _alpha([(1, 4), (4, 1), (1, 4), (4, 1)], 4) < 0
