from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from assessor.ratings.not_assessed import NotAssessedClassifier
from assessor.text_model import ModelOptions

NEEDED = {
    "issue_threshold": 0.0, "wording_bonus": 1.0, "confidence_slope": 1.0, "confidence_offset": 0.0,
}  # fmt: skip


def model(score=1.0, **options):
    part = SimpleNamespace(scores=lambda features: np.array([score]))
    return SimpleNamespace(parts={"not_assessed": part}, options=ModelOptions.of(NEEDED | options))


def test_without_a_reader_the_words_alone_decide():
    known = NotAssessedClassifier(model(not_assessed_threshold=0.5, not_assessed_words=9.0))
    assert known.probability(["s/d"], None) == pytest.approx(0.622, abs=0.001)
    assert NotAssessedClassifier(model(not_assessed_threshold=2)).probability([], None) is None


def test_with_a_reader_both_weigh():
    known = NotAssessedClassifier(model(not_assessed_words=0.5, not_assessed_reader=2.0))
    assert known.probability([], SimpleNamespace(nothing=0.25)) == pytest.approx(0.731, abs=0.001)
    assert known.probability([], SimpleNamespace(nothing=-1.0)) is None


def test_a_model_without_the_part_judges_everything():
    known = NotAssessedClassifier(SimpleNamespace(parts={}, options=ModelOptions.of(NEEDED)))
    assert not known
    assert known.probability(["s/d"], None) is None
