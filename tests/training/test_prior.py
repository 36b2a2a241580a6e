from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from assessor.assess import Assessor
from assessor.errors import LabelError, ModelError
from assessor.fiche.fiche import Fiche
from assessor.labels.tables import IssueLabel
from assessor.text_model import features, load_model
from assessor.training.bundle import write_model
from assessor.training.fit import continue_from, fit
from assessor.training.prior import correction, each_by_itself, matrix, one_of_several
from tests.training.made import labels


@pytest.fixture(scope="module")
def base(codebook, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "base"
    write_model(folder, fit(labels(), codebook), labels(), codebook)
    return load_model(folder)


def test_matrix_weighs_texts_as_the_model_reads_them(base):
    part = base.parts["rating"]
    found = [features("Nadie acude al comité", "accountability"), ["zzzz"]]
    scores = matrix(part, found) @ part.weights + part.intercept
    assert scores[0] == pytest.approx(part.scores(found[0]), abs=1e-5)
    assert scores[1] == pytest.approx(part.intercept, abs=1e-5)


@pytest.mark.parametrize("link", [one_of_several, each_by_itself])
def test_the_slope_is_that_of_the_loss(link):
    rng = np.random.default_rng(0)
    logits, target = rng.normal(size=(5, 3)), np.eye(3)[[0, 1, 2, 0, 1]]
    _, slope = link(logits, target)
    step = np.zeros_like(logits)
    step[2, 1] = 1e-5
    rise = (link(logits + step, target)[0] - link(logits - step, target)[0]) / 2e-5
    assert rise == pytest.approx(slope[2, 1], abs=1e-5)


def test_a_strong_prior_does_not_move_and_a_weak_one_learns():
    x, target = np.eye(4), np.eye(2)[[0, 1, 0, 1]]
    still, _ = correction(x, np.zeros((4, 2)), target, one_of_several, 1e6, 1e6)
    moved, _ = correction(x, np.zeros((4, 2)), target, one_of_several, 0.01, 1.0)
    assert np.abs(still).max() < 1e-3
    assert (moved.argmax(axis=1) == [0, 1, 0, 1]).all()


def test_a_base_learns_another_view_and_keeps_the_rest(base, codebook, tmp_path):
    own = [replace(x, rating="substantial" if x.rating == "low" else x.rating) for x in labels(40)]
    fitted = continue_from(base, own, codebook)
    write_model(tmp_path / "mio", fitted, own, codebook)
    model = load_model(tmp_path / "mio")
    assert model.about["base"] == "base"
    part = model.parts["rating"]
    scores = part.scores(features(own[1].text, "accountability"))
    before = base.parts["rating"].scores(features(own[1].text, "accountability"))
    assert (scores - before)[2] > 1
    text = "Nadie acude al comité y falta todo."
    found = Assessor(codebook, model).assess(Fiche("x", "", "", sections={"accountability": text}))
    assert "inactive_governance_body" in {issue.code for issue in found.issues}


def test_labels_without_issues_leave_the_finder_as_it_was(base, codebook):
    own = [replace(x, issues=()) for x in labels(40)]
    fitted = continue_from(base, own, codebook)
    assert (fitted.parts["issues"].weights == base.parts["issues"].weights).all()


def test_a_code_that_the_base_does_not_know_joins_it(base, codebook):
    issue = IssueLabel("no_baseline", "current", "Nadie acude al comité")
    own = [replace(x, issues=(issue,) if x.issues else ()) for x in labels(40)]
    fitted = continue_from(base, own, codebook)
    assert "no_baseline" in fitted.parts["issues"].outputs


def test_too_few_labels_and_another_scale_are_told(base, codebook):
    with pytest.raises(LabelError, match="at least 10"):
        continue_from(base, labels(4), codebook)
    other = replace(base.parts["rating"], outputs=("bajo", "alto"))
    with pytest.raises(ModelError, match="--base none"):
        continue_from(replace(base, parts={"rating": other}), labels(), codebook)
