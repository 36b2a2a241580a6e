"""Predictions for labelled sections: by the analysis, baselines and a second annotator."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assessor.assess import Assessor
from assessor.codebook.schema import Codebook
from assessor.labels.by_model import assess_labelled, issue_labels
from assessor.labels.tables import IssueLabel, LabelledObservation, Section
from assessor.ratings.rating import Rating
from assessor.training.linear import binary, multinomial, vectorizer
from assessor.training.rating import features_of

MIN_POSITIVE = 4
C_TFIDF = 10.0


@dataclass(frozen=True, slots=True)
class Prediction:
    """A level and issues for one section.

    Parameters
    ----------
    probabilities : tuple of float
        One per assessed level; empty where the system gives none.
    confidence : float or None
        Probability that the level is right.
    review : bool or None
        Whether the system flags the section for review; None where it flags nothing.
    """

    level: str
    issues: tuple[IssueLabel, ...] = ()
    probabilities: tuple[float, ...] = ()
    confidence: float | None = None
    review: bool | None = None


@dataclass(frozen=True, slots=True)
class System:
    """A system under evaluation and its predictions, in the order of the labels."""

    id: str
    predictions: tuple[Prediction | None, ...]  # None: no prediction for the section


def analysed(
    id_: str,
    assessor: Assessor,
    labels: Sequence[LabelledObservation],
    progress: Callable[[int], None] = lambda fiches: None,
) -> System:
    """Return the predictions of the analysis."""
    predictions: dict[Section, Prediction] = {}
    for assessment in assess_labelled(assessor, labels):
        for rating in assessment.ratings:
            issues = issue_labels(assessment, rating.dimension)
            section = assessment.fiche.fiche_id, rating.dimension
            predictions[section] = _prediction(rating, issues)
        progress(1)
    return System(id_, tuple(predictions[x.section] for x in labels))


def _prediction(rating: Rating, issues: tuple[IssueLabel, ...]) -> Prediction:
    return Prediction(
        rating.level,
        issues,
        rating.probabilities if rating.assessed else (),
        rating.confidence,
        rating.review,
    )


def majority(train: Sequence[LabelledObservation], labels: Sequence[LabelledObservation]) -> System:
    """Baseline: always the most frequent level of `train`, and no issue."""
    level = Counter(x.rating for x in train).most_common(1)[0][0]
    return System("majority", (Prediction(level),) * len(labels))


def usual_codes(codebook: Codebook, labels: Sequence[LabelledObservation]) -> System:
    """Baseline: always the middle level, and every code in its usual dimension."""
    level = codebook.level_ids[(len(codebook.level_ids) - 1) // 2]
    status = codebook.statuses[0].id
    usual: Mapping[str, list[IssueLabel]] = defaultdict(list)
    for issue in codebook.issues:
        usual[issue.usual].append(IssueLabel(issue.id, status, ""))
    return System(
        "usual_codes", tuple(Prediction(level, tuple(usual[x.dimension])) for x in labels)
    )


def tfidf(
    codebook: Codebook,
    train: Sequence[LabelledObservation],
    labels: Sequence[LabelledObservation],
) -> System:
    """Baseline: TF-IDF of whole sections and logistic regression.

    One multinomial model predicts the level; one class-balanced binary model per code, whether
    the section reports it.
    """
    words = vectorizer()
    x = words.fit_transform(features_of(train))
    test = words.transform(features_of(labels))
    rated = multinomial(x, np.array([t.rating for t in train]), C_TFIDF)
    shares = rated.predict_proba(test)
    levels = [level for level in codebook.level_ids if level in rated.classes_]
    order = [list(rated.classes_).index(level) for level in levels]
    found = _found_by_tfidf(codebook, train, x, test)
    return System(
        "tfidf",
        tuple(
            Prediction(str(level), tuple(issues), tuple(map(float, row[order])), float(row.max()))
            for level, issues, row in zip(rated.predict(test), found, shares, strict=True)
        ),
    )


def _found_by_tfidf(
    codebook: Codebook, train: Sequence[LabelledObservation], x: Any, test: Any
) -> list[list[IssueLabel]]:
    """Return the codes that their models predict, with each code's most frequent status."""
    statuses = {
        code: Counter(i.status for t in train for i in t.issues if i.code == code)
        for code in codebook.issue
    }
    codes = [code for code, counts in statuses.items() if counts.total() >= MIN_POSITIVE]
    truths = [np.array([any(i.code == c for i in t.issues) for t in train]) for c in codes]
    models = [binary(x, y, C_TFIDF, balance=True) for y in truths]
    found: list[list[IssueLabel]] = [[] for _ in range(test.shape[0])]
    for code, model in zip(codes, models, strict=True):
        status = statuses[code].most_common(1)[0][0]
        for row in np.flatnonzero(model.decision_function(test) > 0):
            found[row].append(IssueLabel(code, status, ""))
    return found


def second_annotator(
    annotations: Sequence[LabelledObservation], labels: Sequence[LabelledObservation]
) -> System:
    """Return another annotator's labels, for the sections that two have labelled."""
    found: dict[Section, dict[str, Prediction]] = defaultdict(dict)
    for one in annotations:
        found[one.section][one.annotator] = Prediction(one.rating, one.issues)

    def other(label: LabelledObservation) -> Prediction | None:
        annotators = sorted(found[label.section].keys() - {label.annotator})
        return found[label.section][annotators[0]] if annotators else None

    return System("second_reader", tuple(map(other, labels)))
