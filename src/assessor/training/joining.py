"""Combining the linear models with the encoder, on writers held out from both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression

from assessor.codebook.schema import Codebook
from assessor.labels.tables import LabelledObservation
from assessor.language import sentences_of
from assessor.ratings.combination import READER, WORDS, Combination, combination_of
from assessor.ratings.not_assessed import THRESHOLD
from assessor.reader.reader import Reader
from assessor.reader.reading import Reading
from assessor.text_model import TextModel
from assessor.training.conformal import Limit, limit_of
from assessor.training.findings import Chosen, choose
from assessor.training.not_assessed import join_not_assessed
from assessor.training.rating import (
    combine,
    levels_of,
    moved_combination,
    rating_scores,
    with_review,
)
from assessor.training.sentences import LabelledSentence

C_JOIN = 10.0
MIN_JOIN = 40  # sections that the reader did not see, to weigh it by
STATUS_WEIGHTS = np.arange(0.0, 2.01, 0.1)
Array = NDArray[Any]


@dataclass(frozen=True)
class LinearScores:
    """Cross-validated outputs of the linear models, on folds by writer.

    Parameters
    ----------
    levels : array, shape (rated labels, levels)
    codes : tuple of str
    issues : array, shape (sentences, codes)
    statuses : array, shape (issues, statuses)
        Issue after issue, sentence after sentence.
    true_statuses : array, shape (issues,)
    options : dict
        Chosen for the linear models alone.
    not_assessed : array, shape (labels,), optional
        Scores that a text holds nothing to judge.
    """

    levels: Array
    codes: tuple[str, ...]
    issues: Array
    statuses: Array
    true_statuses: Array
    options: dict[str, float]
    not_assessed: Array | None = None


@dataclass(frozen=True)
class Joined:
    """How the linear models and a reader (encoder) are combined, and how well the two do."""

    reader: str
    sha256: str
    options: dict[str, float]
    combination: Combination
    limit: Limit
    scores: dict[str, float]


@dataclass(frozen=True)
class Read:
    """The encoder's output for the labels whose writers it was not trained on.

    Parameters
    ----------
    readings : tuple of Reading
    rows : array of int
        Place of each reading's label among the labels.
    levels : tuple of str
        Names of the levels that the reader knows, lowest risk first.
    """

    readings: tuple[Reading, ...]
    rows: NDArray[np.int64]
    levels: tuple[str, ...]

    def of(self, labels: Sequence[LabelledObservation]) -> list[LabelledObservation]:
        """Return the labels that are read."""
        return [labels[k] for k in self.rows]

    def rated(self, labels: Sequence[LabelledObservation], codebook: Codebook) -> list[int]:
        """Return the places of the readings whose labels name a level."""
        ratings = [codebook.level[label.rating] for label in self.of(labels)]
        return [k for k, rating in enumerate(ratings) if rating.value is not None]


def read_labels_with(
    reader: Reader, labels: Sequence[LabelledObservation], codebook: Codebook
) -> Read:
    """Run the encoder on the labelled sections of writers that it was not trained on."""
    rows = [
        k
        for k, x in enumerate(labels)
        if x.text.strip() and not reader.learnt_from(x.writer, x.fiche_id)
    ]
    readings = []
    for k in rows:
        spans = [sentence.span for sentence in sentences_of(labels[k].text)]
        heading = codebook.dimension[labels[k].dimension].es
        readings.append(reader.read(labels[k].text, heading, spans))
    return Read(tuple(readings), np.array(rows, dtype=np.int64), reader.levels)


def join(
    reader: Reader,
    used: Sequence[LabelledObservation],
    sentences: Sequence[LabelledSentence],
    words: LinearScores,
    codebook: Codebook,
) -> Joined | None:
    """Choose how words and reader weigh; None with too few labels that the reader did not see.

    Where they hold no issue, issues or statuses go on by the words alone.
    """
    read = read_labels_with(reader, used, codebook)
    if len(read.rated(used, codebook)) < MIN_JOIN:
        return None
    combination, limit, scores = join_levels(read, used, words.levels, codebook)
    place = {int(row): k for k, row in enumerate(read.rows)}
    kept = [k for k, s in enumerate(sentences) if s.observation in place]
    own = [replace(sentences[k], observation=place[sentences[k].observation]) for k in kept]
    options, found = _join_issues(read, used, own, words, kept, codebook)
    issue_of = [k for k, s in enumerate(sentences) for _ in s.codes]
    chosen = np.isin(issue_of, kept)
    weights, right = join_statuses(
        words.statuses[chosen],
        status_rows(read, own, [status.id for status in codebook.statuses]),
        words.true_statuses[chosen],
    )
    if words.not_assessed is not None:
        nothing = np.array([reading.nothing for reading in read.readings])
        by_words = words.not_assessed[read.rows]
        weights |= join_not_assessed(by_words, nothing, read.of(used), codebook)
    scores |= found | right | {"sections": float(len(read.rows))}
    return Joined(reader.name, reader.sha256, {**options, **weights}, combination, limit, scores)


def rejoin(
    reader: Reader,
    base: TextModel,
    used: Sequence[LabelledObservation],
    by_words: Array,
    codebook: Codebook,
) -> Joined:
    """Move how a base joins levels; how it joins issues and statuses stays as it was.

    The reader is the base's, or one that continues it.
    """
    held = base.joined_with(reader.base if base.reader_digest == reader.base else reader.sha256)
    strange = [code for code in codebook.issue if code not in reader.codes]
    kept: dict[str, float] = held.about["options"]
    options = {**_alone(base.about["options"], kept, strange), **kept}
    combination = combination_of(held.about, by_words.shape[1])
    limit = limit_of(held.about)
    scores: dict[str, float] = {}
    read = read_labels_with(reader, used, codebook)
    if read.rated(used, codebook):
        combination, limit, scores = join_levels(read, used, by_words, codebook, combination)
    return Joined(reader.name, reader.sha256, options, combination, limit, scores)


def join_levels(
    read: Read,
    used: Sequence[LabelledObservation],
    by_words: Array,
    codebook: Codebook,
    base: Combination | None = None,
) -> tuple[Combination, Limit, dict[str, float]]:
    """Fit how the levels' scores join, and the review limit: over fiches that neither saw.

    A reader that knows other levels than the codebook's is left out.
    """
    rated = [k for k, x in enumerate(used) if codebook.level[x.rating].value is not None]
    row_of = {k: row for row, k in enumerate(rated)}
    kept = read.rated(used, codebook)
    labels = [used[read.rows[k]] for k in kept]
    scores = {WORDS: by_words[[row_of[int(read.rows[k])] for k in kept]]}
    if read.levels == tuple(level.id for level in codebook.assessed_levels):
        scores[READER] = np.stack([read.readings[k].levels for k in kept]).astype(float)
    y = levels_of(labels, codebook)
    fiches = [x.fiche_id for x in labels]
    combination = moved_combination(base, scores, y, fiches) if base else combine(scores, y)
    combination, limit = with_review(combination, scores, y, fiches)
    return combination, limit, rating_scores(combination, scores, y)


def _join_issues(
    read: Read,
    used: Sequence[LabelledObservation],
    sentences: Sequence[LabelledSentence],
    words: LinearScores,
    rows: Sequence[int],
    codebook: Codebook,
) -> Chosen:
    """Weigh the log-odds of both; a code that the reader does not know keeps its own rule."""
    shared = [code for code in words.codes if code in read.readings[0].codes]
    columns = [words.codes.index(code) for code in shared]
    by_words = words.issues[np.ix_(rows, columns)]
    truth = np.array([[code in s.codes for code in shared] for s in sentences])
    if not truth.any() or truth.all():
        return words.options, {}
    joined, weights = weigh_issues(by_words, issue_rows(read, shared), truth)
    options, scores = choose(read.of(used), sentences, shared, joined, codebook)
    strange = [code for code in words.codes if code not in shared]
    alone = _alone(words.options, options, strange)
    limit = {name: v for name, v in words.options.items() if name == THRESHOLD}
    return {**limit, **options, **alone, **weights}, scores


def _alone(
    words: Mapping[str, float], joined: Mapping[str, float], codes: Iterable[str]
) -> dict[str, float]:
    """Return options by which codes go on as without a reader.

    The joined finder has one bonus for wording; the words' log-odds and thresholds are scaled
    to it, so that the same sentences pass.
    """
    scale = joined["wording_bonus"] / words["wording_bonus"]
    common = words["issue_threshold"]
    own = {f"threshold.{code}": words.get(f"threshold.{code}", common) for code in codes}
    return {"issue_alone": scale, **{name: scale * value for name, value in own.items()}}


def weigh_issues(
    words: Array, read: Array, truth: NDArray[np.bool_]
) -> tuple[Array, dict[str, float]]:
    """Fit log-odds of issues from those by words and those by the reader.

    Parameters
    ----------
    words, read, truth : array, shape (sentences, codes)

    Returns
    -------
    joined : array, shape (sentences, codes)
    options : dict
        The weights.
    """
    x = np.stack([words.ravel(), read.ravel()], axis=1)
    model = LogisticRegression(C=C_JOIN).fit(x, truth.ravel())
    options = {
        "issue_words": float(model.coef_[0, 0]),
        "issue_reader": float(model.coef_[0, 1]),
        "issue_offset": float(model.intercept_[0]),
    }
    return model.decision_function(x).reshape(words.shape), options


def join_statuses(words: Array, read: Array, y: Array) -> Chosen:
    """Choose how much words and reader weigh in a status; nothing without issues.

    Parameters
    ----------
    words, read : array, shape (issues, statuses)
    y : array
        Places of the true statuses.
    """
    if not len(y):
        return {}, {}

    def loss(weights: tuple[float, float]) -> float:
        shares = log_softmax(weights[0] * words + weights[1] * read, axis=1)
        return float(-shares[np.arange(len(y)), y].mean())

    pairs = [(float(a), float(b)) for a in STATUS_WEIGHTS for b in STATUS_WEIGHTS]
    best = min(pairs, key=lambda pair: (round(loss(pair), 5), pair))
    right = (best[0] * words + best[1] * read).argmax(axis=1) == y
    weights = {"status_words": best[0], "status_reader": best[1]}
    return weights, {"status_accuracy_folds": float(right.mean())}


def issue_rows(read: Read, codes: Sequence[str]) -> Array:
    """Return the reader's log-odds, sentence after sentence, shape (sentences, codes)."""
    columns = [read.readings[0].codes.index(code) for code in codes]
    return np.concatenate([r.findings.issues[:, columns] for r in read.readings])


def status_rows(
    read: Read, sentences: Sequence[LabelledSentence], statuses: Sequence[str]
) -> Array:
    """Return the reader's log-odds of each labelled issue's statuses, in the sentences' order.

    Parameters
    ----------
    sentences : sequence
        Those of the labels that are read, in order.
    """
    found: list[Array] = []
    first = _first_places(sentences)
    for place, sentence in enumerate(sentences):
        reading = read.readings[sentence.observation]
        number = place - first[sentence.observation]
        found += [reading.status(number, code, statuses) for code in sentence.codes]
    return np.array(found).reshape(-1, len(statuses))


def _first_places(sentences: Sequence[LabelledSentence]) -> dict[int, int]:
    first: dict[int, int] = {}
    for place, sentence in enumerate(sentences):
        first.setdefault(sentence.observation, place)
    return first
