from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from assessor.evidence import Span
from assessor.issues.extract import IssueExtractor
from assessor.issues.learned import SentenceFinder
from assessor.issues.scope import ScopeEngine
from assessor.language import sentences_of
from assessor.observations import Observation
from assessor.reader.heads import Findings
from assessor.reader.reading import Reading
from assessor.text_model import LinearModel, TextModel

KNOWN, NEW = "inactive_governance_body", "no_baseline"  # the reader knows the first only
STATUSES = ("current", "resolved", "potential")
OPTIONS = {
    "issue_threshold": 0.0, "wording_bonus": 1.0, "confidence_slope": 1.0, "confidence_offset": 0.0,
}  # fmt: skip
JOINED = OPTIONS | {
    "issue_words": 0.5, "issue_reader": 2.0, "issue_offset": -0.25, "issue_alone": 0.5,
    "status_words": 0.5, "status_reader": 2.0,
}  # fmt: skip
TEXT = "Todo en orden. Acude a la foto; el timón lleva meses sin manos. Sin más."


def linear(outputs, intercept):
    return LinearModel(
        tuple(outputs), {}, np.zeros(0, np.float32), np.zeros((0, len(outputs)), np.float32),
        np.array(intercept, np.float32),
    )  # fmt: skip


def model(options) -> TextModel:
    parts = {
        "issues": linear((KNOWN, NEW), (-3.0, -4.0)),
        "status": linear(STATUSES, (1.0, 0.0, 0.0)),
    }
    return TextModel("made", parts, {"options": options})


@pytest.fixture(scope="module")
def finder(codebook):
    return SentenceFinder(model(JOINED), ScopeEngine(codebook))


def reading_of(text, issues, statuses=None, looked=None, names=STATUSES) -> Reading:
    """Return a reading in which each word is a token; `looked` are the words looked at."""
    sentences = tuple(s.span for s in sentences_of(text))
    words = [
        (start, start + len(word))
        for start, word in _words(text)
        if any(s.start <= start < s.end for s in sentences)
    ]
    places = [next(k for k, s in enumerate(sentences) if start < s.end) for start, _ in words]
    attention = np.array([[float(text[a:b] in (looked or {}))] for a, b in words])
    attention /= max(1.0, attention.sum())
    if statuses is None:
        statuses = np.zeros((len(sentences), 1, len(names)))
    found = Findings(np.array(issues, float)[:, None], statuses, attention)
    heads = SimpleNamespace(findings=lambda tokens, places, count: found)
    starts, ends = (np.array([word[k] for word in words]) for k in (0, 1))
    return Reading(
        sentences, (KNOWN,), tuple(names), heads, attention, starts, ends, np.array(places)
    )


def _words(text):
    place = 0
    for word in text.split():
        place = text.index(word, place)
        yield place, word.strip(".;:")
        place += len(word)


def test_words_alone_without_a_reading(finder):
    span = sentences_of(TEXT)[0].span
    assert finder.judge(TEXT, "gender", span, None) == {KNOWN: -3.0, NEW: -4.0}


def test_log_odds_are_weighed_in_each_sentence(finder):
    reading = reading_of(TEXT, (-5, 4, 1))
    for sentence, read in zip(sentences_of(TEXT), (-5, 4, 1), strict=True):
        found = finder.judge(TEXT, "gender", sentence.span, reading)
        assert found == {KNOWN: 0.5 * -3 + 2 * read - 0.25, NEW: 0.5 * -4}


def test_a_model_of_words_ignores_a_reading(codebook):
    finder = SentenceFinder(model(OPTIONS), ScopeEngine(codebook))
    reading = reading_of(TEXT, (9, 9, 9))
    found = finder.judge(TEXT, "gender", reading.sentences[1], reading)
    assert found == {KNOWN: -3.0, NEW: -4.0}


def test_statuses_are_weighed_by_name(finder):
    names = ("potential", "current", "resolved")
    statuses = np.zeros((3, 1, 3))
    statuses[1, 0] = (3.0, 0.0, 0.5)
    reading = reading_of(TEXT, (0, 0, 0), statuses, names=names)
    sentences = sentences_of(TEXT)
    told = finder.status(TEXT, sentences, 1, KNOWN, reading)
    logits = {"current": 0.5, "resolved": 1.0, "potential": 6.0}
    total = sum(np.exp(list(logits.values())))
    assert told == pytest.approx({n: np.exp(v) / total for n, v in logits.items()})
    alone = finder.status(TEXT, sentences, 1, NEW, reading)
    assert alone == pytest.approx(finder.status(TEXT, sentences, 1, NEW, None))


def test_evidence_is_the_clause_that_was_looked_at(finder):
    reading = reading_of(TEXT, (0, 0, 0), looked={"timón", "manos"})
    found = finder.evidence(TEXT, "gender", sentences_of(TEXT)[1], KNOWN, reading)
    assert found.text == "el timón lleva meses sin manos"
    assert found.text == found.span.of(TEXT)
    assert found.rule == "reader:timon,manos"


def test_evidence_is_the_sentence_where_no_clause_stands_out(finder):
    reading = reading_of(TEXT, (0, 0, 0), looked={"foto", "timón"})
    found = finder.evidence(TEXT, "gender", sentences_of(TEXT)[1], KNOWN, reading)
    assert found.text == "Acude a la foto; el timón lleva meses sin manos"


def test_evidence_of_a_code_that_the_reader_does_not_know_goes_by_words(finder):
    reading = reading_of(TEXT, (0, 0, 0))
    found = finder.evidence(TEXT, "gender", sentences_of(TEXT)[0], NEW, reading)
    assert found.rule.startswith("words:")


FLAGGED = "Plan de sostenibilidad: no\nTodo en orden. El timón lleva meses sin manos."


@pytest.fixture(scope="module")
def extractor(codebook):
    return IssueExtractor(codebook, model(JOINED))


def extract(extractor, text, issues, **more):
    observation = Observation("f", "sustainability", text)
    return extractor.extract(observation, reading_of(text, issues, **more))


def test_a_flags_line_keeps_sentences_in_their_rows(extractor):
    assert len(sentences_of(FLAGGED)) == 3
    found = extract(extractor, FLAGGED, (-9, -9, 9), looked={"timón"})
    said = [i for i in found if i.code == KNOWN]
    assert [i.evidence.text for i in said] == ["El timón lleva meses sin manos"]
    assert not [i for i in extract(extractor, FLAGGED, (9, -9, -9)) if i.code == KNOWN]


def test_an_empty_section_has_no_issues(extractor):
    for text in ("", " \n", "N/A"):
        assert extractor.extract(Observation("f", "gender", text), None) == ()


def test_a_span_of_the_whole_text_is_looked_at_once():
    reading = reading_of(TEXT, (0, 0, 0), looked={"timón", "foto"})
    assert reading.looked_at([Span(0, len(TEXT))], KNOWN) == pytest.approx([1.0])
