"""Training the issue classifiers: one binary model per code over sentences, and thresholds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from assessor.codebook.schema import Codebook
from assessor.errors import LabelError
from assessor.issues.extract import IssueExtractor
from assessor.labels.tables import LabelledObservation
from assessor.observations import Observation
from assessor.text_model import LinearModel, features
from assessor.training.linear import NEVER, Part, binaries, cross_fitted, groups_of
from assessor.training.prior import each_by_itself, matrix, moved
from assessor.training.sentences import LabelledSentence

C_ISSUES = 30.0
MIN_POSITIVE = 4  # a code with fewer sentences is left to the wording
NEW_CODE = -4.0  # log-odds of a code that the base does not know, before labels
THRESHOLDS = np.arange(-3.2, 0.8, 0.2)
BONUSES = (0.5, 1.0, 2.0, 3.0, 4.0, 5.0)
MIN_OWN = 20  # observations with a code, for a threshold of its own
BETA = 1.25  # recall counts so much more than precision: striking out is easier than missing
OWN_STEPS = np.arange(-0.9, 1.51, 0.3)
Array = NDArray[Any]
Chosen = tuple[dict[str, float], dict[str, float]]  # options, scores


def fit_findings(
    used: Sequence[LabelledObservation], sentences: Sequence[LabelledSentence], codebook: Codebook
) -> tuple[Part, Array]:
    """Fit one model per code; return them and the sentences' cross-validated log-odds.

    Raises
    ------
    LabelError
        If no code has enough sentences.
    """
    counts = Counter(code for s in sentences for code in s.codes)
    codes = [code for code in codebook.issue if counts[code] >= MIN_POSITIVE]
    if not codes:
        raise LabelError(
            f"no issue has {MIN_POSITIVE} labelled sentences; label more, or continue a model "
            "that knows them (--base shipped)"
        )
    truth = np.array([[code in s.codes for code in codes] for s in sentences])
    groups = groups_of(used)
    writers = [groups[s.observation] for s in sentences]
    fit = binaries(truth, C_ISSUES, least=MIN_POSITIVE)
    return cross_fitted(_features(sentences), writers, codes, fit)


def moved_findings(
    base: LinearModel,
    used: Sequence[LabelledObservation],
    sentences: Sequence[LabelledSentence],
    codebook: Codebook,
) -> Part:
    """Adapt a base's models to labels; labelled codes that it does not know are added."""
    labelled = [code for code in codebook.issue if any(code in s.codes for s in sentences)]
    base = _with_codes(base, [code for code in labelled if code not in base.outputs])
    target = np.array([[float(c in s.codes) for c in base.outputs] for s in sentences])
    return moved(base, matrix(base, _features(sentences)), target, each_by_itself)


def _with_codes(base: LinearModel, codes: Sequence[str]) -> LinearModel:
    if not codes:
        return base
    empty = np.zeros((base.weights.shape[0], len(codes)), dtype=base.weights.dtype)
    return replace(
        base,
        outputs=(*base.outputs, *codes),
        weights=np.concatenate([base.weights, empty], axis=1),
        intercept=np.append(base.intercept, [NEW_CODE] * len(codes)),
    )


def _features(sentences: Sequence[LabelledSentence]) -> list[list[str]]:
    return [features(s.text, s.dimension) for s in sentences]


def choose(
    used: Sequence[LabelledObservation],
    sentences: Sequence[LabelledSentence],
    codes: Sequence[str],
    out: Array,
    codebook: Codebook,
) -> Chosen:
    """Choose thresholds and wording bonus by cross-validated F at (observation, code).

    Parameters
    ----------
    out : array, shape (sentences, codes)
        Cross-validated log-odds.
    """
    truth = np.array([[c in {i.code for i in x.issues} for c in codes] for x in used])
    best = np.full((len(used), len(codes)), NEVER)
    np.maximum.at(best, [s.observation for s in sentences], out)
    hits = _wording_hits(used, codes, codebook)

    def guessed(bonus: float, threshold: float) -> Array:
        guess: Array = best + bonus * hits > threshold
        return guess

    tried = [(_f(guessed(b, t), truth, BETA), t, b) for b in BONUSES for t in THRESHOLDS]
    _, threshold, bonus = max(tried, key=lambda x: (x[0], -x[1], x[2]))
    logits = best + bonus * hits
    own = _own_thresholds(logits, truth, threshold, codes)
    above = logits - np.array([own.get(code, threshold) for code in codes])
    guess = above > 0
    right = int((guess & truth).sum())
    scores = {
        "issue_f1_folds": _f(guess, truth),
        "issue_f1_one_threshold_folds": _f(guessed(bonus, threshold), truth),
        "issue_precision_folds": right / max(1, int(guess.sum())),
        "issue_recall_folds": right / max(1, int(truth.sum())),
        "issue_f1_words_alone_folds": max(_f(guessed(0.0, t), truth) for t in THRESHOLDS),
        "issue_f1_wording_alone_folds": _f(hits, truth),
    }
    options = {"issue_threshold": float(threshold), "wording_bonus": float(bonus)}
    options |= {f"threshold.{code}": value for code, value in own.items()}
    return options | _confidence(above[guess], truth[guess]), scores


def _f(guess: Array, truth: Array, beta: float = 1.0) -> float:
    """Return F; recall counts `beta` times as much as precision."""
    weight = beta**2
    both = (1 + weight) * int((guess & truth).sum())
    return both / max(1.0, weight * int(truth.sum()) + int(guess.sum()))


def _wording_hits(
    used: Sequence[LabelledObservation], codes: Sequence[str], codebook: Codebook
) -> Array:
    extractor = IssueExtractor(codebook)
    hits = np.zeros((len(used), len(codes)), dtype=bool)
    for number, label in enumerate(used):
        issues = extractor.extract(Observation(label.fiche_id, label.dimension, label.text))
        reported = {issue.code for issue in issues}
        hits[number] = [code in reported for code in codes]
    return hits


def _confidence(above: Array, right: Array) -> dict[str, float]:
    """Fit confidence as a logistic function of the distance above the threshold (Platt scaling)."""
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
    """Return thresholds for codes with enough examples, within `OWN_STEPS` of the common one."""
    own = {}
    for column, code in enumerate(codes):
        positive, scores = truth[:, column], logits[:, column]
        if positive.sum() < MIN_OWN:
            continue
        by_score = {t: round(_f(scores > t, positive, BETA), 3) for t in common + OWN_STEPS}
        # Of equal thresholds, the one nearest to the common one.
        own[code] = float(max(by_score, key=lambda t: (by_score[t], -abs(t - common))))
    return own
