"""Decisions put over a run's tables, for reports; the run's own files stay what the model said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from assessor.codebook.schema import Codebook
from assessor.portfolio import Record, Tables
from assessor.review.decisions import Decision, Key, Reading, ReadIssue, standing
from assessor.review.figures import revised
from assessor.review.sections import Section, by_section, sections_of
from assessor.review.store import read_decisions

METHOD = "review"  # as a rating's method and an added issue's rule


def corrections(path: Path, codebook: Codebook) -> Callable[[Tables], Tables]:
    """Return what makes of rows of a run what its reviewers left, all or those of some fiches."""
    by_fiche: dict[str, list[Decision]] = defaultdict(list)
    for decision in standing(read_decisions(path)):
        by_fiche[decision.section[0]].append(decision)

    def correct(tables: Tables) -> Tables:
        own = [d for fiche in tables.fiches for d in by_fiche.get(fiche["fiche_id"], ())]
        return apply(tables, own, codebook) if own else tables

    return correct


def apply(tables: Tables, decisions: Iterable[Decision], codebook: Codebook) -> Tables:
    """Put decisions over tables; of several reviewers, the last word on each thing counts.

    Returns
    -------
    Tables
        Rows of reviewed sections in `ratings` have, besides, `reviewed_by`, `reviewed_at`
        (ISO 8601), `model_rating`, `note` and `removed` (issues taken out, `code:status`);
        rows of issues that a person confirmed or added have `reviewed_by`. Index and counts
        of `programmes` follow. Decisions on a text that has changed since count for nothing.
    """
    grouped = by_section(decisions)
    ratings: dict[Key, Record] = {}
    issues: dict[Key, list[Record]] = {}
    for section in sections_of(tables, codebook):
        own = [d for d in grouped[section.key] if d.text_sha256 == section.text_sha256]
        if own:
            reading = section.reading(own)
            ratings[section.key] = _rating_row(section, reading, own, codebook)
            issues[section.key] = [_issue_row(section, i, codebook) for i in reading.issues]
    if not ratings:
        return tables
    changed = replace(
        tables,
        ratings=[ratings.get(_key(row), row) for row in tables.ratings],
        issues=_replaced(tables, issues),
    )
    return replace(changed, programmes=_programmes(changed, {f for f, _ in ratings}, codebook))


def _rating_row(
    section: Section, reading: Reading, decisions: Sequence[Decision], codebook: Codebook
) -> Record:
    row = dict(section.rating)
    if reading.decided:
        value = codebook.level[reading.rating].value
        sure = None if value is None else 1.0
        row |= {f"p_{x.id}": None if sure is None else 0.0 for x in codebook.assessed_levels}
        if sure is not None:
            row[f"p_{reading.rating}"] = sure
        row |= {
            "rating": reading.rating, "value": value, "confidence": 1.0, "review": False,
            "expected": None if value is None else float(value), "method": METHOD,
        }  # fmt: skip
    people = dict.fromkeys(d.annotator for d in decisions)
    return row | {
        "reviewed_by": ", ".join(people),
        "reviewed_at": decisions[-1].at,
        "model_rating": section.rating["rating"],
        "note": reading.note,
        "removed": "; ".join(f"{i.code}:{i.status}" for i in reading.rejected),
    }


def _issue_row(section: Section, issue: ReadIssue, codebook: Codebook) -> Record:
    proposed = {(row["code"], row["status"]): row for row in section.issues}
    known = proposed.get(issue.key)
    if known and (known["start"], known["end"]) == (issue.start, issue.end):
        return {**known, "reviewed_by": issue.by}
    fiche_id, dimension = section.key
    return {
        "fiche_id": fiche_id, "dimension": dimension, "code": issue.code, "status": issue.status,
        "severity": codebook.issue[issue.code].severity,
        "evidence": section.text[issue.start : issue.end], "start": issue.start, "end": issue.end,
        "confidence": 1.0, "rule": METHOD, "reviewed_by": issue.by,
    }  # fmt: skip


def _replaced(tables: Tables, new: dict[Key, list[Record]]) -> list[Record]:
    """Return the issues, those of some sections replaced, by fiche, dimension and place."""
    order = {_key(row): n for n, row in enumerate(tables.ratings)}
    kept = [row for row in tables.issues if _key(row) not in new]
    rows = [*kept, *(row for rows in new.values() for row in rows)]
    return sorted(rows, key=lambda row: (order[_key(row)], row["start"] or 0))


def _programmes(tables: Tables, changed: set[str], codebook: Codebook) -> list[Record]:
    def of(rows: Iterable[Record], fiche_id: str) -> list[Record]:
        return [row for row in rows if row["fiche_id"] == fiche_id]

    return [
        revised(row, of(tables.ratings, name), of(tables.issues, name), codebook)
        if (name := row["fiche_id"]) in changed
        else row
        for row in tables.programmes
    ]


def _key(row: Record) -> Key:
    return row["fiche_id"], row["dimension"]
