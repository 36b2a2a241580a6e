"""Sections as an assessor labels them: a reader beside the people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from assessor.assess import Assessor
from assessor.fiche.fiche import Fiche
from assessor.labels.tables import IssueLabel, LabelledObservation


def labels_by(
    assessor: Assessor, labels: Iterable[LabelledObservation], name: str
) -> Iterator[LabelledObservation]:
    """Yield each labelled section once more, as the assessor labels its text.

    Parameters
    ----------
    name : str
        The annotator that the new labels name.
    """
    once = {(x.fiche_id, x.dimension): x for x in labels}
    for fiche_id, group in groupby(
        sorted(once.values(), key=lambda x: x.key), lambda x: x.fiche_id
    ):
        sections = {x.dimension: x.text for x in group}
        assessment = assessor.assess(Fiche(fiche_id, "", "", sections=sections))
        for rating in assessment.ratings:
            if rating.dimension in sections:
                issues = tuple(
                    IssueLabel(i.code, i.status, i.evidence.text, i.evidence.span.start)
                    for i in assessment.issues_in(rating.dimension)
                )
                yield LabelledObservation(
                    fiche_id,
                    rating.dimension,
                    sections[rating.dimension],
                    rating.level,
                    issues,
                    name,
                )
