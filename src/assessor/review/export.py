"""Decisions → label tables in the run folder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from assessor.labels.anchor import canonical, canonical_place
from assessor.labels.tables import IssueLabel, LabelledObservation, LabelTable
from assessor.labels.write import write_labels
from assessor.review.decisions import Decision, Reading, ReadIssue
from assessor.review.sections import Section, by_section

FOLDER = "labels"


def labels_of(
    sections: Sequence[Section], decisions: Iterable[Decision]
) -> list[LabelledObservation]:
    """Return each annotator's label of each section that they rated."""
    listed = list(decisions)
    labels = []
    for annotator in sorted({d.annotator for d in listed}):
        own = by_section(d for d in listed if d.annotator == annotator)
        for section in sections:
            reading = section.reading(own[section.key])
            if reading.decided:
                labels.append(_label(section, reading, annotator))
    return labels


def export_labels(
    run: Path, sections: Sequence[Section], decisions: Iterable[Decision]
) -> list[LabelledObservation]:
    """Write the label tables and return what they hold.

    Raises
    ------
    RunError
        If they cannot be written.
    """
    labels = labels_of(sections, decisions)
    write_labels(run / FOLDER, LabelTable(tuple(labels)))
    return labels


def _label(section: Section, reading: Reading, annotator: str) -> LabelledObservation:
    issues = tuple(_issue(section.text, issue) for issue in reading.issues if issue.by)
    text = canonical(section.text)
    return LabelledObservation(*section.key, text, reading.rating, issues, annotator)


def _issue(text: str, issue: ReadIssue) -> IssueLabel:
    quote = canonical(text[issue.start : issue.end])
    return IssueLabel(issue.code, issue.status, quote, canonical_place(text, issue.start))
