from __future__ import annotations

from dataclasses import replace

from assessor.training.checks import suspects, warnings_of
from assessor.training.fit import fit
from tests.training.made import labels


def test_few_one_sided_and_contradictory_labels_are_told(codebook):
    made = [replace(x, fiche_id="f1", rating="low") for x in labels(8)]
    made.append(replace(made[0], fiche_id="f2", rating="high"))
    text = "\n".join(warnings_of(made, codebook))
    assert "only 2 labelled fiches" in text
    assert "moderate (0)" in text
    assert "too one-sided" in text
    assert "1 texts have two levels: high and low (accountability of f1, f2)" in text
    assert "no label in: execution" in text


def test_labels_without_issues_are_told(codebook):
    assert "no issue is labelled" in "\n".join(
        warnings_of([replace(x, issues=()) for x in labels()], codebook)
    )


def test_a_wrong_label_is_suspected_and_right_ones_are_not(codebook):
    made = labels()
    made[5] = replace(made[5], rating="high")
    found = suspects(fit(made, codebook).on_folds, codebook)
    assert [(x["fiche_id"], x["rating"], x["suggested"]) for x in found] == [("f5", "high", "low")]
