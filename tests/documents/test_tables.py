from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from assessor.documents.tables import read_table
from assessor.errors import FicheError
from assessor.fiche.tables import fiches_of_table

LONG = 'fiche_id,dimension,text,country\nA1,gender,"Solo se cuenta, se dice",Perú\nA1,sustainability,Sin plan,\nB2,gender,NA,\n'
WIDE = "fiche_id;Género;sustainability;periodo_x;period\nA1;Solo se cuenta;Sin plan;z;2011-1\n"


def fiches(text, codebook, suffix=".csv"):
    data = text if isinstance(text, bytes) else text.encode()
    return fiches_of_table(read_table(data, suffix, "t.csv", "t"), codebook)


def test_long_table(codebook):
    first, second = fiches(LONG, codebook)
    assert first.fiche_id == "A1"
    assert first.country == "Perú"
    assert first.sections["gender"] == "Solo se cuenta, se dice"
    assert first.sections["sustainability"] == "Sin plan"
    assert second.sections["gender"] == "NA"


def test_wide_table_with_headings_and_semicolons(codebook):
    (fiche,) = fiches(WIDE, codebook)
    assert fiche.sections["gender"] == "Solo se cuenta"
    assert fiche.period == "2011-1"
    assert fiche.extra == {"periodo_x": "z"}


def test_excel_table(codebook):
    book = Workbook()
    sheet = book.active
    sheet.append(["fiche_id", "dimension", "text"])
    sheet.append(["A1", "Sostenibilidad", "Sin plan"])
    buffer = io.BytesIO()
    book.save(buffer)
    (fiche,) = fiches(buffer.getvalue(), codebook, ".xlsx")
    assert fiche.sections["sustainability"] == "Sin plan"


def test_rows_without_id_are_said_in_one_line(codebook):
    (fiche,) = fiches("fiche_id,dimension,text\nA,gender,x\n,gender,y\n,gender,z\n", codebook)
    assert fiche.warnings == ("rows without fiche_id left out: 2, the first is row 3",)


def test_a_warning_about_a_row_is_its_fiche_s_alone(codebook):
    table = "fiche_id,dimension,text\nA,gender,Uno.\nA,gender,Dos.\nB,gender,Tres.\n"
    first, second = fiches(table, codebook)
    assert "row 3" in first.warnings[0]
    assert second.warnings == ()


def test_no_known_dimension_is_told(codebook):
    with pytest.raises(FicheError, match="no dimension of the codebook"):
        fiches("fiche_id,dimension,text\nA,nada,x\n", codebook)


@pytest.mark.parametrize(
    "table",
    [
        "fiche_id,gender,Género\nA,Uno.,Dos.\n",
        "fiche_id,dimension,text\nA,gender,Uno.\nA,Género,Dos.\n",
        "fiche_id,dimension,text\nA,gender,Uno.\nA,gender,Dos.\n",
    ],
)
def test_a_dimension_given_twice_keeps_both_texts_and_says_so(codebook, table):
    (fiche,) = fiches(table, codebook)
    assert fiche.sections["gender"] == "Uno.\nDos."
    assert any("joined" in warning for warning in fiche.warnings)


def test_an_empty_second_name_takes_nothing_away(codebook):
    (fiche,) = fiches("fiche_id,dimension,text\nA,gender,Uno.\nA,Género,\n", codebook)
    assert fiche.sections["gender"] == "Uno."
