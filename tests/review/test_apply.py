from __future__ import annotations

import io
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from assessor.labels.tables import read_labels
from assessor.reports.formats import RENDERERS
from assessor.reports.summary import ReportOptions, summarise
from assessor.review.apply import apply, corrections
from assessor.review.export import export_labels
from assessor.review.sections import sections_of
from assessor.runs.folder import read_run

MONITORING = ("MDGF-7000_2011-1", "monitoring_evaluation")
PLAN = ("MDGF-7000_2011-1", "sustainability")


def reviewed(run, codebook):
    return replace(run, tables=corrections(run.path, codebook)(run.tables))


def row_of(rows, key):
    return next(r for r in rows if (r["fiche_id"], r["dimension"]) == key)


@pytest.fixture
def result(run, store, codebook):
    """The run's tables under the decisions stored so far."""
    return lambda: apply(read_run(run).tables, store.decisions(), codebook)


def test_without_decisions_nothing_changes(run, codebook):
    assert reviewed(read_run(run), codebook) == read_run(run)


def test_a_reviewed_rating_overrides_with_who_and_why(run, decide, result):
    before = read_run(run).tables
    decide(MONITORING, kind="rate", rating="low")
    decide(MONITORING, kind="note", note="El anexo la trae.")
    after = result()
    row, old = row_of(after.ratings, MONITORING), row_of(before.ratings, MONITORING)
    assert (row["rating"], row["value"], row["expected"]) == ("low", 1, 1.0)
    assert [row[f"p_{x}"] for x in ("low", "moderate", "substantial", "high")] == [1, 0, 0, 0]
    assert (row["review"], row["confidence"], row["method"]) == (False, 1.0, "review")
    assert (row["reviewed_by"], row["note"]) == ("Ana", "El anexo la trae.")
    assert row["model_rating"] == old["rating"]
    untouched = [r for r in after.ratings if (r["fiche_id"], r["dimension"]) != MONITORING]
    assert untouched == [r for r in before.ratings if r is not old]


def test_index_and_counts_follow(run, decide, result):
    before = read_run(run).tables.programmes[0]
    decide(MONITORING, kind="rate", rating="low")
    decide(MONITORING, kind="reject", code="no_baseline", status="current")
    decide(PLAN, kind="rate", rating="not_assessed")
    after = result().programmes[0]
    assert after["risk_index"] == 0
    assert after["n_low"] == before["n_low"] + 1
    assert after["issues_current"] == before["issues_current"] - 1
    assert after["assessed_share"] < before["assessed_share"]
    fixed = ("title", "budget_total", "disbursed_share", "findings", "country")
    assert [after[k] for k in fixed] == [before[k] for k in fixed]


def test_issues_stay_in_order_and_evidence_in_place(run, decide, result):
    decide(
        MONITORING, kind="add", code="poor_indicators", status="potential", start=0, quote="de base"
    )
    tables = result()
    rows = [r for r in tables.issues if (r["fiche_id"], r["dimension"]) == MONITORING]
    assert [r["code"] for r in rows] == ["no_baseline", "poor_indicators"]
    assert (rows[1]["evidence"], rows[1]["rule"], rows[1]["reviewed_by"]) == (
        "de base",
        "review",
        "Ana",
    )
    assert (rows[1]["severity"], rows[0]["reviewed_by"]) == (2, "")
    texts = {f["fiche_id"]: f["sections"] for f in tables.fiches}
    for r in tables.issues:
        assert r["evidence"] == texts[r["fiche_id"]][r["dimension"]][r["start"] : r["end"]]
    others = [r for r in tables.issues if (r["fiche_id"], r["dimension"]) != MONITORING]
    model = read_run(run).tables.issues
    assert others == [r for r in model if (r["fiche_id"], r["dimension"]) != MONITORING]


def test_what_one_says_outright_outlives_what_another_leaves_standing(decide, result):
    decide(MONITORING, "Ana", kind="status", code="no_baseline", status="current")
    decide(MONITORING, "Ana", kind="rate", rating="moderate")
    decide(MONITORING, "Luis", kind="accept")  # who still saw it as current
    tables = result()
    rows = [r for r in tables.issues if (r["fiche_id"], r["dimension"]) == MONITORING]
    assert [(r["code"], r["status"]) for r in rows] == [("no_baseline", "resolved")]
    assert row_of(tables.ratings, MONITORING)["reviewed_by"] == "Ana, Luis"


