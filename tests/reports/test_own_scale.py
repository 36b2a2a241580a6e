"""A codebook whose levels have names of its own, and letters that are alike."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from docx import Document
from openpyxl import load_workbook

from assessor.codebook.schema import Level
from assessor.reports.formats import RENDERERS
from assessor.reports.summary import ReportOptions, summarise
from assessor.reports.summary.labels import Labels
from assessor.reports.summary.programmes import by_risk
from assessor.runs.folder import read_run

OWN = {"low": "minimo", "moderate": "medio", "substantial": "mayor", "high": "maximo"}
NAMES = {"minimo": "Mínimo", "medio": "Medio", "mayor": "Mayor", "maximo": "Máximo"}


def scale(*names):
    return tuple(Level(name, n, name, name, "") for n, name in enumerate(names, start=1))


@pytest.fixture(scope="module")
def summary(run_folder, codebook):
    levels = tuple(
        replace(x, id=OWN[x.id], es=NAMES[OWN[x.id]], en=OWN[x.id]) if x.id in OWN else x
        for x in codebook.levels
    )
    run = read_run(run_folder)
    for row in run.tables.ratings:
        row["rating"] = OWN.get(row["rating"], row["rating"])
    return summarise([run], replace(codebook, levels=levels), ReportOptions())


def test_sentences_name_the_scale_s_own_levels(summary):
    highest = sum(row["counts"]["maximo"] for row in summary["distribution"])
    assert highest > 0
    assert any(line.startswith(f"Riesgo máximo en {highest} de ") for line in summary["sentences"])
    assert summary["serious"] == {"levels": ["mayor", "maximo"], "label": "mayor o máximo"}
    assert any("más riesgo mayor o máximo" in line["text"] for line in summary["brief"])
    assert not summary["method"]["sort"]


def test_letters_that_are_alike_give_way_to_values(summary):
    assert [x["letter"] for x in summary["levels"]] == ["1", "2", "3", "4", "–"]


def test_colours_go_by_rank_in_every_format(summary):
    page = RENDERERS["html"].render(summary).decode()
    assert 'class="cell high"' in page
    assert 'class="s-high"' in page
    assert "cell maximo" not in page
    word = Document(io.BytesIO(RENDERERS["docx"].render(summary)))
    assert 'w:fill="C9413B"' in word.element.xml
    book = load_workbook(io.BytesIO(RENDERERS["xlsx"].render(summary)))
    (area,) = book["Valoraciones"].conditional_formatting
    assert [rule.formula for rule in area.rules] == [["1"], ["2"], ["3"], ["4"]]


@pytest.mark.parametrize(
    ("names", "shades", "serious"),
    [
        (("a", "b"), ["low", "high"], ["b"]),
        (("a", "b", "c"), ["low", "moderate", "high"], ["c"]),
        (("a", "b", "c", "d", "e"), ["low", "moderate", "moderate", "substantial", "high"],
         ["d", "e"]),
    ],
)  # fmt: skip
def test_scales_of_any_length(codebook, names, shades, serious):
    labels = Labels(replace(codebook, levels=scale(*names)), "es")
    assert [labels.shade(name) for name in names] == shades
    assert [level.id for level in labels.serious()] == serious


def test_an_index_of_nought_stands_before_those_without_one():
    heads = [
        {"fiche_id": name, "risk_index": value}
        for name, value in (("a", None), ("b", 0.0), ("c", 12.5))
    ]
    assert [head["fiche_id"] for head in by_risk(heads)] == ["c", "b", "a"]
