from __future__ import annotations

import pytest

from assessor.evidence import Span
from assessor.labels.tables import IssueLabel, LabelledObservation
from assessor.training.sentences import labelled_sentences, sentence_of

TEXT = "No hay plan. Se espera. No hay plan."


@pytest.mark.parametrize(("start", "place"), [(None, 0), (0, 0), (24, 2)])
def test_a_quotation_that_occurs_twice_belongs_where_it_was_marked(start, place):
    issue = IssueLabel("no_baseline", "current", "No hay plan", start)
    label = LabelledObservation("f", "gender", TEXT, "high", (issue,), "a")
    assert issue.span_in(TEXT) == Span(start or 0, (start or 0) + 11)
    assert [bool(s.codes) for s in labelled_sentences([label])].index(True) == place


@pytest.mark.parametrize("evidence", ["", "otra cosa"])
def test_an_issue_without_its_words_in_the_text_has_no_place(evidence):
    assert IssueLabel("no_baseline", "current", evidence).span_in(TEXT) is None


def test_evidence_over_two_sentences_goes_to_the_larger_part():
    assert sentence_of(Span(8, 20), [Span(0, 10), Span(11, 30)]) == 1
    assert sentence_of(Span(5, 15), [Span(0, 10), Span(10, 30)]) == 0
