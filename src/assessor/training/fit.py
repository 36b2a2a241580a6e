"""Labels → a trained model: three linear models and the numbers that combine them.

Everything that is chosen is chosen on folds by writer: no hand is in a fold's training and
its test.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from assessor.codebook.schema import Codebook
from assessor.errors import LabelError
from assessor.issues.extract import IssueExtractor
from assessor.issues.scope import ScopeEngine
from assessor.labels.tables import LabelledObservation
from assessor.observations import Observation
from assessor.text_model import features, status_features
from assessor.training.metrics import quadratic_kappa
from assessor.training.sentences import LabelledSentence, labelled_sentences

FOLDS = 5
MIN_POSITIVE = 4  # a code with fewer sentences is left to the wording
C_RATING, C_ISSUES, C_STATUS = 100.0, 30.0, 10.0
ABSENT = -20.0  # the score of a class that no label has
SMALL = 0.04  # weights nearer to zero than this are dropped: they cost space and say nothing
MIN_LABELS = 40
MIN_NOTHING = 20  # texts without anything to judge, to learn how they sound
THRESHOLDS = np.arange(-3.2, 0.8, 0.2)
BONUSES = (1.0, 2.0, 3.0, 4.0, 5.0)
MIN_OWN = 20  # observations with a code, for a threshold of its own
OWN_STEPS = np.arange(-0.9, 1.51, 0.3)
STRETCHES = np.arange(1.0, 3.01, 0.1)
TEMPERATURES = np.arange(0.5, 2.01, 0.1)
REVIEW_SHARE = 0.2  # of ratings, the least sure, are flagged for review
Array = NDArray[Any]


@dataclass
class Part:
    """A fitted linear model, ready to be stored."""

    outputs: tuple[str, ...]
    vocabulary: list[str]
    idf: Array
    weights: Array
    intercept: Array


@dataclass
class Fitted:
    """What training made: the models, the options that combine them, and fold scores."""

    parts: dict[str, Part]
    options: dict[str, float]
    scores: dict[str, float] = field(default_factory=dict)


def fit(
    labels: Sequence[LabelledObservation],
    codebook: Codebook,
    progress: Callable[[str], None] = lambda step: None,
) -> Fitted:
    """Fit a model on labelled observations.

    Raises
    ------
    LabelError
        If there are too few labels, or fewer than two levels or writers.
    """
    used = [label for label in labels if label.text.strip()]
    rated = [x for x in used if codebook.level[x.rating].value is not None]
    if len(rated) < MIN_LABELS or len({x.rating for x in rated}) < 2:
        raise LabelError(
            f"{len(rated)} rated observations with text; at least {MIN_LABELS} of two levels "
            "are needed"
        )
    sentences = labelled_sentences(used)
    progress("rating")
    rating, options, scores = _fit_rating(rated, codebook)
    progress("issues")
    issues, chosen, issue_scores = _fit_issues(used, sentences, codebook)
    progress("status")
    status, status_scores = _fit_status(sentences, used, codebook)
    parts = {"rating": rating, "issues": issues, "status": status}
    judged = _fit_judged(used, codebook)
    if judged is not None:
        parts["judged"] = judged
    return Fitted(parts, options | chosen, scores | issue_scores | status_scores)


def _folds(groups: Sequence[str]) -> list[tuple[Array, Array]]:
    count = min(FOLDS, len(set(groups)))
    if count < 2:
        raise LabelError("labels of at least two writers (or fiches) are needed to choose by")
    return list(GroupKFold(count).split(groups, groups=groups))


def _groups(labels: Sequence[LabelledObservation]) -> list[str]:
    """Return the writer of each label, its fiche where no writer is told."""
    return [label.writer or label.fiche_id for label in labels]


def _vectorizer() -> TfidfVectorizer:
    return TfidfVectorizer(analyzer=list, sublinear_tf=True, min_df=2, dtype=np.float64)


def _multinomial(x: csr_matrix, y: Array, c: float, balance: bool = False) -> LogisticRegression:
    weights = "balanced" if balance else None
    return LogisticRegression(C=c, max_iter=500, class_weight=weights).fit(x, y)


def _one_code(x: csr_matrix, y: Array) -> LogisticRegression:
    model = LogisticRegression(C=C_ISSUES, max_iter=200, solver="liblinear", random_state=0)
    return model.fit(x, y)


def _part(
    outputs: Sequence[str], vectorizer: TfidfVectorizer, weights: Array, intercept: Array
) -> Part:
    """Drop what says nothing; features in the order of their names."""
    weights = np.where(np.abs(weights) < SMALL, 0.0, weights)
    names = vectorizer.get_feature_names_out()
    kept = np.flatnonzero(np.abs(weights).sum(axis=1))
    return Part(
        tuple(outputs), [str(names[k]) for k in kept], vectorizer.idf_[kept], weights[kept],
        intercept,
    )  # fmt: skip


def _fit_rating(
    rated: Sequence[LabelledObservation], codebook: Codebook
) -> tuple[Part, dict[str, float], dict[str, float]]:
    names = [level.id for level in codebook.assessed_levels]
    found = [features(x.text, x.dimension) for x in rated]
    y = np.array([names.index(x.rating) for x in rated])
    out = np.zeros((len(rated), len(names)))
    for train, test in _folds(_groups(rated)):
        if len(set(y[train])) < 2:
            continue
        vectorizer = _vectorizer()
        model = _multinomial(
            vectorizer.fit_transform([found[k] for k in train]), y[train], C_RATING
        )
        weights, intercept = _columns(model, len(names))
        out[test] = vectorizer.transform([found[k] for k in test]) @ weights + intercept
    temperature = min(TEMPERATURES, key=lambda t: _log_loss(_softmax(out * t), y))
    probabilities = _softmax(out * temperature)
    expected = probabilities @ np.arange(1, len(names) + 1)
    stretch = max(
        STRETCHES, key=lambda s: quadratic_kappa(list(y + 1), _levels(expected, s, len(names)))
    )
    levels = np.array(_levels(expected, stretch, len(names)))
    sure = probabilities[np.arange(len(y)), levels - 1]
    vectorizer = _vectorizer()
    model = _multinomial(vectorizer.fit_transform(found), y, C_RATING)
    part = _part(names, vectorizer, *_columns(model, len(names)))
    options = {
        "rating_temperature": float(temperature),
        "rating_stretch": float(stretch),
        "review_below": float(np.quantile(sure, REVIEW_SHARE)),
    }
    scores_by_name = {
        "rating_kappa_folds": quadratic_kappa(list(y + 1), list(levels)),
        "rating_exact_folds": float(np.mean(levels == y + 1)),
    }
    return part, options, scores_by_name


def _columns(model: LogisticRegression, count: int) -> tuple[Array, Array]:
    """Return weights and intercept with a column per class, absent classes next to impossible."""
    coefficients, intercepts = model.coef_, model.intercept_
    if len(model.classes_) == 2:  # scikit-learn keeps one row for two classes
        coefficients = np.concatenate([-coefficients, coefficients]) / 2
        intercepts = np.concatenate([-intercepts, intercepts]) / 2
    weights = np.zeros((coefficients.shape[1], count))
    intercept = np.full(count, ABSENT)
    weights[:, model.classes_] = coefficients.T
    intercept[model.classes_] = intercepts
    return weights, intercept


def _fit_judged(used: Sequence[LabelledObservation], codebook: Codebook) -> Part | None:
    """Fit the score that a text holds nothing to judge; None with too few such texts."""
    nothing = np.array([codebook.level[x.rating].value is None for x in used])
    if nothing.sum() < MIN_NOTHING:
        return None
    vectorizer = _vectorizer()
    x = vectorizer.fit_transform([features(u.text, u.dimension) for u in used])
    model = _one_code(x, nothing)
    return _part(["not_assessed"], vectorizer, model.coef_.T, model.intercept_)


def _softmax(scores: Array) -> Array:
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Array = weights / weights.sum(axis=1, keepdims=True)
    return shares


def _log_loss(probabilities: Array, y: Array) -> float:
    return float(-np.log(np.clip(probabilities[np.arange(len(y)), y], 1e-9, 1)).mean())


def _levels(expected: Array, stretch: float, count: int) -> list[int]:
    middle = (count + 1) / 2
    spread = middle + stretch * (expected - middle)
    return [int(v) for v in np.clip(np.floor(spread + 0.5), 1, count)]


def _fit_issues(
    used: Sequence[LabelledObservation],
    sentences: Sequence[LabelledSentence],
    codebook: Codebook,
) -> tuple[Part, dict[str, float], dict[str, float]]:
    found = [features(s.text, s.dimension) for s in sentences]
    truth = {code: np.array([code in s.codes for s in sentences]) for code in codebook.issue}
    codes = [code for code in codebook.issue if truth[code].sum() >= MIN_POSITIVE]
    groups = _groups(used)
    out = np.full((len(sentences), len(codes)), -9.0)
    for train, test in _folds([groups[s.observation] for s in sentences]):
        vectorizer = _vectorizer()
        x = vectorizer.fit_transform([found[k] for k in train])
        x_test = vectorizer.transform([found[k] for k in test])
        for column, code in enumerate(codes):
            if truth[code][train].sum() >= MIN_POSITIVE:
                model = _one_code(x, truth[code][train])
                out[test, column] = model.decision_function(x_test)
    options, scores = _choose(used, sentences, codes, out, codebook)
    vectorizer = _vectorizer()
    x = vectorizer.fit_transform(found)
    models = [_one_code(x, truth[code]) for code in codes]
    weights = np.stack([m.coef_[0] for m in models], axis=1)
    intercept = np.array([m.intercept_[0] for m in models])
    return _part(codes, vectorizer, weights, intercept), options, scores


def _choose(
    used: Sequence[LabelledObservation],
    sentences: Sequence[LabelledSentence],
    codes: Sequence[str],
    out: Array,
    codebook: Codebook,
) -> tuple[dict[str, float], dict[str, float]]:
    """Choose threshold and wording bonus by F1 at (observation, code) on the folds."""
    truth = np.array([[c in {i.code for i in x.issues} for c in codes] for x in used])
    best = np.full((len(used), len(codes)), -9.0)
    for row, sentence in zip(out, sentences, strict=True):
        best[sentence.observation] = np.maximum(best[sentence.observation], row)
    extractor = IssueExtractor(codebook)
    hits = np.zeros_like(truth)
    for number, label in enumerate(used):
        issues = extractor.extract(Observation(label.fiche_id, label.dimension, label.text))
        said = {issue.code for issue in issues}
        hits[number] = [code in said for code in codes]

    def f1_of(bonus: float, threshold: float) -> float:
        guess = best + bonus * hits > threshold
        tp = int((guess & truth).sum())
        return 2 * tp / max(1, int(guess.sum()) + int(truth.sum()))

    grid = [(f1_of(b, t), -t, b) for b in BONUSES for t in THRESHOLDS]
    score, negative, bonus = max(grid)
    logits = best + bonus * hits
    own = _own_thresholds(logits, truth, -negative, codes)
    above = logits - np.array([own.get(code, -negative) for code in codes])
    guess = above > 0
    tp = int((guess & truth).sum())
    scores = {
        "issue_f1_folds": 2 * tp / max(1, int(guess.sum()) + int(truth.sum())),
        "issue_f1_one_threshold_folds": score,
        "issue_precision_folds": tp / max(1, int(guess.sum())),
        "issue_recall_folds": tp / max(1, int(truth.sum())),
        "issue_f1_words_alone_folds": max(f1_of(0.0, t) for t in THRESHOLDS),
        "issue_f1_wording_alone_folds": f1_of(100.0, 50.0),
    }
    options = {"issue_threshold": float(-negative), "wording_bonus": float(bonus)}
    options |= {f"threshold.{code}": value for code, value in own.items()}
    options |= _confidence(above[guess], truth[guess])
    return options, scores


def _confidence(above: Array, right: Array) -> dict[str, float]:
    """Return the logistic curve from distance above the threshold to the share that is right."""
    if len(set(right)) < 2:
        return {"confidence_slope": 1.0, "confidence_offset": 0.0}
    curve = LogisticRegression(C=100.0).fit(above.reshape(-1, 1), right)
    return {
        "confidence_slope": float(curve.coef_[0, 0]),
        "confidence_offset": float(curve.intercept_[0]),
    }


def _own_thresholds(
    logits: Array, truth: Array, common: float, codes: Sequence[str]
) -> dict[str, float]:
    """Return thresholds of the codes with enough examples, not far from the common one."""
    own = {}
    for column, code in enumerate(codes):
        positive = truth[:, column]
        if positive.sum() < MIN_OWN:
            continue
        steps = common + OWN_STEPS

        def f1_at(threshold: float, column: int = column, positive: Array = positive) -> float:
            guess = logits[:, column] > threshold
            return 2 * int((guess & positive).sum()) / max(1, int(guess.sum() + positive.sum()))

        # Of equal thresholds, the one nearest to the common one.
        own[code] = float(max(steps, key=lambda t: (round(f1_at(t), 3), -abs(t - common))))
    return own


def _fit_status(
    sentences: Sequence[LabelledSentence],
    used: Sequence[LabelledObservation],
    codebook: Codebook,
) -> tuple[Part, dict[str, float]]:
    names = [status.id for status in codebook.statuses]
    items = [(s, code, status) for s in sentences for code, status in s.codes.items()]
    if len({status for *_, status in items}) < 2:
        raise LabelError("issues of at least two statuses are needed")
    engine = ScopeEngine(codebook)
    found = [
        status_features(s.text, s.before, s.after, code, engine.marks(s.text, s.after))
        for s, code, _ in items
    ]
    y = np.array([names.index(status) for *_, status in items])
    groups = _groups(used)
    right = np.zeros(len(items))
    for train, test in _folds([groups[s.observation] for s, *_ in items]):
        if len(set(y[train])) < 2:
            continue
        vectorizer = _vectorizer()
        model = _multinomial(
            vectorizer.fit_transform([found[k] for k in train]), y[train], C_STATUS, balance=True
        )
        right[test] = model.predict(vectorizer.transform([found[k] for k in test])) == y[test]
    vectorizer = _vectorizer()
    model = _multinomial(vectorizer.fit_transform(found), y, C_STATUS, balance=True)
    part = _part(names, vectorizer, *_columns(model, len(names)))
    return part, {"status_accuracy_folds": float(right.mean())}