def test_the_last_word_on_a_rating_counts(decide, result):
    decide(MONITORING, "Ana", kind="rate", rating="low")
    decide(MONITORING, "Luis", kind="rate", rating="high")
    decide(MONITORING, "Luis", kind="note", note="Sigue sin línea de base.")
    row = row_of(result().ratings, MONITORING)
    assert (row["rating"], row["note"]) == ("high", "Sigue sin línea de base.")


def test_decisions_on_another_text_count_for_nothing(run, decide, store, codebook):
    decide(MONITORING, kind="rate", rating="low")
    tables = read_run(run).tables
    fiche = next(f for f in tables.fiches if f["fiche_id"] == MONITORING[0])
    fiche["sections"][MONITORING[1]] += " Y algo más."
    assert apply(tables, store.decisions(), codebook) is tables


def test_the_runs_own_tables_stay_what_the_model_said(run, decide, codebook):
    before = {p.name: p.read_bytes() for p in run.glob("*.csv")}
    decide(MONITORING, kind="rate", rating="low")
    assert row_of(reviewed(read_run(run), codebook).tables.ratings, MONITORING)["rating"] == "low"
    assert {p.name: p.read_bytes() for p in run.glob("*.csv")} == before


@pytest.fixture
def summary_of_reviewed(run, decide, codebook):
    decide(MONITORING, "Ana Quispe Yupanqui", kind="rate", rating="moderate")
    decide(MONITORING, "Ana Quispe Yupanqui", kind="reject", code="no_baseline", status="current")
    decide(MONITORING, "Ana Quispe Yupanqui", kind="note", note="La trae Luis Tapia Rengifo.")

    def _summary(**options):
        return summarise([reviewed(read_run(run), codebook)], codebook, ReportOptions(**options))

    return _summary


def test_reports_mark_it_with_who_and_why(summary_of_reviewed):
    summary = summary_of_reviewed()
    page = RENDERERS["html"].render(summary).decode()
    assert "✓ Revisado por Ana Quispe Yupanqui, " in page
    assert "Nota: «La trae Luis Tapia Rengifo.»" in page
    assert "Se quita: Línea de base ausente (vigente)" in page
    assert page.count("<sup>✓</sup>") == 1
    assert "Revisados por personas: 1 de 196 apartados" in page
    book = load_workbook(io.BytesIO(RENDERERS["xlsx"].render(summary)), read_only=True)
    cells = [cell for row in book["Textos"].iter_rows(values_only=True) for cell in row]
    assert any("Revisado por Ana Quispe Yupanqui" in str(cell) for cell in cells)
    for name in ("md", "docx", "json"):
        assert RENDERERS[name].render(summary)


def test_an_anonymous_report_hides_reviewers_and_whom_they_name(summary_of_reviewed):
    page = RENDERERS["html"].render(summary_of_reviewed(anonymise=True)).decode()
    assert "Revisado por [nombre]" in page
    assert "Quispe" not in page
    assert "Tapia" not in page


def test_labels_are_each_annotators_own(run, decide, store, codebook):
    decide(MONITORING, "Ana", kind="rate", rating="low")
    decide(
        MONITORING,
        "Luis",
        kind="add",
        code="poor_indicators",
        status="current",
        start=0,
        quote="No hay",
    )
    decide(MONITORING, "Luis", kind="reject", code="no_baseline", status="current")
    decide(MONITORING, "Luis", kind="accept")
    decide(PLAN, "Luis", kind="note", note="dudoso")
    sections = sections_of(read_run(run).tables, codebook)
    export_labels(run, sections, store.decisions())
    labels = read_labels(run / "labels", codebook)
    assert [(x.annotator, x.section_issues) for x in map(_Flat, labels)] == [
        ("Ana", [("no_baseline", "current", "No hay línea de base")]),
        ("Luis", [("poor_indicators", "current", "No hay")]),
    ]
    assert all(x.text == "No hay línea de base." for x in labels)


class _Flat:
    def __init__(self, label):
        self.annotator = label.annotator
        self.section_issues = [(i.code, i.status, i.evidence) for i in label.issues]
