from __future__ import annotations

import pytest

from assessor.labels.anchor import to_utf16
from assessor.review.actions import ActionError, annotator_name, decision_of, undo_last
from assessor.review.decisions import ReadIssue
from assessor.review.sections import by_section

from .conftest import EMOJI

MONITORING = ("MDGF-7000_2011-1", "monitoring_evaluation")
RIVER = ("MDGF-7013_2011-1", "monitoring_evaluation")


@pytest.fixture
def reading(queue, store):
    def _reading(key=MONITORING, annotator="Ana"):
        return queue.get(key).reading(by_section(store.decisions(annotator))[key])

    return _reading


def keys(reading):
    return [issue.key for issue in reading.issues]


def test_the_proposal_is_the_models(reading):
    proposal = reading()
    assert not proposal.decided
    assert keys(proposal) == [("no_baseline", "current")]
    assert proposal.issues[0].by == ""


def test_a_rating_confirms_the_issues_left_standing(decide, reading):
    decide(MONITORING, kind="rate", rating="low")
    after = reading()
    assert (after.rating, after.rated_by) == ("low", "Ana")
    assert after.issues[0].by == "Ana"


def test_accepting_keeps_the_rating_shown(decide, reading):
    proposed = reading().rating
    decide(MONITORING, kind="accept")
    assert reading().rating == proposed
    decide(MONITORING, kind="rate", rating="moderate")
    decide(MONITORING, kind="accept")
    assert reading().rating == "moderate"


def test_rejecting_and_changing_a_status(decide, reading):
    decide(MONITORING, kind="status", code="no_baseline", status="current")
    assert keys(reading()) == [("no_baseline", "resolved")]
    assert reading().rejected == ()
    decide(MONITORING, kind="status", code="no_baseline", status="resolved")
    decide(MONITORING, kind="status", code="no_baseline", status="potential")
    assert keys(reading()) == [("no_baseline", "current")]
    decide(MONITORING, kind="reject", code="no_baseline", status="current")
    assert keys(reading()) == []
    assert [i.key for i in reading().rejected] == [("no_baseline", "current")]
    with pytest.raises(ActionError, match="error_issue"):
        decide(MONITORING, kind="reject", code="no_baseline", status="current")


def test_a_status_passes_over_those_taken(decide, reading):
    quote = "línea de base"
    for status in ("resolved", "potential"):
        decide(MONITORING, kind="add", code="no_baseline", status=status, start=0, quote=quote)
    with pytest.raises(ActionError, match="error_status"):
        decide(MONITORING, kind="status", code="no_baseline", status="current")
    decide(MONITORING, kind="reject", code="no_baseline", status="resolved")
    decide(MONITORING, kind="status", code="no_baseline", status="current")
    assert set(keys(reading())) == {("no_baseline", "resolved"), ("no_baseline", "potential")}


@pytest.mark.parametrize("which", ["first", "second"])
def test_words_are_found_where_the_page_counted_them(decide, reading, which):
    """The page counts UTF-16 units; evidence is in code points."""
    start = EMOJI.index("línea") if which == "first" else EMOJI.rindex("línea")
    decide(
        RIVER, kind="add", code="poor_indicators", status="current",
        start=to_utf16(EMOJI, start) - 1, quote=" línea de base ",
    )  # fmt: skip
    added = reading(RIVER).issue(("poor_indicators", "current"))
    assert added == ReadIssue("poor_indicators", "current", start, start + 13, "Ana")


def test_undo_takes_back_the_last_decision_of_its_annotator(decide, store, reading):
    decide(MONITORING, kind="rate", rating="low")
    decide(MONITORING, kind="rate", rating="high")
    decide(MONITORING, "Luis", kind="rate", rating="moderate")
    store.decide("Ana", undo_last("Ana"))
    assert reading().rating == "low"
    store.decide("Ana", undo_last("Ana"))
    assert not reading().decided
    with pytest.raises(ActionError, match="error_nothing"):
        store.decide("Ana", undo_last("Ana"))
    assert reading(annotator="Luis").rating == "moderate"
    assert len(store.decisions()) == 5


@pytest.mark.parametrize(
    "request_",
    [
        {"kind": "rate", "rating": "enorme"}, {"kind": "rate"}, {"kind": "drop"}, {}, {"kind": []},
        {"kind": "add", "code": "no_baseline", "status": "current", "quote": "no está"},
        {"kind": "add", "code": "no_baseline", "status": "current", "quote": " "},
        {"kind": "add", "code": "x", "status": "current", "quote": "No"},
        {"kind": "add", "code": ["no_baseline"], "status": "current", "quote": "No"},
        {"kind": "note", "note": "a" * 2001}, {"kind": "note"}, {"kind": "status", "code": 3},
    ],
)  # fmt: skip
def test_what_does_not_exist_is_refused(queue, store, codebook, request_):
    with pytest.raises(ActionError):
        store.decide("Ana", decision_of(request_, queue.get(MONITORING), "Ana", codebook))
    assert store.decisions() == []


@pytest.mark.parametrize("name", ["", " ", None, 3, "a" * 61, "a\x1b[2J"])
def test_a_name_is_a_line_of_print(name):
    with pytest.raises(ActionError):
        annotator_name(name)


def test_a_name_loses_spare_spaces():
    assert annotator_name("  Ana   Quispe ") == "Ana Quispe"


def test_the_queue_puts_flagged_and_least_confident_first(queue):
    order = [(not s.rating["review"], s.rating["confidence"]) for s in queue.sections]
    assert order == sorted(order)
    assert all(s.text.strip() for s in queue.sections)
