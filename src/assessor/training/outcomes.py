"""Labels and predictions side by side, as arrays, and the metrics over them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assessor.codebook.schema import Codebook
from assessor.labels.tables import IssueLabel, LabelledObservation
from assessor.ratings.combination import doubt
from assessor.training.conformal import FAR
from assessor.training.metrics import (
    calibration_error,
    count_matches,
    f1,
    quadratic_kappa,
    within_one,
)
from assessor.training.predictions import Prediction

Array = NDArray[Any]


@dataclass(frozen=True)
class Outcomes:
    """One row per section.

    Parameters
    ----------
    truth, predicted : array of int, shape (sections,)
        Level, 1 = lowest risk; 0 = not assessed.
    confidence : array, shape (sections,)
        NaN where there is none.
    doubts : array, shape (sections,)
        Variance of the level; NaN where there are no probabilities.
    flagged : array of bool, shape (sections,)
    codes : tuple of str
        Columns of `true_codes` and `predicted_codes`.
    true_codes, predicted_codes : array of bool, shape (sections, codes)
        Which issues the label and the system report.
    status_counts : array of int, shape (sections, statuses, 3)
        True positives, false positives and false negatives at (code, status).
    matches : array of float, shape (sections, 3)
        Matched codes, those with the right status, and the sum of their evidence's overlaps.
    """

    levels: int
    truth: Array
    predicted: Array
    confidence: Array
    doubts: Array
    flagged: Array
    codes: tuple[str, ...]
    true_codes: Array
    predicted_codes: Array
    status_counts: Array
    matches: Array

    def pick(self, rows: Array) -> Outcomes:
        """Return some rows."""
        arrays = [field.name for field in fields(self) if field.name not in {"levels", "codes"}]
        return replace(self, **{name: getattr(self, name)[rows] for name in arrays})

    @property
    def rated_by_both(self) -> Array:
        """Places of the sections that both sides rate."""
        places: Array = np.flatnonzero((self.truth > 0) & (self.predicted > 0))
        return places


def outcomes_of(
    labels: Sequence[LabelledObservation], predictions: Sequence[Prediction], codebook: Codebook
) -> Outcomes:
    """Lay labels and predictions side by side."""
    codes, statuses = tuple(codebook.issue), list(codebook.status)
    pairs = list(zip(labels, predictions, strict=True))
    return Outcomes(
        levels=len(codebook.level_ids),
        truth=np.array([codebook.level[x.rating].value or 0 for x, _ in pairs]),
        predicted=np.array([codebook.level[p.level].value or 0 for _, p in pairs]),
        confidence=np.array([np.nan if p.confidence is None else p.confidence for _, p in pairs]),
        doubts=np.array(
            [float(doubt(np.array(p.probabilities))) if p.probabilities else np.nan
             for _, p in pairs]
        ),
        flagged=np.array([bool(p.review) for _, p in pairs]),
        codes=codes,
        true_codes=np.array([[c in {i.code for i in x.issues} for c in codes] for x, _ in pairs]),
        predicted_codes=np.array(
            [[c in {i.code for i in p.issues} for c in codes] for _, p in pairs]
        ),
        status_counts=np.array([_status_counts(x.issues, p.issues, statuses) for x, p in pairs]),
        matches=np.array([_matches(x, p.issues) for x, p in pairs]),
    )  # fmt: skip


def _status_counts(
    truth: Sequence[IssueLabel], predicted: Sequence[IssueLabel], statuses: Sequence[str]
) -> list[tuple[int, int, int]]:
    rows = []
    for status in statuses:
        own, other = (
            {i.code for i in issues if i.status == status} for issues in (truth, predicted)
        )
        rows.append(count_matches(own, other))
    return rows


def _matches(label: LabelledObservation, predicted: Sequence[IssueLabel]) -> tuple[float, ...]:
    count = right = overlap = 0.0
    for code in {i.code for i in label.issues} & {i.code for i in predicted}:
        own = [i for i in label.issues if i.code == code]
        other = [i for i in predicted if i.code == code]
        count += 1
        right += bool({i.status for i in own} & {i.status for i in other})
        overlap += max(_overlap(label.text, a, b) for a in own for b in other)
    return count, right, overlap


def _overlap(text: str, one: IssueLabel, other: IssueLabel) -> float:
    """Return 2 |common| / (|one| + |other|) over the characters of two quotations."""
    spans = []
    for issue in (one, other):
        start = issue.start if issue.start is not None else text.find(issue.evidence)
        spans.append((start, start + len(issue.evidence)))
    (a, b), (c, d) = spans
    total = (b - a) + (d - c)
    return 2 * max(0, min(b, d) - max(a, c)) / total if total and a >= 0 and c >= 0 else 0.0


def _counts(truth: Array, predicted: Array) -> tuple[int, int, int]:
    """Return true positives, false positives and false negatives."""
    tp = int((truth & predicted).sum())
    return tp, int(predicted.sum()) - tp, int(truth.sum()) - tp


def _code_counts(x: Outcomes) -> tuple[int, int, int]:
    return _counts(x.true_codes, x.predicted_codes)


def _rated(x: Outcomes) -> tuple[Array, Array]:
    """Return the true and the predicted levels of the sections that both sides rate."""
    rows = x.rated_by_both
    return x.truth[rows], x.predicted[rows]


def kappa(x: Outcomes) -> float:
    """Return quadratic weighted kappa on sections that both sides rate."""
    return quadratic_kappa(*_rated(x), x.levels)


def macro_f1(x: Outcomes) -> float:
    """Return the mean F1 of the levels that occur, `not_assessed` among them."""
    present = np.unique(np.concatenate([x.truth, x.predicted]))
    return float(np.mean([_level_f1(x, level) for level in present])) if len(present) else 0.0


def _level_f1(x: Outcomes, level: int) -> float:
    return f1(_counts(x.truth == level, x.predicted == level))


def exact(x: Outcomes) -> float:
    """Return the share of sections with the same level, on those that both sides rate."""
    return _mean(np.equal(*_rated(x)))


def near(x: Outcomes) -> float:
    """Return the share at most one level off, on sections that both sides rate."""
    truth, predicted = _rated(x)
    return within_one(truth, predicted) if len(truth) else 0.0


def mean_error(x: Outcomes) -> float:
    """Return how many levels ratings are off in the mean."""
    return _mean(np.abs(np.subtract(*_rated(x))))


def calibration(x: Outcomes) -> float:
    """Return the expected calibration error of the ratings' confidence."""
    rows = x.rated_by_both[~np.isnan(x.confidence[x.rated_by_both])]
    if not len(rows):
        return float("nan")
    return calibration_error(x.confidence[rows], x.truth[rows] == x.predicted[rows])


