"""A fiche's rows → its row of `programmes.csv`, as far as ratings and issues make it."""

from __future__ import annotations

from collections.abc import Iterable

from assessor.assess import Assessment
from assessor.codebook.schema import Codebook
from assessor.evidence import Evidence, Span
from assessor.fiche.fiche import Fiche
from assessor.issues.issue import Issue
from assessor.portfolio import Record, tables_of
from assessor.ratings.rating import Rating

# Of the fiche itself and of its checks: decisions do not change them.
KEPT = {
    "fiche_id", "country", "title", "code", "window", "period", "agencies", "budget_total",
    "disbursed_share", "elapsed_share", "findings",
}  # fmt: skip


def revised(
    programme: Record, ratings: Iterable[Record], issues: Iterable[Record], codebook: Codebook
) -> Record:
    """Return a programme's row with index and counts made anew from its ratings and issues."""
    assessment = Assessment(
        Fiche(programme["fiche_id"], "", ""),
        tuple(_rating(row, codebook) for row in ratings),
        tuple(_issue(row) for row in issues),
        (),
    )
    (fresh,) = tables_of([assessment], codebook).programmes
    return {**programme, **{k: v for k, v in fresh.items() if k not in KEPT}}


def _rating(row: Record, codebook: Codebook) -> Rating:
    shares = tuple(float(row[f"p_{level.id}"] or 0.0) for level in codebook.assessed_levels)
    return Rating(
        row["dimension"], row["rating"], shares, row["confidence"], row["review"], row["method"], ()
    )


def _issue(row: Record) -> Issue:
    evidence = Evidence(Span(row["start"], row["end"]), row["evidence"], row["rule"])
    return Issue(
        row["dimension"], row["code"], row["status"], row["severity"], evidence, (),
        row["confidence"],
    )  # fmt: skip
