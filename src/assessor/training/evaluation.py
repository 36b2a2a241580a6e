"""Evaluating a model on labels that it has not seen: metrics as JSON, for scripts and the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from assessor.codebook.schema import Codebook
from assessor.labels.tables import LabelledObservation
from assessor.training.conformal import FAR
from assessor.training.denied import denied_reported
from assessor.training.metrics import Bootstrap, f1, reliability
from assessor.training.outcomes import (
    METRICS,
    Outcomes,
    issue_f1,
    kappa,
    outcomes_of,
    unflagged_and_far,
)
from assessor.training.predictions import System

COVERAGES = tuple(round(0.1 * k, 1) for k in range(1, 11))
MIN_GROUP = 20  # sections that a group needs to be scored by itself
Record = dict[str, Any]
Field = Callable[[LabelledObservation], str]


def evaluate(
    systems: Sequence[System],
    labels: Sequence[LabelledObservation],
    codebook: Codebook,
    fields: Mapping[str, Field] | None = None,
) -> Record:
    """Score systems on labels; all but the summary is about the first one.

    Parameters
    ----------
    systems : sequence of System
        The model first, then what it is compared with.
    fields : mapping, optional
        What to score apart, beside dimension and writer: name → value of a label.

    Returns
    -------
    dict
        JSON-safe; ``systems``, ``groups``, ``codes``, ``statuses``, ``confusion``,
        ``reliability``, ``coverage``, ``review``, ``denied``.
    """
    own = [p for p in systems[0].predictions if p is not None]
    outcomes = outcomes_of(labels, own, codebook)
    by: dict[str, Field] = {"dimension": lambda x: x.dimension, "writer": lambda x: x.writer}
    return {
        "sections": len(labels),
        "fiches": len({x.fiche_id for x in labels}),
        "writers": len({x.writer for x in labels} - {""}),
        "issues": sum(len(x.issues) for x in labels),
        "systems": [system_scores(s, labels, codebook) for s in systems],
        "groups": {
            name: rows
            for name, field in (by | dict(fields or {})).items()
            if (rows := _groups(outcomes, labels, field))
        },
        "codes": _codes(outcomes),
        "statuses": _statuses(outcomes, codebook),
        "confusion": _confusion(outcomes),
        "reliability": _reliability(outcomes),
        "coverage": _coverage(outcomes),
        "review": _review(outcomes, labels),
        "denied": dict(
            zip(("reported", "mentions"), denied_reported(labels, own, codebook), strict=True)
        ),
    }


def system_scores(
    system: System, labels: Sequence[LabelledObservation], codebook: Codebook
) -> Record:
    """Return one system's metrics, with intervals, on the sections that it has a prediction for."""
    pairs = [(x, p) for x, p in zip(labels, system.predictions, strict=True) if p is not None]
    known, predicted = [x for x, _ in pairs], [p for _, p in pairs]
    outcomes = outcomes_of(known, predicted, codebook)
    resample = Bootstrap([x.fiche_id for x in known])
    scores = {name: _scored(outcomes, resample, metric) for name, metric in METRICS.items()}
    defined = {name: score for name, score in scores.items() if not np.isnan(score["value"])}
    return {"id": system.id, "sections": len(known), "scores": defined}


def _scored(outcomes: Outcomes, resample: Bootstrap, metric: Callable[[Outcomes], float]) -> Record:
    score = resample.score(lambda rows: metric(outcomes.pick(rows)))
    return {name: round(getattr(score, name), 4) for name in ("value", "low", "high")}


def _groups(
    outcomes: Outcomes, labels: Sequence[LabelledObservation], field: Field
) -> list[Record]:
    """Score the parts of the labels apart; parts of few sections are left out."""
    values = [field(label) for label in labels]
    rows = []
    for value, count in sorted(Counter(values).items()):
        if not value or count < MIN_GROUP:
            continue
        places = np.flatnonzero(np.array(values) == value)
        part = outcomes.pick(places)
        resample = Bootstrap([labels[int(k)].fiche_id for k in places])
        rows.append(
            {
                "value": value,
                "sections": count,
                "kappa": _scored(part, resample, kappa),
                "issue_f1": _scored(part, resample, issue_f1),
            }
        )
    return rows if len(rows) > 1 else []


def _codes(x: Outcomes) -> list[Record]:
    rows = []
    for column, code in enumerate(x.codes):
        listed, found = int(x.true_codes[:, column].sum()), int(x.predicted_codes[:, column].sum())
        both = int((x.true_codes[:, column] & x.predicted_codes[:, column]).sum())
        if listed or found:
            rows.append(
                {
                    "code": code, "listed": listed, "found": found,
                    "precision": round(both / found, 4) if found else None,
                    "recall": round(both / listed, 4) if listed else None,
                    "f1": round(f1((both, found - both, listed - both)), 4),
                }
            )  # fmt: skip
    return rows


def _statuses(x: Outcomes, codebook: Codebook) -> list[Record]:
    rows = []
    for place, status in enumerate(codebook.status):
        tp, fp, fn = (int(n) for n in x.status_counts[:, place].sum(axis=0))
        rows.append(
            {
                "status": status, "listed": tp + fn, "found": tp + fp,
                "precision": round(tp / (tp + fp), 4) if tp + fp else None,
                "recall": round(tp / (tp + fn), 4) if tp + fn else None,
                "f1": round(f1((tp, fp, fn)), 4),
            }
        )  # fmt: skip
    return rows


def _confusion(x: Outcomes) -> list[list[int]]:
    """Return counts by true level (rows) and predicted level (columns), not assessed last."""
    table = np.zeros((x.levels + 1, x.levels + 1), dtype=int)
    np.add.at(table, ((x.truth - 1) % (x.levels + 1), (x.predicted - 1) % (x.levels + 1)), 1)
    rows: list[list[int]] = table.tolist()
    return rows


def _reliability(x: Outcomes) -> list[Record]:
    rows = x.rated_by_both[~np.isnan(x.confidence[x.rated_by_both])]
    bins = reliability(x.confidence[rows], x.truth[rows] == x.predicted[rows]) if len(rows) else []
    return [{name: round(value, 4) for name, value in one.items()} for one in bins]


def _coverage(x: Outcomes) -> list[Record]:
    """Return metrics by coverage (selective prediction): the most doubtful ratings dropped."""
    rows = x.rated_by_both[~np.isnan(x.doubts[x.rated_by_both])]
    if not len(rows):
        return []
    order = rows[np.argsort(x.doubts[rows], kind="stable")]
    points = []
    for share in COVERAGES:
        kept = x.pick(order[: max(1, round(share * len(order)))])
        off = np.abs(kept.truth - kept.predicted)
        points.append(
            {
                "coverage": share,
                "kappa": round(kappa(kept), 4),
                "exact": round(float(np.mean(off == 0)), 4),
                "far": round(float(np.mean(off >= FAR)), 4),
            }
        )
    return points


def _review(x: Outcomes, labels: Sequence[LabelledObservation]) -> Record:
    """Return what the review flag lets through: the mean over writers is what it guarantees."""
    rows = x.rated_by_both
    owners = np.array([label.writer or label.fiche_id for label in labels])[rows]
    flagged = x.flagged[rows]
    risks = [unflagged_and_far(x.pick(rows[owners == owner])) for owner in sorted(set(owners))]
    return {
        "flagged": round(float(np.mean(flagged)), 4) if len(flagged) else None,
        "writers": len(risks),
        "unflagged_and_far": round(float(np.mean(risks)), 4) if risks else None,
        "kappa_unflagged": round(kappa(x.pick(rows[~flagged])), 4) if len(flagged) else None,
    }
