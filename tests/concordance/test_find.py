"""`assessor find`: words, lemmas, issues, filters, and what reaches the terminal."""

from __future__ import annotations

import csv
import io
import json

import pytest
from click.testing import CliRunner

from assessor.cli import main
from assessor.codebook.load import shipped_codebook
from assessor.concordance.hits import Hit
from assessor.concordance.lines import lines_of, shown
from assessor.concordance.query import parse_query
from assessor.errors import RunError
from assessor.evidence import Span

from .. import needs
from ..reports.builder import fiche, make_run

SECTIONS = {
    "monitoring_evaluation": "No hay línea de base. El especialista renunció\nen mayo.",
    "sustainability": "Las LINEAS DE BASE se guardan. \x1b[2J\u202e=1+1 línea de base",
}
RESOLVED = {
    "monitoring_evaluation": "No existía línea de base. La línea de base se aprobó en mayo."
}


@pytest.fixture(scope="module")
def run(tmp_path_factory, codebook):
    fiches = [
        fiche(1, sections=SECTIONS),
        fiche(2, country="El Salvador", sections=SECTIONS),
        fiche(
            1,
            "2011-2",
            sections={"monitoring_evaluation": "Ya se superó la falta de línea de base."},
        ),
    ]
    return make_run(tmp_path_factory.mktemp("find") / "run", codebook, fiches)


@pytest.fixture
def find(run):
    def _find(query, *options):
        return CliRunner().invoke(main, ["find", query, str(run), *options])

    def _rows(query, *options):
        result = _find(query, "--format", "json", *options)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    _rows.raw = _find
    return _rows


def test_words_are_found_whatever_their_accents_and_case(find):
    rows = find("linea de base", "--where", "country=Perú")
    assert [row["hit"] for row in rows] == ["línea de base", "línea de base", "línea de base"]
    assert {row["code"] for row in rows} == {None}
    assert len(find("LÍNEA* de base country:Perú")) == 4


def test_a_hit_stands_where_it_says(find):
    for row in find("renuncio"):
        assert SECTIONS[row["dimension"]][row["start"] : row["end"]] == row["hit"] == "renunció"
        assert row["left"].endswith("El especialista ")
        assert row["right"] == " en mayo."


def test_lemma_finds_other_forms(find):
    pytest.importorskip("es_core_news_sm", reason=needs.LEMMAS)
    assert [row["hit"] for row in find("renunciar", "--lemma", "--where", "country=Perú")] == [
        "renunció"
    ]


def test_issues_by_code_and_status(find):
    rows = find("code:no_baseline")
    assert {row["status"] for row in rows} == {"current", "resolved"}
    (row,) = find("code:no_baseline status:resolved")
    assert (row["fiche_id"], row["code"]) == ("MDGF-7001_2011-2", "no_baseline")
    assert {r["dimension"] for r in find("status:current dimension:monitoring_evaluation")} == {
        "monitoring_evaluation"
    }
    assert find("status:vigente") == find("status:current")


def test_issues_by_what_became_of_them(find):
    (row,) = find("link:resolved")
    assert (row["fiche_id"], row["code"], row["link"]) == (
        "MDGF-7001_2011-2", "no_baseline", "resolved",
    )  # fmt: skip
    assert find("link:resolved", "--where", "period=2011-2") == [row]
    assert {r["link"] for r in find("status:current")} == {None}


def test_words_within_the_evidence_of_issues(find):
    rows = find("linea code:no_baseline status:current")
    assert {row["hit"] for row in rows} == {"línea"}
    assert {row["dimension"] for row in rows} == {"monitoring_evaluation"}


def test_fields_of_the_fiche(find):
    assert {r["country"] for r in find('linea country:"El Salvador"')} == {"El Salvador"}
    assert find("linea period:2011-2", "--where", "country=Bolivia") == []


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", "empty"),
        ("code:nada", "absence_of_coordinator"),
        ("(linea", "(linea"),
        ("x nada:3", "country"),
    ],
)
def test_a_bad_query_is_told(find, query, told):
    result = find.raw(query)
    assert result.exit_code == 2
    assert told in result.output


def test_csv_has_the_same_rows_and_no_formula(find):
    result = find.raw("base", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert len(rows) == len(find("base"))
    assert not any(value.startswith(("=", "+", "@")) for row in rows for value in row.values())


def test_lines_carry_no_control_character(find):
    result = find.raw("base")
    assert "\x1b[2J" not in result.output
    assert "\u202e" not in result.output
    assert "fichas" in result.stderr


def test_every_hit_begins_at_the_same_column():
    texts = ["corto base", "un texto bastante más largo que el otro y con base al final", "base"]
    hits = [
        Hit({"fiche_id": "a"}, "gender", text, Span(text.index("base"), text.index("base") + 4))
        for text in texts
    ]
    lines = ["".join(parts[1:]) for parts in lines_of(hits, ["a", "bb", "c" * 90], 60)]
    (column,) = {line.index("base") for line in lines}
    assert column >= 12


def test_shown_takes_out_what_drives_a_terminal():
    assert shown("a\r\nb\x1b[31mc\x07\u202e") == "a b[31mc"


def test_query_names_issues_by_their_labels_too():
    query = parse_query('code:"Línea de base ausente" estatus:Resuelto', shipped_codebook())
    assert (query.code, query.status, query.words) == ("no_baseline", "resolved", "")
    with pytest.raises(RunError):
        parse_query("  ", shipped_codebook())
