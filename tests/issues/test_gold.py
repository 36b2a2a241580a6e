"""Gold cases, one sentence or two each, by phenomenon; how they are marked: `markup.py`."""

from __future__ import annotations

import pytest

from assessor.assess import assessor_for
from assessor.fiche.fiche import Fiche
from assessor.issues.extract import IssueExtractor
from assessor.language import trained_pipeline
from assessor.observations import Observation
from assessor.text_model import shipped_model

from .markup import Case, read_cases

CASES = read_cases()
NEEDS_PARSER = pytest.mark.skipif(
    trained_pipeline("ner") is None, reason="no Spanish model with a parser is installed"
)


def marks(case: Case) -> list[pytest.MarkDecorator]:
    failure = [pytest.mark.xfail(reason=case.failure)] if case.failure else []
    return failure + [NEEDS_PARSER] * case.parsed


PARAMETERS = [pytest.param(case, id=case.name, marks=marks(case)) for case in CASES]


@pytest.fixture(scope="module")
def extractor(codebook):
    return IssueExtractor(codebook)


def test_there_are_enough_cases_and_none_is_given_twice():
    assert len(CASES) >= 300
    assert len({case.text for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", PARAMETERS)
def test_gold_case(extractor, codebook, case: Case):
    dimension = codebook.issue[case.gold[0].code].usual
    found = extractor.extract(Observation("x", dimension, case.text))
    for expected in case.gold:
        matching = [i for i in found if i.code == expected.code]
        if expected.denied:
            assert matching == []
            continue
        assert [i.status for i in matching] == [expected.status]
        span = matching[0].evidence.span
        assert span.start < expected.end
        assert expected.start < span.end
        assert matching[0].evidence.text == case.text[span.start : span.end]
        assert matching[0].rule.startswith("wording:")


def test_all_finders_together_report_hardly_anything_denied(codebook):
    assessor = assessor_for(codebook, shipped_model())
    denied = [case for case in CASES if all(expected.denied for expected in case.gold)]
    assert len(denied) >= 50
    reported = 0
    for case in denied:
        codes = {expected.code for expected in case.gold}
        dimension = codebook.issue[case.gold[0].code].usual
        fiche = Fiche("A_2011-1", "a.txt", "0", sections={dimension: case.text})
        reported += any(issue.code in codes for issue in assessor.assess(fiche).issues)
    assert reported <= 0.05 * len(denied)
