from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from assessor.ratings.not_assessed import NotAssessedClassifier, sign_names, signs
from assessor.text_model import ModelOptions

NEEDED = {
    "issue_threshold": 0.0, "wording_bonus": 1.0, "confidence_slope": 1.0, "confidence_offset": 0.0,
}  # fmt: skip
LEVELS = ("low", "moderate", "substantial", "high")


def model(options, score=1.0):
    part = SimpleNamespace(scores=lambda features: np.array([score]))
    rating = SimpleNamespace(outputs=LEVELS)
    parts = {"not_assessed": part, "rating": rating}
    return SimpleNamespace(parts=parts, options=ModelOptions.of(NEEDED | options))


def reading(nothing, levels=(0, 0, 0, 0)):
    return SimpleNamespace(nothing=nothing, levels=np.array(levels, float))


def test_without_a_reader_the_words_alone_decide():
    known = NotAssessedClassifier(model({"not_assessed_threshold": 0.5}))
    assert known.probability("s/d", ["s/d"], None) == pytest.approx(0.622, abs=0.001)
    assert (
        NotAssessedClassifier(model({"not_assessed_threshold": 2})).probability("", [], None)
        is None
    )


def test_weights_go_by_the_names_of_their_signs():
    names = sign_names(LEVELS)
    options = {f"not_assessed.{name}": 0.0 for name in reversed(names)}
    options |= {"not_assessed.reader": 1.0, "not_assessed.low": -2.0}
    known = NotAssessedClassifier(model(options))
    assert known.probability("Buen apoyo.", [], reading(1.0)) == pytest.approx(0.731, abs=0.001)
    assert known.probability("Buen apoyo.", [], reading(1.0, (1, 0, 0, 0))) is None


def test_a_model_without_the_part_judges_everything():
    bare = model({})
    del bare.parts["not_assessed"]
    known = NotAssessedClassifier(bare)
    assert not known
    assert known.probability("s/d", [], None) is None


def test_signs_stand_in_the_order_of_their_names():
    found = signs(2.0, reading(3.0, (1, 2, 3, 4)), "tres palabras aquí")
    assert len(found) == len(sign_names(LEVELS))
    assert found.tolist() == pytest.approx([2, 3, np.log(4), 1, 2, 3, 4])
