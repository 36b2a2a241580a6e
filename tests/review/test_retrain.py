from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest

from assessor.labels.tables import LabelledObservation
from assessor.review import retrain
from assessor.review.retrain import Scores, Training, scores_of_proposals
from assessor.training.metrics import quadratic_kappa

MODEL = {"scores": {"rating_exact_folds": 0.5, "rating_kappa_folds": 0.25}}


@pytest.fixture
def trained(run, monkeypatch):
    """Train with another command in the place of `assessor train`; return how it went."""

    def _trained(code):
        monkeypatch.setattr(retrain, "_MAIN", code)
        training = Training(run, None)
        assert training.progress().state == "idle"
        assert training.start(run / "labels", lambda: Scores(1.0, 1.0))
        for _ in range(400):
            if training.progress().state != "running":
                break
            time.sleep(0.05)
        return training

    return _trained


def test_its_error_is_shown_plainly(trained):
    progress = trained(
        "import sys; sys.exit('assessor: 3 rated sections; 10 are needed')"
    ).progress()
    assert (progress.state, progress.after) == ("failed", None)
    assert progress.told == "assessor: 3 rated sections; 10 are needed"


def test_an_old_model_is_no_success(trained, run):
    (run / "model").mkdir()
    (run / "model" / "model.json").write_text(json.dumps(MODEL))
    assert trained("import sys; sys.exit(2)").progress().state == "failed"


def test_scores_before_and_after_and_the_command_asked(trained):
    code = (
        "import json, pathlib, sys; p = pathlib.Path(sys.argv[sys.argv.index('-o') + 1]); p.mkdir(); "
        f"(p / 'model.json').write_text({json.dumps(json.dumps(MODEL))}); print(*sys.argv[1:])"
    )
    progress = trained(code).progress()
    assert (progress.state, progress.before, progress.after) == (
        "done",
        Scores(1, 1),
        Scores(0.5, 0.25),
    )
    assert progress.told.startswith("train ")
    assert "--base shipped" in progress.told


def test_much_output_does_not_stop_it(trained):
    training = trained("import sys; print('palabra\\n' * 50_000); sys.exit(2)")
    assert training.progress().state == "failed"


def test_one_at_a_time_and_stopped_with_the_page(run, monkeypatch):
    monkeypatch.setattr(retrain, "_MAIN", "import time; time.sleep(60)")
    training = Training(run, None)
    assert training.start(run, lambda: None)
    assert not training.start(run, lambda: None)
    training.stop()
    assert training.progress().state == "failed"


def test_proposals_are_scored_on_rated_labels(queue, codebook):
    sections = queue.sections[:3]
    proposed = [s.proposal.rating for s in sections]
    labels = [
        LabelledObservation(*s.key, s.text, rating, (), "Ana")
        for s, rating in zip(sections, ["low", *proposed[1:2], "not_assessed"], strict=True)
    ]
    scores = scores_of_proposals(sections, labels, codebook)
    assert scores.exact == (1 + (proposed[0] == "low")) / 2
    assert scores_of_proposals(sections, labels[2:], codebook) is None


def rated(sections, ratings):
    return [
        LabelledObservation(*section.key, section.text, rating, (), "Ana")
        for section, rating in zip(sections, ratings, strict=True)
    ]


def test_kappa_before_is_measured_as_the_new_model_s_is(queue, codebook):
    proposed = ["low", "moderate", "high", "substantial", "low"]
    sections = [
        replace(s, rating=s.rating | {"rating": rating})
        for s, rating in zip(queue.sections, proposed, strict=False)
    ]
    truth = ["low", "high", "substantial", "substantial", "moderate"]
    scores = scores_of_proposals(sections, rated(sections, truth), codebook)
    values = [[codebook.level[name].value for name in names] for names in (truth, proposed)]
    assert scores.kappa == pytest.approx(quadratic_kappa(*values, 4))


def test_a_proposal_without_a_level_is_wrong_and_outside_kappa(queue, codebook):
    sections = [
        replace(s, rating=s.rating | {"rating": "not_assessed"}) for s in queue.sections[:2]
    ]
    assert scores_of_proposals(sections, rated(sections, ["low"] * 2), codebook) == Scores(0, 0)
    sections[0] = replace(sections[0], rating=sections[0].rating | {"rating": "low"})
    assert scores_of_proposals(sections, rated(sections, ["low"] * 2), codebook) == Scores(0.5, 0)
