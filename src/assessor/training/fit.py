"""Training a model on labels, from scratch or from a base.

All choices are made by cross-validation, grouped by writer (by fiche where writers are unknown).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from assessor.codebook.schema import Codebook
from assessor.errors import LabelError, ModelError
from assessor.labels.tables import LabelledObservation
from assessor.ratings.combination import WORDS, Combination, combination_of
from assessor.ratings.not_assessed import PART, THRESHOLD
from assessor.reader.reader import Reader
from assessor.text_model import TextModel
from assessor.training.conformal import Limit
from assessor.training.findings import choose, fit_findings, moved_findings
from assessor.training.joining import Joined, LinearScores, join, rejoin
from assessor.training.linear import THREADS, Part, Progress, classes, cross_fitted, groups_of
from assessor.training.not_assessed import fit_not_assessed, move_not_assessed, threshold
from assessor.training.rating import (
    C_WORDS,
    combine,
    features_of,
    levels_of,
    moved_combination,
    moved_word_scores,
    rating_scores,
    with_review,
)
from assessor.training.sentences import labelled_sentences
from assessor.training.statuses import fit_statuses, moved_statuses

MIN_LABELS, MIN_LABELS_WITH_BASE = 40, 10
STEPS = ("ratings", "issues", "statuses", "limits")
Array = NDArray[Any]


@dataclass(frozen=True)
class RatedOnFolds:
    """Cross-validated predictions for the labels.

    Parameters
    ----------
    probabilities : array, shape (labels, levels)
    """

    labels: tuple[LabelledObservation, ...]
    probabilities: Array


@dataclass
class Fitted:
    """The result of training: models, their combination and cross-validated scores.

    Parameters
    ----------
    base : str
        Name of the base model; empty when trained from scratch.
    joined : Joined, optional
        How the reader is combined with the words, where there is one.
    """

    parts: dict[str, Part]
    combination: Combination
    options: dict[str, float]
    limit: Limit
    on_folds: RatedOnFolds
    scores: dict[str, float] = field(default_factory=dict)
    base: str = ""
    dimensions: frozenset[str] = frozenset()
    joined: Joined | None = None


def fit(
    labels: Sequence[LabelledObservation],
    codebook: Codebook,
    progress: Progress = lambda step: None,
    reader: Reader | None = None,
) -> Fitted:
    """Train a model on labelled observations, from scratch.

    Parameters
    ----------
    progress : callable
        Called with each of `STEPS` as it begins.
    reader : Reader, optional
        Combined with the words, on labels of writers that it was not trained on.

    Raises
    ------
    LabelError
        If there are too few labels, or fewer than two levels, statuses or writers.
    """
    with threadpool_limits(THREADS):
        return _fit(labels, codebook, progress, reader)


def _fit(
    labels: Sequence[LabelledObservation],
    codebook: Codebook,
    progress: Progress,
    reader: Reader | None,
) -> Fitted:
    used = [label for label in labels if label.text.strip()]
    rated = _rated(used, codebook, MIN_LABELS)
    if len({x.rating for x in rated}) < 2:
        raise LabelError("all labels are of one level; two are needed at least")
    progress("ratings")
    names = codebook.level_ids
    y = levels_of(rated, codebook)
    by_level = classes(y, len(names), C_WORDS)
    words, on_folds = cross_fitted(features_of(rated), groups_of(rated), names, by_level)
    progress("issues")
    sentences = labelled_sentences(used)
    findings, found = fit_findings(used, sentences, codebook)
    options, finding_scores = choose(used, sentences, findings.outputs, found, codebook)
    progress("statuses")
    statuses, told, true_statuses = fit_statuses(used, sentences, codebook)
    parts = {"rating": words, "issues": findings, "status": statuses}
    progress("limits")
    not_assessed = fit_not_assessed(used, codebook)
    if not_assessed is not None:
        parts[PART] = not_assessed[0]
        options[THRESHOLD] = threshold(not_assessed[1], used, codebook)
    fitted = _rated_by({WORDS: on_folds}, rated, codebook, parts, options)
    right = float(np.mean(told.argmax(axis=1) == true_statuses))
    fitted.scores |= finding_scores | {"status_accuracy_folds": right}
    fitted.dimensions = frozenset(x.dimension for x in used)
    if reader is not None:
        by_words = LinearScores(
            on_folds, findings.outputs, found, told, true_statuses, options,
            not_assessed[1] if not_assessed else None,
        )  # fmt: skip
        fitted.joined = join(reader, used, sentences, by_words, codebook)
    return fitted


def continue_from(
    base: TextModel,
    labels: Sequence[LabelledObservation],
    codebook: Codebook,
    progress: Progress = lambda step: None,
    reader: Reader | None = None,
) -> Fitted:
    """Adapt a base model to labels without forgetting (`training.prior`).

    Its vocabulary stays; without labelled issues its issue and status models stay too.

    Raises
    ------
    LabelError
        If there are too few labels, or of one writer or fiche only.
    ModelError
        If the base rates by other levels than the codebook's.
    """
    check_base(base, codebook)
    with threadpool_limits(THREADS):
        return _continue(base, labels, codebook, progress, reader)


def check_base(base: TextModel, codebook: Codebook) -> None:
    """Raise if a base model does not fit a codebook.

    Raises
    ------
    ModelError
        If it rates by other levels.
    """
    names = codebook.level_ids
    if base.parts["rating"].outputs != names:
        raise ModelError(
            f"{base.name}: rates by {', '.join(base.parts['rating'].outputs)}, the codebook by "
            f"{', '.join(names)}; train from nothing (--base none)"
        )


def _continue(
    base: TextModel,
    labels: Sequence[LabelledObservation],
    codebook: Codebook,
    progress: Progress,
    reader: Reader | None,
) -> Fitted:
    names = tuple(base.parts["rating"].outputs)
    used = [label for label in labels if label.text.strip()]
    rated = _rated(used, codebook, MIN_LABELS_WITH_BASE)
    progress("ratings")
    words, on_folds = moved_word_scores(base.parts["rating"], rated, codebook)
    parts = {name: Part.of(model) for name, model in base.parts.items()} | {"rating": words}
    if any(label.issues for label in used):
        progress("issues")
        sentences = labelled_sentences(used)
        parts["issues"] = moved_findings(base.parts["issues"], used, sentences, codebook)
        progress("statuses")
        parts["status"] = moved_statuses(base.parts["status"], used, sentences, codebook)
    progress("limits")
    if PART in base.parts:
        parts[PART] = move_not_assessed(base.parts[PART], used, codebook)
    held = combination_of(base.about, len(names))
    fitted = _rated_by({WORDS: on_folds}, rated, codebook, parts, dict(base.about["options"]), held)
    fitted.base = base.name
    fitted.dimensions = frozenset({*base.about["dimensions"], *(x.dimension for x in used)})
    if reader is not None and base.reader_digest in {reader.sha256, reader.base}:
        fitted.joined = rejoin(reader, base, used, on_folds, codebook)
    return fitted


def _rated(
    used: Sequence[LabelledObservation], codebook: Codebook, least: int
) -> list[LabelledObservation]:
    rated = [x for x in used if codebook.level[x.rating].value is not None]
    if len(rated) < least:
        raise LabelError(f"{len(rated)} rated sections with text; at least {least} are needed")
    return rated


def _rated_by(
    scores: Mapping[str, Array],
    rated: Sequence[LabelledObservation],
    codebook: Codebook,
    parts: dict[str, Part],
    options: dict[str, float],
    base: Combination | None = None,
) -> Fitted:
    """Combine the sources' scores on folds and set the review limit."""
    y = levels_of(rated, codebook)
    groups = groups_of(rated)
    combination = moved_combination(base, scores, y, groups) if base else combine(scores, y)
    combination, limit = with_review(combination, scores, y, groups)
    on_folds = RatedOnFolds(tuple(rated), combination.probabilities(scores))
    figures = rating_scores(combination, scores, y)
    return Fitted(parts, combination, options, limit, on_folds, figures)
