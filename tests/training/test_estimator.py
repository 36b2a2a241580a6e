from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.metrics import cohen_kappa_score, make_scorer
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from assessor.training.estimator import OrdinalRater
from assessor.training.fit import fit
from tests.training.made import BAD, GOOD, labels

MADE = labels()
SECTIONS = [(x.text, x.dimension) for x in MADE]
LEVELS = [{"low": 1, "high": 4}[x.rating] for x in MADE]
WRITERS = [x.writer for x in MADE]


def tidied(sections):
    return [(text.strip().capitalize(), dimension) for text, dimension in sections]


@pytest.fixture(scope="module")
def rater():
    return OrdinalRater().fit(SECTIONS, LEVELS, groups=WRITERS)


def test_it_rates_and_its_probabilities_add_up(rater):
    asked = [(GOOD, "accountability"), (BAD, "accountability"), ("", "gender")]
    shares = rater.predict_proba(asked)
    assert shares.shape == (3, 2)
    assert shares.sum(axis=1) == pytest.approx(1)
    assert rater.predict(asked)[:2].tolist() == [1, 4]
    assert rater.classes_.tolist() == [1, 4]
    assert rater.predict_proba([]).shape == (0, 2)


def test_it_is_the_model_that_train_makes(rater, codebook):
    fitted = fit(MADE, codebook)
    words, both = fitted.parts["rating"], [0, 3]  # the levels that have labels
    assert words.vocabulary == list(rater.words_.vocabulary)
    assert (words.weights[:, both] == rater.words_.weights).all()


def test_frames_and_arrays_say_the_same_as_pairs(rater):
    frame = pd.DataFrame(SECTIONS, columns=["text", "dimension"])
    for sections in (frame, np.array(SECTIONS, dtype=object)):
        assert (rater.predict_proba(sections) == rater.predict_proba(SECTIONS)).all()


def test_a_clone_has_its_parameters_and_nothing_learnt():
    made = clone(OrdinalRater(c=3.0).fit(SECTIONS, LEVELS))
    assert made.get_params() == {"c": 3.0}
    assert not hasattr(made, "classes_")


def test_a_pipeline_is_searched_by_writer():
    pipeline = make_pipeline(FunctionTransformer(tidied), OrdinalRater())
    kappa = make_scorer(cohen_kappa_score, weights="quadratic")
    grid = {"ordinalrater__c": [1e-6, 100.0]}
    search = GridSearchCV(pipeline, grid, scoring=kappa, cv=GroupKFold(2))
    search.fit(SECTIONS, LEVELS, groups=WRITERS)
    assert search.best_score_ > 0.9
    assert search.predict([(f" {BAD} ", "accountability")]).tolist() == [4]


def test_probabilities_on_folds():
    shares = cross_val_predict(
        OrdinalRater(), SECTIONS, LEVELS, groups=WRITERS, cv=GroupKFold(2), method="predict_proba"
    )
    assert shares.shape == (60, 2)
    assert ((shares[:, 1] > 0.5) == (np.array(LEVELS) == 4)).all()
