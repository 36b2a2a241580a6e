"""The two tables of an export: one row per reading, one row per issue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assessor.labels.batch import Batch, Proposal
from assessor.labels.tables import issue_records, rating_records
from assessor.labels.vocabulary import Vocabulary

_SHOWN = {"dimension": "dimension", "rating": "rating", "proposal": "rating", "code": "code",
          "status": "status"}  # column → list of the codebook  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to be written; every cell is text."""

    name: str
    columns: tuple[str, ...]
    records: Sequence[dict[str, str]]


def sheets_of(batch: Batch, names: Vocabulary) -> tuple[Sheet, Sheet]:
    """Lay a batch out as `ratings` and `issues`.

    A proposal's row has its rating under `proposal` and an empty `rating`: it counts as
    labelled once a person fills that in. Its issues count with it, except those with «no»
    under `keep`.
    """
    ratings = rating_records(batch.labels)
    issues = issue_records(batch.labels)
    for proposal in batch.proposals:
        ratings.append(_proposed_rating(proposal))
        issues += _proposed_issues(proposal)
    extra = ("proposal", "confidence") if batch.proposals else ()
    kept = ("keep", "confidence") if batch.proposals else ()
    writer = ("writer",) if any(x.writer for x in batch.labels) else ()
    return (
        Sheet("ratings", ("fiche_id", "dimension", "text", *extra, "rating", "annotator", *writer),
              [shown(r, names) for r in ratings]),
        Sheet("issues", ("fiche_id", "dimension", "text", "code", "status", "evidence", *kept,
                         "annotator", *writer, "start", "end"),
              [shown(r, names) for r in issues]),
    )  # fmt: skip


def _proposed_rating(proposal: Proposal) -> dict[str, str]:
    (record,) = rating_records([proposal.label])
    return record | {
        "proposal": record["rating"], "rating": "", "annotator": "",
        "confidence": f"{proposal.confidence:.3f}",
    }  # fmt: skip


def _proposed_issues(proposal: Proposal) -> list[dict[str, str]]:
    return [
        record | {"annotator": "", "keep": "", "confidence": f"{confidence:.3f}"}
        for record, confidence in zip(
            issue_records([proposal.label]), proposal.issue_confidences, strict=True
        )
    ]


def shown(record: dict[str, str], names: Vocabulary) -> dict[str, str]:
    """Return a row with identifiers replaced by the names that the file shows."""
    return {
        column: names.shown(_SHOWN[column], value) if column in _SHOWN and value else value
        for column, value in record.items()
    }
