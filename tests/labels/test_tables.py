from __future__ import annotations

import pytest

from assessor.errors import LabelError
from assessor.folding import fold
from assessor.labels.formats import collect_labels
from assessor.labels.tables import read_labels

RATINGS = "fiche_id,dimension,rating,annotator,text\n"
ISSUES = "fiche_id,dimension,code,status,evidence,annotator\n"
GOOD = "A,gender,high,ana,No hay línea de base.\n"


@pytest.fixture
def read(tmp_path, codebook):
    def _read(ratings, issues=""):
        (tmp_path / "ratings.csv").write_text(RATINGS + ratings, encoding="utf-8")
        (tmp_path / "issues.csv").write_text(ISSUES + issues, encoding="utf-8")
        return collect_labels([tmp_path], codebook)

    return _read


@pytest.mark.parametrize(
    ("ratings", "issues", "file", "row", "reason"),
    [
        ("A,gender,grave,ana,x\n", "", "ratings.csv", 2, "rating 'grave'; one of low"),
        ("A,sexo,high,ana,x\n", "", "ratings.csv", 2, "dimension 'sexo'"),
        (",gender,high,ana,x\n", "", "ratings.csv", 2, "fiche_id is empty"),
        (GOOD + "A,gender,low,ana,No hay línea de base.\n", "", "ratings.csv", 3, "rated otherwise"),
        (GOOD + "A,gender,high,ana,Otro.\n", "", "ratings.csv", 3, "another text"),
        (GOOD, "A,gender,nada,current,x,ana\n", "issues.csv", 2, "code 'nada'"),
        (GOOD, "A,gender,no_baseline,ya,x,ana\n", "issues.csv", 2, "status 'ya'"),
        (GOOD, "A,gender,no_baseline,current,otra cosa,ana\n", "issues.csv", 2, "is not in the section"),
        (GOOD, "B,gender,no_baseline,current,x,ana\n", "issues.csv", 2, "no rating of this section"),
        (GOOD, "A,gender,no_baseline,current,,luis\n", "issues.csv", 2, "no rating of this section"),
    ],
)  # fmt: skip
def test_a_bad_row_is_set_aside_with_its_place_and_the_rest_is_read(
    read, codebook, tmp_path, ratings, issues, file, row, reason
):
    table = read(ratings + "C,gender,low,ana,Bien.\n", issues)
    assert [(x.file, x.row) for x in table.rejected] == [(file, row)]
    assert reason in table.rejected[0].reason
    assert "C" in {x.fiche_id for x in table.labels}
    with pytest.raises(LabelError, match=f"{file}, row {row}"):
        read_labels(tmp_path, codebook)


def test_no_text_of_a_fiche_is_in_a_reason(read):
    table = read(GOOD, "A,gender,no_baseline,current,Secreto de la ficha,ana\n")
    assert "Secreto" not in str(table.rejected[0])


def test_names_are_read_in_both_languages_whatever_their_form(read, codebook):
    code = fold(codebook.issue["no_baseline"].es)
    table = read("A,Género,ALTO,ana,No hay línea de base.\nA,Gender,high,luis,No hay línea de base.\n",
                 f"A,genero,{code},vigente,linea  de base,ana\n")  # fmt: skip
    assert [(x.dimension, x.rating) for x in table.labels] == [("gender", "high")] * 2
    (issue,) = table.labels[0].issues
    assert (issue.code, issue.status, issue.evidence) == ("no_baseline", "current", "línea de base")


def test_an_issue_without_annotator_goes_to_the_only_reader(read):
    (label,) = read(GOOD, "A,gender,no_baseline,current,línea de base,\n").labels
    assert label.issues[0].start == 7


def test_rows_without_a_rating_are_undecided_not_wrong(read):
    table = read("A,gender,,ana,x\n")
    assert (table.labels, table.rejected) == ((), ())
    assert table.undecided[0].row == 2


def test_the_same_label_twice_counts_once(read):
    assert len(read(GOOD + GOOD).labels) == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"fiche_id,dimension\nA,gender\n", "columns missing: rating"),
        ("fiche_id;dimension;rating;text\nA;gender;low;año\n".encode("cp1252"), "UTF-8"),
    ],
)
def test_a_file_that_is_no_table_is_told(tmp_path, codebook, data, message):
    path = tmp_path / "etiquetas.csv"
    path.write_bytes(data)
    with pytest.raises(LabelError, match=message):
        collect_labels([path], codebook)
    with pytest.raises(LabelError, match="one of .csv"):
        collect_labels([tmp_path / "x.sav"], codebook)
