from __future__ import annotations

import json

import pytest

from assessor.labels.tables import IssueLabel, LabelledObservation
from assessor.reports.evaluation import render_evaluation
from assessor.training.evaluation import evaluate
from assessor.training.metrics import calibration_error
from assessor.training.outcomes import METRICS, outcomes_of
from assessor.training.predictions import (
    Prediction,
    System,
    majority,
    second_annotator,
    tfidf,
    usual_codes,
)
from tests.training.made import labels

TEXT = "No hay línea de base. El comité no se reúne."
BASELINE = IssueLabel("no_baseline", "current", "No hay línea de base", 0)
COMMITTEE = IssueLabel("inactive_governance_body", "resolved", "El comité no se reúne", 22)


def label(fiche, rating, *issues, annotator="a"):
    return LabelledObservation(fiche, "gender", TEXT, rating, issues, annotator, "w")


LABELS = [
    label("a", "low", BASELINE, COMMITTEE),
    label("b", "high", BASELINE),
    label("c", "not_assessed"),
]
SAID = [
    Prediction("moderate", (BASELINE, IssueLabel("inactive_governance_body", "current",
               "comité no se", 25)), (0.1, 0.6, 0.2, 0.1), 0.6, True),
    Prediction("high", (IssueLabel("design_flaw", "current", "x", 0),), (0, 0, 0.1, 0.9), 0.9, False),
    Prediction("not_assessed"),
]  # fmt: skip


@pytest.fixture(scope="module")
def figures(codebook):
    outcomes = outcomes_of(LABELS, SAID, codebook)
    return {name: metric(outcomes) for name, metric in METRICS.items()}


def test_ratings(figures):
    assert figures["exact"] == 0.5
    assert figures["within_one"] == 1
    assert figures["mean_error"] == 0.5
    assert figures["not_assessed_f1"] == 1
    assert figures["macro_f1"] == pytest.approx((0 + 0 + 1 + 1) / 4)
    assert figures["calibration_error"] == pytest.approx(0.5 * 0.6 + 0.5 * 0.1)


def test_issues(figures):
    assert figures["issue_precision"] == pytest.approx(2 / 3)
    assert figures["issue_recall"] == pytest.approx(2 / 3)
    assert figures["issue_status_f1"] == pytest.approx(1 / 3)
    assert figures["status_accuracy"] == 0.5
    overlap = 2 * len("comité no se") / (len("comité no se") + len("El comité no se reúne"))
    assert figures["evidence_overlap"] == pytest.approx((1 + overlap) / 2)


def test_perfect_and_empty_answers(codebook):
    perfect = [Prediction(x.rating, x.issues) for x in LABELS]
    outcomes = outcomes_of(LABELS, perfect, codebook)
    for name in (
        "kappa",
        "macro_f1",
        "issue_f1",
        "issue_mcc",
        "issue_macro_f1",
        "evidence_overlap",
    ):
        assert METRICS[name](outcomes) == pytest.approx(1), name
    empty = outcomes_of(LABELS, [Prediction("not_assessed")] * 3, codebook)
    assert all(METRICS[name](empty) == 0 for name in ("kappa", "issue_f1", "issue_mcc", "exact"))


def test_calibration_error_of_known_shares():
    import numpy as np

    sure = np.array([0.75] * 4 + [0.25] * 4)
    right = np.array([1, 1, 1, 0, 1, 0, 0, 0], dtype=bool)
    assert calibration_error(sure, right) == pytest.approx(0)
    assert calibration_error(sure, ~right) == pytest.approx(0.5)


def test_the_record_is_json_and_the_page_shows_it(codebook):
    record = evaluate([System("model", tuple(SAID))], LABELS, codebook)
    assert json.loads(json.dumps(record)) == record
    assert record["confusion"][0] == [0, 1, 0, 0, 0]
    assert record["confusion"][4][4] == 1
    page = render_evaluation({"model": "<b>mio</b>"} | record, codebook, "es").decode()
    assert "&lt;b&gt;mio" in page
    assert "<b>mio" not in page
    assert "Kappa cuadrática" in page
    assert codebook.issue["no_baseline"].es in page
    assert "Quadratic kappa" in render_evaluation({"model": "m"} | record, codebook, "en").decode()


def test_groups_of_enough_sections_are_scored_apart(codebook):
    made = labels(80)
    half = [x.fiche_id for x in made[:40]]
    said = System("model", tuple(Prediction(x.rating, x.issues) for x in made))
    fields = {"country": lambda x: "Perú" if x.fiche_id in half else "Bolivia"}
    groups = evaluate([said], made, codebook, fields)["groups"]
    assert [g["value"] for g in groups["country"]] == ["Bolivia", "Perú"]
    assert len(groups["writer"]) == 4
    assert "dimension" not in groups


def test_denied_mentions_are_counted(codebook):
    text = "No se han registrado retrasos en la ejecución."
    denied = LabelledObservation("a", "execution", text, "low", (), "a")
    wrong = Prediction("low", (IssueLabel("implementation_delay", "current", "retrasos", 21),))
    for said, reported in ((Prediction("low"), 0), (wrong, 1)):
        record = evaluate([System("model", (said,))], [denied], codebook)
        assert record["denied"] == {"reported": reported, "mentions": 1}


def test_baselines(codebook):
    made = labels()
    assert {p.level for p in majority(made, made).predictions} <= {"low", "high"}
    usual = usual_codes(codebook, made).predictions[0]
    assert {codebook.issue[i.code].usual for i in usual.issues} == {"accountability"}
    learnt = tfidf(codebook, made, made)
    assert [p.level for p in learnt.predictions] == [x.rating for x in made]
    assert {i.code for p in learnt.predictions for i in p.issues} == {"inactive_governance_body"}


def test_the_second_reader_speaks_of_what_two_have_read(codebook):
    readings = [*LABELS, label("a", "high", annotator="b")]
    said = second_annotator(readings, LABELS).predictions
    assert said[0].level == "high"
    assert said[1:] == (None, None)
    model = System("model", tuple(SAID))
    record = evaluate([model, second_annotator(readings, LABELS)], LABELS, codebook)
    assert [s["sections"] for s in record["systems"]] == [3, 1]
