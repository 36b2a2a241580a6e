"""What a system says of labelled sections: the analysis, baselines, a second reader."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from assessor.assess import Assessor
from assessor.codebook.schema import Codebook
from assessor.fiche.fiche import Fiche
from assessor.issues.issue import Issue
from assessor.labels.tables import IssueLabel, LabelledObservation
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
        None where the system does not flag.
    """

    level: str
    issues: tuple[IssueLabel, ...] = ()
    probabilities: tuple[float, ...] = ()
    confidence: float | None = None
    review: bool | None = None


@dataclass(frozen=True, slots=True)
class System:
    """Something that rates and finds issues, and what it said of the labelled sections."""

    id: str
    predictions: tuple[Prediction | None, ...]  # None: says nothing of the section


def analysed(
    id_: str,
    assessor: Assessor,
    labels: Sequence[LabelledObservation],
    progress: Callable[[int], None] = lambda fiches: None,
) -> System:
    """Return what the analysis says, fiche by fiche."""
    said: dict[tuple[str, str], Prediction] = {}
    by_fiche = sorted(labels, key=lambda x: (x.fiche_id, x.dimension))
    for fiche_id, group in groupby(by_fiche, key=lambda x: x.fiche_id):
        sections = {label.dimension: label.text for label in group}
        found = assessor.assess(Fiche(fiche_id, "", "", sections=sections))
        for rating in found.ratings:
            issues = found.issues_in(rating.dimension)
            said[fiche_id, rating.dimension] = _prediction(rating, issues)
        progress(1)
    return System(id_, tuple(said[x.fiche_id, x.dimension] for x in labels))


def _prediction(rating: Rating, issues: Sequence[Issue]) -> Prediction:
    return Prediction(
        rating.level,
        tuple(IssueLabel(i.code, i.status, i.evidence.text, i.evidence.span.start) for i in issues),
        rating.probabilities if rating.assessed else (),
        rating.confidence,
        rating.review,
    )


def majority(train: Sequence[LabelledObservation], labels: Sequence[LabelledObservation]) -> System:
    """Return the most frequent level, always, and no issue."""
    level = Counter(x.rating for x in train).most_common(1)[0][0]
    return System("majority", (Prediction(level),) * len(labels))


def usual_codes(codebook: Codebook, labels: Sequence[LabelledObservation]) -> System:
    """Return every code in its usual dimension, always, and the middle level."""
    level = codebook.assessed_levels[(len(codebook.assessed_levels) - 1) // 2].id
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
    """Return the usual classifier: TF-IDF over whole sections, logistic regression.

    One multinomial model rates; one model per code, classes balanced, finds it.
    """
    words = vectorizer()
    x = words.fit_transform(features_of(train))
    test = words.transform(features_of(labels))
    rated = multinomial(x, np.array([t.rating for t in train]), C_TFIDF)
    shares = rated.predict_proba(test)
    levels = [level.id for level in codebook.assessed_levels if level.id in rated.classes_]
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
    """Return the codes that one model each finds, with their most usual status."""
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


def second_reader(
    readings: Sequence[LabelledObservation], labels: Sequence[LabelledObservation]
) -> System:
    """Return what another annotator says of the sections that two have read."""
    others = {
        (x.fiche_id, x.dimension, x.annotator): Prediction(x.rating, x.issues) for x in readings
    }
    found: dict[tuple[str, str], dict[str, Prediction]] = defaultdict(dict)
    for (fiche, dimension, who), said in others.items():
        found[fiche, dimension][who] = said
    return System(
        "second_reader",
        tuple(
            next(
                (p for who, p in sorted(found[x.fiche_id, x.dimension].items())
                 if who != x.annotator),
                None,
            )
            for x in labels
        ),
    )  # fmt: skip
