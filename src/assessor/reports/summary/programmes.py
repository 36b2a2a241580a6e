"""One entry per fiche: key data, sections with ratings, issues and the text cut at evidence."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

from assessor.portfolio import Record, Tables, programme_key
from assessor.reports.summary.labels import Labels
from assessor.reports.summary.quotes import finding_of

TOP_REASONS = 4
BLANK = "blank sections: "  # a reading note that the sections themselves make superfluous
FACTS = (
    "source", "country", "title", "code", "window", "period", "budget_total", "currency",
    "budget_by_agency", "start_date", "end_date", "extension", "summary", "expected_results",
    "regions", "mdgs", "government_entities", "disbursements", "status", "financial_execution",
    "achievements", "beneficiaries", "missions", "midterm_evaluation",
)  # fmt: skip
FIGURES = ("risk_index", "assessed_share", "disbursed_share", "elapsed_share")
HEAD = ("anchor", "fiche_id", "key", "run", "name", "period", "assessed", *FIGURES)
Entry = dict[str, Any]


def programme_of(one: Tables, number: int, run: int, labels: Labels) -> Entry:
    """Return the entry of a fiche.

    Parameters
    ----------
    one : Tables
        Its rows.
    number, run : int
        Which fiche of the report it is, from 1, and of which run, from 0.
    """
    (fiche,), (figures,) = one.fiches, one.programmes
    sections = _sections(fiche, one.ratings, one.issues, one.explanations, labels)
    return {
        "anchor": f"f{number}",
        "fiche_id": fiche["fiche_id"],
        "key": programme_key(fiche),
        "run": run,
        "name": programme_name(fiche),
        **{key: fiche.get(key) for key in FACTS},
        "warnings": [note for note in fiche["warnings"] if not note.startswith(BLANK)],
        **{key: figures[key] for key in FIGURES},
        "assessed": any(s["value"] is not None for s in sections),
        "review": sum(1 for s in sections if s["review"]),
        "findings": [finding_of(row, labels.lang) for row in one.findings],
        "sections": sections,
    }  # fmt: skip


def head_of(entry: Entry) -> Entry:
    """Return what is held of every fiche while a summary is made: no texts."""
    blank = [s["label"] for s in entry["sections"] if s["value"] is None]
    return {**{key: entry[key] for key in HEAD}, "blank": blank}


def by_risk(heads: Iterable[Entry]) -> list[Entry]:
    """Return fiches in the report's order: highest index first, those without one last."""
    return sorted(
        heads,
        key=lambda p: (p["risk_index"] is None, -(p["risk_index"] or 0.0), p["fiche_id"]),
    )


def programme_name(fiche: Record) -> str:
    """Return a short name: code and period, or the fiche's name."""
    if fiche["code"] and fiche["period"]:
        return f"{fiche['code']} ({fiche['period']})"
    return str(fiche["code"] or fiche["fiche_id"])


def _sections(
    fiche: Record,
    ratings: Sequence[Record],
    issues: Sequence[Record],
    reasons: Sequence[Record],
    labels: Labels,
) -> list[dict[str, Any]]:
    sections = []
    for rating in ratings:
        dimension = rating["dimension"]
        own = [row for row in issues if row["dimension"] == dimension]
        sections.append(
            {
                "dimension": dimension,
                "label": labels.dimension(dimension),
                "level": rating["rating"],
                "level_label": labels.level(rating["rating"]),
                "letter": labels.letter(rating["rating"]),
                "value": rating["value"],
                "expected": rating["expected"],
                "confidence": rating["confidence"],
                "review": rating["review"],
                "method": rating["method"],
                "issues": [_issue(row, labels) for row in own],
                "reasons": [row for row in reasons if row["dimension"] == dimension][:TOP_REASONS],
                "segments": segments(fiche["sections"].get(dimension, ""), own),
                "reviewed": _reviewed(rating, labels),
            }
        )
    return sections


def _reviewed(rating: Record, labels: Labels) -> dict[str, Any] | None:
    """Return who reviewed a section and what they changed; None where nobody did."""
    if not rating.get("reviewed_by"):
        return None
    removed = [name.split(":") for name in rating["removed"].split("; ") if name]
    return {
        "by": rating["reviewed_by"],
        "at": rating["reviewed_at"],
        "model_level": rating["model_rating"],
        "model_label": labels.level(rating["model_rating"]),
        "note": rating["note"],
        "removed": [f"{labels.issue(c)} ({labels.status(s).lower()})" for c, s in removed],
    }


def _issue(row: Record, labels: Labels) -> dict[str, Any]:
    return {
        **{k: v for k, v in row.items() if k not in {"fiche_id", "dimension"}},
        "label": labels.issue(row["code"]),
        "status_label": labels.status(row["status"]),
        "evidence": row["evidence"] or "",
        "reviewed_by": row.get("reviewed_by", ""),
    }


def segments(text: str, issues: Sequence[Record]) -> list[dict[str, Any]]:
    """Cut a text at the borders of evidence, each piece with the issues it proves."""
    if not text:
        return []
    borders = sorted({0, len(text), *(i["start"] for i in issues), *(i["end"] for i in issues)})
    pieces = []
    for start, end in itertools.pairwise(borders):
        codes = [
            f"{i['code']}:{i['status']}" for i in issues if i["start"] <= start and end <= i["end"]
        ]
        pieces.append({"text": text[start:end], "issues": codes})
    return pieces
