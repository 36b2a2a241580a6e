"""Agreement between annotators: kappa, Krippendorff's ordinal alpha, F1 of issues."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from itertools import combinations

import numpy as np

from assessor.codebook.schema import Codebook
from assessor.labels.tables import REFEREE, LabelledObservation, Section
from assessor.training.metrics import Score, bootstrap, count_matches, f1, quadratic_kappa

Pair = tuple[LabelledObservation, LabelledObservation]


def doubly_annotated(labels: Sequence[LabelledObservation]) -> list[Pair]:
    """Return every pair of labels of one section by two annotators.

    Adjudicated labels are left out: they were not made independently.
    """
    by_section: dict[Section, list[LabelledObservation]] = defaultdict(list)
    for label in labels:
        if label.annotator != REFEREE:
            by_section[label.section].append(label)
    pairs: list[Pair] = []
    for same in by_section.values():
        pairs.extend(combinations(sorted(same, key=lambda x: x.annotator), 2))
    return pairs


def rating_agreement(pairs: Sequence[Pair], codebook: Codebook) -> dict[str, Score]:
    """Return kappa and alpha over all dimensions, and kappa per dimension.

    Only sections that both annotators assessed; intervals over fiches. Empty without any.
    """
    kappa = partial(_kappa, levels=len(codebook.level_ids))
    alpha = partial(_alpha, levels=len(codebook.level_ids))
    values: dict[str, dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    for one, other in pairs:
        a, b = codebook.level[one.rating].value, codebook.level[other.rating].value
        if a is not None and b is not None:
            values["overall"][one.fiche_id].append((a, b))
            values[one.dimension][one.fiche_id].append((a, b))
    scores = {name: bootstrap(groups, kappa) for name, groups in values.items()}
    if values:
        scores["alpha"] = bootstrap(values["overall"], alpha)
    return scores


def issue_agreement(pairs: Sequence[Pair]) -> dict[str, Score]:
    """Return F1 between annotators at (section, code), without and with status."""
    counts: dict[str, dict[str, list[tuple[int, int, int]]]] = {"code": {}, "status": {}}
    for one, other in pairs:
        codes = [{i.code for i in x.issues} for x in (one, other)]
        statuses = [{(i.code, i.status) for i in x.issues} for x in (one, other)]
        counts["code"].setdefault(one.fiche_id, []).append(count_matches(*codes))
        counts["status"].setdefault(one.fiche_id, []).append(count_matches(*statuses))
    return {name: bootstrap(groups, _total_f1) for name, groups in counts.items()}


def code_agreement(pairs: Sequence[Pair]) -> dict[str, Score]:
    """Return F1 between annotators per code that one of them lists; intervals over fiches."""
    groups: dict[str, dict[str, list[tuple[int, int, int]]]] = defaultdict(dict)
    for one, other in pairs:
        own, others = ({issue.code for issue in x.issues} for x in (one, other))
        for code in own | others:
            counts = count_matches({code} & own, {code} & others)
            groups[code].setdefault(one.fiche_id, []).append(counts)
    return {code: bootstrap(groups[code], _total_f1) for code in sorted(groups)}


def _total_f1(items: Sequence[tuple[int, int, int]]) -> float:
    tp, fp, fn = (sum(column) for column in zip(*items, strict=True))
    return f1((tp, fp, fn))


def _kappa(items: Sequence[tuple[int, int]], levels: int) -> float:
    truth, guess = zip(*items, strict=True)
    return quadratic_kappa(truth, guess, levels)


def _alpha(items: Sequence[tuple[int, int]], levels: int) -> float:
    """Krippendorff's alpha for ordinal data, two annotations each.

    The distance of two levels is the squared count of values between them (Krippendorff,
    Content Analysis, 2004, chapter 11).
    """
    table = np.zeros((levels, levels))
    for a, b in items:
        table[a - 1, b - 1] += 1
        table[b - 1, a - 1] += 1
    totals = table.sum(axis=1)
    n = totals.sum()
    distance = np.zeros((levels, levels))
    for a in range(levels):
        for b in range(levels):
            low, high = min(a, b), max(a, b)
            between = totals[low : high + 1].sum() - (totals[low] + totals[high]) / 2
            distance[a, b] = between**2
    observed = (table * distance).sum()
    expected = (np.outer(totals, totals) * distance).sum() / (n - 1)
    return float(1 - observed / expected) if expected else 0.0
