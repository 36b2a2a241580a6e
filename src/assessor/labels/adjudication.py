"""Disagreements between annotators, and the workbook in which they are adjudicated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from assessor.labels.sheets import Sheet, shown
from assessor.labels.tables import UNSETTLED, LabelledObservation, Section
from assessor.labels.vocabulary import Vocabulary

SIDE_BY_SIDE = (
    "fiche_id", "dimension", "what", "annotator_1", "says_1", "annotator_2", "says_2",
    "evidence_1", "evidence_2", "text",
)  # fmt: skip
Pair = tuple[LabelledObservation, LabelledObservation]
Readings = Mapping[Section, Sequence[LabelledObservation]]


def disagreements(pairs: Sequence[Pair]) -> list[dict[str, str]]:
    """Return a row for every rating and code on which two annotators disagree."""
    rows = []
    for one, other in pairs:
        head = {"fiche_id": one.fiche_id, "dimension": one.dimension, "text": one.text,
                "annotator_1": one.annotator, "annotator_2": other.annotator}  # fmt: skip
        if one.rating != other.rating:
            rows.append(head | {"what": "rating", "says_1": one.rating, "says_2": other.rating})
        said = _statuses(one), _statuses(other)
        for code in sorted({*said[0], *said[1]}):
            first, second = said[0].get(code, {}), said[1].get(code, {})
            if set(first) != set(second):
                rows.append(head | {
                    "what": code, "says_1": ", ".join(sorted(first)),
                    "says_2": ", ".join(sorted(second)), "evidence_1": " … ".join(first.values()),
                    "evidence_2": " … ".join(second.values()),
                })  # fmt: skip
    return rows


def adjudication_sheets(
    labels: Sequence[LabelledObservation], names: Vocabulary, referee: str
) -> tuple[Sheet, Sheet]:
    """Lay out the sections that several people labelled, with what all agree on filled in.

    A rating on which they disagree is left empty; an issue that not all list has «?» under
    `keep`. Neither counts until it is adjudicated.
    """
    readings: dict[Section, list[LabelledObservation]] = defaultdict(list)
    for label in sorted(labels, key=lambda x: x.key):
        readings[label.section].append(label)
    several = {section: same for section, same in readings.items() if len(same) > 1}
    ratings = [_rating(same, referee, names) for same in several.values()]
    issues = [row for same in several.values() for row in _issues(same, referee)]
    return (
        Sheet("ratings", ("fiche_id", "dimension", "text", "readings", "rating", "annotator"),
              [shown(r, names) for r in ratings]),
        Sheet("issues", ("fiche_id", "dimension", "text", "code", "status", "evidence", "readings",
                         "keep", "annotator", "start"),
              [shown(r, names) for r in issues]),
    )  # fmt: skip


def _statuses(label: LabelledObservation) -> dict[str, dict[str, str]]:
    """Return code → status → evidence."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for issue in label.issues:
        found[issue.code].setdefault(issue.status, issue.evidence)
    return found


def _head(same: Sequence[LabelledObservation], referee: str) -> dict[str, str]:
    first = same[0]
    return {"fiche_id": first.fiche_id, "dimension": first.dimension, "text": first.text,
            "annotator": referee}  # fmt: skip


def _rating(same: Sequence[LabelledObservation], referee: str, names: Vocabulary) -> dict[str, str]:
    levels = {x.rating for x in same}
    said = "; ".join(f"{x.annotator}: {names.shown('rating', x.rating)}" for x in same)
    agreed = same[0].rating if len(levels) == 1 else ""
    return _head(same, referee) | {"readings": said, "rating": agreed}


def _issues(same: Sequence[LabelledObservation], referee: str) -> list[dict[str, str]]:
    rows: dict[tuple[str, str], dict[str, str]] = {}
    who: dict[tuple[str, str], list[str]] = defaultdict(list)
    for label in same:
        for issue in label.issues:
            key = issue.code, issue.status
            start = "" if issue.start is None else str(issue.start)
            rows.setdefault(key, _head(same, referee) | {
                "code": issue.code, "status": issue.status, "evidence": issue.evidence,
                "start": start,
            })  # fmt: skip
            if label.annotator not in who[key]:
                who[key].append(label.annotator)
    return [
        row | {"readings": ", ".join(who[key]),
               "keep": "" if len(who[key]) == len(same) else UNSETTLED}
        for key, row in rows.items()
    ]  # fmt: skip