def issue_precision(x: Outcomes) -> float:
    """Return the share of predicted issues that the labels list."""
    tp, fp, _ = _code_counts(x)
    return tp / (tp + fp) if tp else 0.0


def issue_recall(x: Outcomes) -> float:
    """Return the share of the labels' issues that are predicted."""
    tp, _, fn = _code_counts(x)
    return tp / (tp + fn) if tp else 0.0


def issue_f1(x: Outcomes) -> float:
    """Return F1 at (section, code)."""
    return f1(_code_counts(x))


def issue_macro_f1(x: Outcomes) -> float:
    """Return the mean F1 of the codes that the labels list."""
    scores = [code_f1(x, int(k)) for k in np.flatnonzero(x.true_codes.any(axis=0))]
    return float(np.mean(scores)) if scores else 0.0


def code_f1(x: Outcomes, column: int) -> float:
    """Return one code's F1."""
    return f1(_counts(x.true_codes[:, column], x.predicted_codes[:, column]))


def issue_mcc(x: Outcomes) -> float:
    """Return Matthews' correlation over all cells (section, code)."""
    tp, fp, fn = (float(n) for n in _code_counts(x))
    tn = x.true_codes.size - tp - fp - fn
    under = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return float((tp * tn - fp * fn) / np.sqrt(under)) if under else 0.0


def issue_status_f1(x: Outcomes) -> float:
    """Return F1 at (section, code, status)."""
    tp, fp, fn = (int(n) for n in x.status_counts.sum(axis=(0, 1)))
    return f1((tp, fp, fn))


def status_accuracy(x: Outcomes) -> float:
    """Return the share of matched codes whose status is right."""
    return _ratio(x.matches[:, 1].sum(), x.matches[:, 0].sum())


def evidence_overlap(x: Outcomes) -> float:
    """Return the mean overlap of evidence on matched codes."""
    return _ratio(x.matches[:, 2].sum(), x.matches[:, 0].sum())


def unflagged_and_far(x: Outcomes) -> float:
    """Return the share of ratings that are unflagged and two levels off or more."""
    far = np.abs(np.subtract(*_rated(x))) >= FAR
    return _mean(far & ~x.flagged[x.rated_by_both])


def _mean(values: Array) -> float:
    return float(np.mean(values)) if len(values) else 0.0


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else 0.0


def not_assessed_f1(x: Outcomes) -> float:
    """Return F1 of the sections that hold nothing to judge."""
    return _level_f1(x, 0)


METRICS: dict[str, Callable[[Outcomes], float]] = {
    "kappa": kappa,
    "macro_f1": macro_f1,
    "exact": exact,
    "within_one": near,
    "mean_error": mean_error,
    "not_assessed_f1": not_assessed_f1,
    "calibration_error": calibration,
    "issue_f1": issue_f1,
    "issue_precision": issue_precision,
    "issue_recall": issue_recall,
    "issue_macro_f1": issue_macro_f1,
    "issue_mcc": issue_mcc,
    "issue_status_f1": issue_status_f1,
    "status_accuracy": status_accuracy,
    "evidence_overlap": evidence_overlap,
}
