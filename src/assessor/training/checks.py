"""Checks on labels: warnings before training, and suspected label errors after it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from assessor.codebook.schema import Codebook
from assessor.labels.tables import LabelledObservation
from assessor.training.fit import RatedOnFolds
from assessor.training.rating import levels_of

FEW_FICHES, FEW_OF_LEVEL, ONE_SIDED = 20, 5, 0.7
SHOWN = 5  # contradictions that are named
SUSPECT_COLUMNS = (
    "fiche_id", "dimension", "annotator", "rating", "p_rating", "suggested", "p_suggested",
)  # fmt: skip


def warnings_of(labels: Sequence[LabelledObservation], codebook: Codebook) -> list[str]:
    """Return warnings about the labels, as sentences for the person who labelled."""
    return [*_few(labels, codebook), *_one_sided(labels), *_contradictions(labels)]


def _few(labels: Sequence[LabelledObservation], codebook: Codebook) -> list[str]:
    found = []
    fiches = {x.fiche_id for x in labels}
    if len(fiches) < FEW_FICHES:
        found.append(f"only {len(fiches)} labelled fiches; from {FEW_FICHES} on they tell more")
    counts = Counter(x.rating for x in labels)
    rare = [f"{x} ({counts[x]})" for x in codebook.level_ids if counts[x] < FEW_OF_LEVEL]
    if rare:
        found.append(f"few labels of: {', '.join(rare)}; such ratings will be rare too")
    dimensions = {x.dimension for x in labels}
    absent = [d.id for d in codebook.dimensions if d.id not in dimensions]
    if absent:
        found.append(f"no label in: {', '.join(absent)}")
    if not any(x.issues for x in labels):
        found.append("no issue is labelled: only ratings are learnt")
    return found


def _one_sided(labels: Sequence[LabelledObservation]) -> list[str]:
    counts = Counter(x.rating for x in labels)
    level, count = counts.most_common(1)[0]
    if count <= ONE_SIDED * len(labels):
        return []
    return [f"{count} of {len(labels)} labels are {level}: too one-sided to tell levels apart"]


def _contradictions(labels: Sequence[LabelledObservation]) -> list[str]:
    by_text: dict[tuple[str, str], list[LabelledObservation]] = defaultdict(list)
    for label in labels:
        if label.text.strip():
            by_text[label.dimension, label.text].append(label)
    found = [
        f"{' and '.join(levels)} ({dimension} of {', '.join(sorted({x.fiche_id for x in same}))})"
        for (dimension, _), same in by_text.items()
        if len(levels := sorted({x.rating for x in same})) > 1
    ]
    if not found:
        return []
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return [f"{len(found)} texts have two levels: {'; '.join(found[:SHOWN])}{more}"]


def suspects(on_folds: RatedOnFolds, codebook: Codebook) -> list[dict[str, Any]]:
    """Return suspected label errors, the surest first, by confident learning.

    A label is suspect where the cross-validated probability of another level is at least the
    mean that this level gets on its own labels, and the level is two levels away or twice as
    probable as the label's.

    References
    ----------
    Northcutt, Jiang and Chuang, Confident Learning (JAIR 2021).
    """
    names = codebook.level_ids
    y, shares = levels_of(on_folds.labels, codebook), on_folds.probabilities
    usual = np.array(
        [shares[y == k, k].mean() if (y == k).any() else np.inf for k in range(len(names))]
    )
    found = []
    for label, own, row in zip(on_folds.labels, y, shares, strict=True):
        others = np.where(row >= usual, row, 0.0)
        others[own] = 0.0
        best = int(others.argmax())
        if others[best] > 0 and (abs(best - own) > 1 or row[best] >= 2 * row[own]):
            found.append({
                "fiche_id": label.fiche_id, "dimension": label.dimension,
                "annotator": label.annotator,
                "rating": label.rating, "p_rating": round(float(row[own]), 3),
                "suggested": names[best], "p_suggested": round(float(row[best]), 3),
            })  # fmt: skip
    return sorted(found, key=lambda r: (r["p_rating"] - r["p_suggested"], r["fiche_id"],
                                        r["dimension"]))  # fmt: skip
