"""Groups of programmes side by side: shares with Wilson intervals, and exact tests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from assessor.portfolio import Record, Tables, programme_key
from assessor.reports.fields import Fields
from assessor.reports.source import by_fiche
from assessor.reports.statistics import fisher, holm, wilson
from assessor.reports.summary.chains import chains_of
from assessor.reports.summary.labels import Labels
from assessor.reports.summary.overview import current_issues

LEAST = 5  # a group of fewer says more about its members than about the group
TOP_ISSUES = 10
Cases = Mapping[str, tuple[set[str], set[str]]]  # measure → fiches with it, fiches asked


def group_fiches(tables: Tables, fields: Fields, field: str) -> dict[str, set[str]]:
    """Return fiches by value of a field; a fiche with several values is in several groups."""
    groups: dict[str, set[str]] = defaultdict(set)
    for fiche in tables.fiches:
        for value in fields.values(fiche, field):
            groups[str(value)].add(fiche["fiche_id"])
    return dict(sorted(groups.items()))


def latest_fiches(fiches: Sequence[Record]) -> set[str]:
    """Return the last fiche of each programme: fiches of one programme are no separate cases."""
    return {chain[-1]["fiche_id"] for chain in chains_of(fiches, programme_key).values()}


def compare_groups(tables: Tables, fields: Fields, field: str, labels: Labels) -> dict[str, Any]:
    """Compare groups of a field.

    Returns
    -------
    dict
        `groups` large enough to compare (with n), `small` ones left out, `measures` with a
        cell per group: share, its 95 % interval, p of Fisher's exact test against all others
        and p after Holm's correction over all `comparisons`. Groups by period are not tested:
        they hold the same programmes again.
    """
    fiches = tables.fiches
    by_period = field == "period"
    cases = {f["fiche_id"] for f in fiches} if by_period else latest_fiches(fiches)
    groups = {g: own & cases for g, own in group_fiches(tables, fields, field).items()}
    large = {g: own for g, own in groups.items() if len(own) >= LEAST}
    result: dict[str, Any] = {
        "field": field,
        "unit": "fiches" if by_period else "programmes",
        "least": LEAST,
        "n": len(cases),
        "without": len(cases - set().union(*groups.values())) if groups else len(cases),
        "groups": [{"name": g, "n": len(own)} for g, own in large.items()],
        "small": [{"name": g, "n": len(own)} for g, own in groups.items() if 0 < len(own) < LEAST],
        "tested": not by_period,
        "comparisons": 0,
        "measures": [],
    }
    if len(large) >= 2:
        measures = [
            {**about, "cells": [_cell(g, own, *sets, tested=not by_period)
                                for g, own in large.items()]}
            for about, sets in _measures(tables, cases, labels)
        ]  # fmt: skip
        result["measures"] = measures
        result["comparisons"] = _correct(measures)
    return result


def _measures(
    tables: Tables, cases: set[str], labels: Labels
) -> list[tuple[dict[str, Any], tuple[set[str], set[str]]]]:
    """Return what is compared: serious ratings by dimension, the most frequent issues."""
    ratings = by_fiche(tables.ratings)
    serious = {level.id for level in labels.serious()}
    found = []
    for dimension in labels.book.dimensions:
        rows = [
            (name, row["rating"])
            for name in cases
            for row in ratings[name]
            if row["dimension"] == dimension.id and row["value"] is not None
        ]
        sets = ({name for name, level in rows if level in serious}, {name for name, _ in rows})
        about = {"kind": "dimension", "id": dimension.id, "label": labels.dimension(dimension.id)}
        found.append((about, sets))
    codes: dict[str, set[str]] = defaultdict(set)
    for name, own in current_issues(tables.issues).items():
        for code in own if name in cases else ():
            codes[code].add(name)
    ranked = sorted(codes, key=lambda code: (-len(codes[code]), code))[:TOP_ISSUES]
    asked = {name for name in cases if any(r["value"] is not None for r in ratings[name])}
    for code in ranked:
        about = {"kind": "issue", "id": code, "label": labels.issue(code)}
        found.append((about, (codes[code] & asked, asked)))
    return found


def _cell(
    group: str, own: set[str], having: set[str], asked: set[str], *, tested: bool
) -> dict[str, Any]:
    n, of = len(own & having), len(own & asked)
    cell: dict[str, Any] = {
        "group": group, "n": n, "of": of,
        "share": None, "low": None, "high": None, "p": None, "p_holm": None,
    }  # fmt: skip
    if of < LEAST:
        return cell
    low, high = wilson(n, of)
    cell.update(share=round(n / of, 4), low=low, high=high)
    others = asked - own
    if tested and others:
        cell["p"] = round(fisher(n, of, len(others & having), len(others)), 4)
    return cell


def _correct(measures: Sequence[dict[str, Any]]) -> int:
    """Correct all p values for their number; return the number."""
    cells = [cell for m in measures for cell in m["cells"] if cell["p"] is not None]
    for cell, value in zip(cells, holm([cell["p"] for cell in cells]), strict=True):
        cell["p_holm"] = round(value, 4)
    return len(cells)
