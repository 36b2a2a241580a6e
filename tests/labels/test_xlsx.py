from __future__ import annotations

import pytest
from openpyxl import load_workbook

from assessor.errors import LabelError
from assessor.labels.batch import Batch, Proposal
from assessor.labels.formats import collect_labels, export_labels

from .conftest import reading

ISSUES = [
    ("no_baseline", "current", "No hay línea de base"),
    ("staff_turnover", "current", "en mayo"),
]


@pytest.fixture
def book(tmp_path, codebook):
    """A workbook of one proposal, opened, and a function that saves and reads it."""
    label = reading(annotator="es-default", rating="moderate", issues=ISSUES)
    path = tmp_path / "corregir.xlsx"
    export_labels(Batch(proposals=[Proposal(label, 0.61, (0.9, 0.4))]), codebook, "xlsx", path)
    opened = load_workbook(path)

    def read(**options):
        opened.save(path)
        return collect_labels([path], codebook, **options)

    return opened, read


def column(sheet, name):
    return next(cell.column_letter for cell in sheet[1] if cell.value == name)


def test_a_row_shows_text_proposal_and_confidence_with_lists_to_choose_from(book, codebook):
    opened, _ = book
    sheet = opened["ratings"]
    row = {head.value: cell.value for head, cell in zip(sheet[1], sheet[2], strict=True)}
    assert (row["proposal"], row["confidence"], row["rating"]) == ("Moderado", 0.61, None)
    assert row["text"].startswith("No hay línea de base")
    lists = {str(r.sqref): r.formula1 for r in sheet.data_validations.dataValidation}
    source = lists[f"{column(sheet, 'rating')}2"]
    title, _, area = source.partition("!")
    choices = [cell.value for (cell,) in opened[title][area.replace("$", "")]]
    assert choices == [level.es for level in codebook.levels]
    assert opened[title].sheet_state == "hidden"


def test_only_what_is_to_be_filled_in_is_unlocked(book):
    for sheet in (book[0]["ratings"], book[0]["issues"]):
        assert sheet.protection.sheet
        unlocked = {
            h.value for h, c in zip(sheet[1], sheet[2], strict=True) if not c.protection.locked
        }
        assert unlocked <= {"rating", "annotator", "code", "status", "evidence", "keep"}
        assert {"fiche_id", "text"} & unlocked == set()


def test_the_guide_names_every_level_status_and_issue(book, codebook):
    said = {row[0].value for row in book[0]["guía"].iter_rows()}
    for entry in (*codebook.levels, *codebook.statuses, *codebook.issues):
        assert entry.es in said


def test_a_corrected_workbook_becomes_labels(book):
    opened, read = book
    assert read().labels == ()
    ratings, issues = opened["ratings"], opened["issues"]
    ratings[f"{column(ratings, 'rating')}2"] = "Alto"
    issues[f"{column(issues, 'keep')}3"] = "no"
    added = {"fiche_id": "A_2011-1", "dimension": "Género", "code": "Ausencia de coordinador/a",
             "status": "Resuelto", "evidence": "la coordinadora renunció"}  # fmt: skip
    for name, value in added.items():
        issues[f"{column(issues, name)}4"] = value
    table = read(annotator="ana")
    (label,) = table.labels
    assert (label.rating, label.annotator) == ("high", "ana")
    assert [(i.code, i.status) for i in label.issues] == [
        ("no_baseline", "current"),
        ("absence_of_coordinator", "resolved"),
    ]
    assert label.issues[1].evidence == "La coordinadora renunció"
    assert (table.rejected, table.undecided) == ((), ())


def test_text_that_looks_like_a_formula_is_text(tmp_path, codebook):
    label = reading(fiche="@A", text="=HYPERLINK(1)", annotator="-ana")
    export_labels(Batch([label]), codebook, "xlsx", tmp_path / "a.xlsx")
    cells = [c for row in load_workbook(tmp_path / "a.xlsx")["ratings"].iter_rows() for c in row]
    assert {cell.data_type for cell in cells} == {"s"}
    export_labels(Batch([label]), codebook, "csv", tmp_path / "a")
    assert "'=HYPERLINK" in (tmp_path / "a" / "ratings.csv").read_text()


def test_a_damaged_workbook_is_told(tmp_path, codebook):
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 no")
    with pytest.raises(LabelError, match="damaged"):
        collect_labels([tmp_path / "a.xlsx"], codebook)
