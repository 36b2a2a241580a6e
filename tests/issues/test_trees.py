"""Dependency patterns: what they find, how little is parsed, and that all goes on without."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assessor.assess import Assessor
from assessor.codebook.schema import IssueType, Wording
from assessor.evidence import Span
from assessor.fiche.fiche import Fiche
from assessor.issues import matcher, trees
from assessor.issues.extract import IssueExtractor
from assessor.observations import Observation
from assessor.runs.settings import Settings

from .markup import read_cases
from .test_gold import NEEDS_PARSER

TEXT = (
    "La plaza de coordinador, según informó la agencia líder en su visita de marzo, sigue sin "
    "que nadie la ocupe."
)
PLACE = "interagency_coordination"


@pytest.fixture(scope="module")
def finder(codebook):
    return trees.TreeMatcher(codebook)


@pytest.fixture
def own(codebook):
    """Build a matcher of one pattern."""

    def _own(tree: str) -> trees.TreeMatcher:
        wording = Wording("x/1", tree, tree=True)
        issue = IssueType("x", "X", "X", "gender", "", wording=(wording,))
        return trees.TreeMatcher(replace(codebook, issues=(issue,)))

    return _own


@NEEDS_PARSER
def test_a_pattern_reaches_over_what_stands_between(finder):
    (hit,) = finder.find(TEXT, PLACE)
    assert [word.of(TEXT) for word in hit.words] == ["plaza", "sigue", "sin", "nadie", "ocupe"]
    assert hit.span == Span(TEXT.index("plaza"), len(TEXT) - 1)


@NEEDS_PARSER
def test_a_text_has_the_same_hits_whatever_is_beside_it(finder):
    other = "Las obras avanzan y el comité, reunido en mayo, aprobó el plan. "
    alone = [hit.span.of(TEXT) for hit in finder.find(TEXT, PLACE)]
    beside = other + TEXT
    assert [hit.span.of(beside) for hit in finder.find(beside, PLACE)] == alone


@NEEDS_PARSER
@pytest.mark.parametrize(
    ("tree", "text", "words"),
    [
        ("faltar > plan", "Faltan planes", ["Faltan", "planes"]),
        ("faltar > obj plan", "Los planes faltan", None),
        ("levantar[no] > linea", "La línea no se levantó", ["línea", "no", "levantó"]),
        ("levantar[no] > linea", "La línea se levantó", None),
        ("levantar > censo (> mujer)", "Se levantó un censo de mujeres",
         ["levantó", "censo", "mujeres"]),
        ("levantar > mujer", "Se levantó un censo de mujeres", None),
        ("levantar >> mujer", "Se levantó un censo de mujeres", ["levantó", "mujeres"]),
    ],
)  # fmt: skip
def test_notation_is_matched(own, tree, text, words):
    found = [[word.of(text) for word in hit.words] for hit in own(tree).find(text, "gender")]
    assert found == ([words] if words else [])


@NEEDS_PARSER
def test_a_negation_denies_only_the_words_that_it_hangs_on(own):
    denied = "La línea no se levantó"
    (hit,) = own("levantar > linea").find(denied, "gender")
    assert hit.denied_by(Span(denied.index("no"), denied.index("no") + 2))
    aside = "La línea, que no es nueva, se levantó"
    (hit,) = own("levantar > linea").find(aside, "gender")
    assert not hit.denied_by(Span(aside.index("no"), aside.index("no") + 2))


@NEEDS_PARSER
def test_every_shipped_pattern_has_a_case_that_it_finds(codebook, finder):
    found = {
        hit.wording.id
        for case in read_cases()
        if case.parsed
        for hit in finder.find(case.text, codebook.issue[case.gold[0].code].usual)
    }
    assert found == {w.id for issue in codebook.issues for w in issue.wording if w.tree}


def test_flat_wording_reads_none_of_the_cases(codebook):
    flat = IssueExtractor(codebook, parses=False)
    for case in read_cases():
        if case.parsed:
            (gold,) = case.gold
            dimension = codebook.issue[gold.code].usual
            found = flat.extract(Observation("x", dimension, case.text))
            assert gold.code not in {issue.code for issue in found}, case.name


@NEEDS_PARSER
def test_only_sentences_with_the_words_of_a_pattern_are_parsed(finder, free_texts, monkeypatch):
    parsed = []
    parse = trees._parsed
    monkeypatch.setattr(
        trees, "_parsed", lambda nlp, words: parsed.append(words) or parse(nlp, words)
    )
    for dimension, text in free_texts:
        list(finder.find(text, dimension))
    assert 0 < sum(map(len, parsed)) < 0.15 * sum(len(text) for _, text in free_texts)


def test_an_endless_sentence_is_not_parsed(finder, monkeypatch):
    monkeypatch.setattr(trees, "_parsed", lambda *_: pytest.fail("parsed"))
    assert list(finder.find(TEXT[:-1] + " y así" * trees.LONGEST, PLACE)) == []


def test_without_a_model_flat_wording_goes_on(codebook, monkeypatch):
    monkeypatch.setattr(trees, "trained_pipeline", lambda *_: None)
    text = f"{TEXT} No hay línea de base."
    found = IssueExtractor(codebook).extract(Observation("x", PLACE, text))
    assert [issue.code for issue in found] == ["no_baseline"]


def test_fast_loads_no_model(monkeypatch):
    monkeypatch.setattr(trees, "trained_pipeline", lambda *_: pytest.fail("loaded"))
    fast = Settings(reader="none").assessor()
    fiche = Fiche("A_2011-1", "a.txt", "0", sections={PLACE: f"{TEXT} No hay línea de base."})
    assert [issue.code for issue in fast.assess(fiche).issues] == ["no_baseline"]


@NEEDS_PARSER
def test_its_rule_names_the_pattern(codebook):
    fiche = Fiche("A_2011-1", "a.txt", "0", sections={PLACE: TEXT})
    (issue,) = Assessor(codebook).assess(fiche).issues
    assert (issue.code, issue.status) == ("absence_of_coordinator", "current")
    name = issue.evidence.rule.removeprefix("wording:")
    assert [w.tree for w in codebook.issue[issue.code].wording if w.id == name] == [True]


@NEEDS_PARSER
def test_what_only_looks_like_a_negation_is_none(codebook):
    found = matcher.WordingMatcher(codebook).mentions("Sin embargo, detrás hay análisis.", "gender")
    assert found == []
