from __future__ import annotations

from openpyxl import load_workbook

from assessor.labels.adjudication import adjudication_sheets, disagreements
from assessor.labels.formats import collect_labels
from assessor.labels.vocabulary import Vocabulary
from assessor.labels.xlsx import workbook
from assessor.training.agreement import code_agreement, doubly_annotated, rating_agreement

from .conftest import reading

BASE = ("no_baseline", "current", "línea de base")
GONE = ("absence_of_coordinator", "resolved", "La coordinadora renunció")
STILL = ("absence_of_coordinator", "current", "La coordinadora renunció")
LABELS = [
    reading(annotator="ana", issues=[BASE, GONE]),
    reading(annotator="luis", rating="moderate", issues=[BASE, STILL]),
    reading(annotator="eva", issues=[BASE, GONE]),
    reading("B_2011-1", annotator="ana", rating="low"),
    reading("B_2011-1", annotator="luis", rating="low"),
]


def test_every_two_readers_are_compared_side_by_side():
    rows = disagreements(doubly_annotated(LABELS))
    assert [
        (r["annotator_1"], r["annotator_2"], r["what"], r["says_1"], r["says_2"]) for r in rows
    ] == [
        ("ana", "luis", "rating", "high", "moderate"),
        ("ana", "luis", "absence_of_coordinator", "resolved", "current"),
        ("eva", "luis", "rating", "high", "moderate"),
        ("eva", "luis", "absence_of_coordinator", "resolved", "current"),
    ]
    assert rows[1]["evidence_2"] == "La coordinadora renunció"


def test_figures_per_code_and_none_where_nothing_is_assessed(codebook):
    pairs = doubly_annotated(LABELS)
    assert code_agreement(pairs)["no_baseline"].value == 1
    blank = [reading(annotator=who, rating="not_assessed") for who in ("ana", "luis")]
    assert rating_agreement(doubly_annotated(blank), codebook) == {}


def test_an_adjudicated_workbook_becomes_labels(tmp_path, codebook):
    path = tmp_path / "a.xlsx"
    sheets = adjudication_sheets(LABELS, Vocabulary(codebook, "es"), "comité")
    path.write_bytes(workbook(sheets, codebook, "es"))
    (agreed,) = collect_labels([path], codebook).labels
    assert (agreed.fiche_id, agreed.annotator) == ("B_2011-1", "comité")
    book = load_workbook(path)
    columns = {cell.value: cell.column_letter for cell in book["ratings"][1]}
    assert "luis: Moderado" in book["ratings"][f"{columns['readings']}2"].value
    book["ratings"][f"{columns['rating']}2"] = "Moderado"
    columns = {cell.value: cell.column_letter for cell in book["issues"][1]}
    keep = columns["keep"]
    assert [book["issues"][f"{keep}{n}"].value for n in (2, 3, 4)] == [None, "?", "?"]
    book["issues"][f"{keep}3"], book["issues"][f"{keep}4"] = "sí", "no"
    book.save(path)
    settled = collect_labels([path], codebook)
    assert settled.undecided == ()
    assert settled.labels[0].issues == reading(issues=[BASE, GONE]).issues
