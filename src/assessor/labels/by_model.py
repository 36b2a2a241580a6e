"""Labelled sections assessed by a model, to stand beside the people's labels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from assessor.assess import Assessment, Assessor
from assessor.fiche.fiche import Fiche
from assessor.labels.tables import IssueLabel, LabelledObservation


def assess_labelled(
    assessor: Assessor, labels: Iterable[LabelledObservation]
) -> Iterator[Assessment]:
    """Assess the labelled sections, one assessment per fiche, in order of fiche_id.

    Only ratings and issues of the labelled dimensions mean anything: the other sections of the
    fiches are blank.
    """
    sections: dict[str, dict[str, str]] = defaultdict(dict)
    for label in labels:
        sections[label.fiche_id][label.dimension] = label.text
    for fiche_id in sorted(sections):
        yield assessor.assess(Fiche(fiche_id, "", "", sections=sections[fiche_id]))


def issue_labels(assessment: Assessment, dimension: str) -> tuple[IssueLabel, ...]:
    """Return the issues found in one section as labels."""
    return tuple(
        IssueLabel(i.code, i.status, i.evidence.text, i.evidence.span.start)
        for i in assessment.issues_in(dimension)
    )


def labels_by(
    assessor: Assessor, labels: Iterable[LabelledObservation], name: str
) -> Iterator[LabelledObservation]:
    """Yield each labelled section once, with the assessor's label.

    Parameters
    ----------
    name : str
        Annotator of the new labels.
    """
    for assessment in assess_labelled(assessor, labels):
        fiche = assessment.fiche
        for rating in assessment.ratings:
            dimension = rating.dimension
            if dimension in fiche.sections:
                yield LabelledObservation(
                    fiche.fiche_id, dimension, fiche.sections[dimension], rating.level,
                    issue_labels(assessment, dimension), name,
                )  # fmt: skip
