"""What the extractor does besides finding words: flags, blanks, cues, places."""

from __future__ import annotations

import pytest

from assessor.codebook.load import load_codebook
from assessor.errors import CodebookError
from assessor.issues.extract import IssueExtractor
from assessor.observations import Observation
from assessor.text_model import load_model


@pytest.fixture(scope="module")
def extractor(codebook):
    return IssueExtractor(codebook)


def test_a_plan_flag_is_an_issue_with_its_line(extractor):
    (issue,) = extractor.extract(
        Observation("x", "sustainability", "Plan de sostenibilidad: no\nVa bien.")
    )
    assert (issue.code, issue.status) == ("no_sustainability_plan", "current")
    assert issue.evidence.text == "Plan de sostenibilidad: no"


@pytest.mark.parametrize(
    ("dimension", "text"),
    [
        ("sustainability", "Plan de sostenibilidad: sí\nVa bien."),
        ("sustainability", "Plan de sostenibilidad: no consta\nVa bien."),
        ("communication", "Plan de sostenibilidad: no\nVa bien."),
    ],
)
def test_another_answer_or_another_sections_flag_is_none(extractor, dimension, text):
    assert extractor.extract(Observation("x", dimension, text)) == ()


def test_blank_text_has_no_issues(extractor):
    assert extractor.extract(Observation("x", "gender", "  \n")) == ()


def test_status_cues_are_kept_beside_the_issue(extractor):
    text = "Existe el riesgo de que haya retrasos en las obras."
    (issue,) = extractor.extract(Observation("x", "execution", text))
    assert issue.cues[0].text.startswith("riesgo de")
    assert "cue:" in issue.rule


def test_a_cue_for_an_issue_that_does_not_exist_is_told(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(
        "extends: default\n"
        "cues: [{text: ya no, category: resolved, direction: both, issues: [no_such]}]\n"
    )
    with pytest.raises(CodebookError, match="no_such"):
        load_codebook(path)


def test_a_denied_problem_is_not_listed_whatever_a_model_says(codebook):
    text = "No se han registrado retrasos en la ejecución de las obras."
    found = IssueExtractor(codebook, load_model()).extract(Observation("x", "execution", text))
    assert "implementation_delay" not in {issue.code for issue in found}
