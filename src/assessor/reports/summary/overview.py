"""Figures over all fiches: rankings, matrices, distributions, money; each with its denominator."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from assessor.codebook.schema import Codebook
from assessor.portfolio import Record
from assessor.reports.source import Source
from assessor.reports.summary.labels import Labels
from assessor.reports.summary.quotes import finding_of
from assessor.reports.words import either
from assessor.risk_index import RiskIndex, portfolio_index

CURRENT = "current"
MATRIX_GROUPS = 12
PAIRS = 20
PAIR_MIN = 2
SORT = ("low", "moderate", "substantial", "high")  # the World Bank's scale of risk
Entry = dict[str, Any]


def ranking(issues: Sequence[Record], total: int, labels: Labels) -> list[Entry]:
    """Count fiches per issue, in all and by status; most current first."""
    fiches: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in issues:
        fiches[row["code"]]["any"].add(row["fiche_id"])
        fiches[row["code"]][row["status"]].add(row["fiche_id"])
    rows = [
        {
            "code": code,
            "label": labels.issue(code),
            "n": len(by_status["any"]),
            "of": total,
            "by_status": {s.id: len(by_status[s.id]) for s in labels.book.statuses},
            "fiches": sorted(by_status["any"]),
        }
        for code, by_status in fiches.items()
    ]
    return sorted(rows, key=lambda r: (-r["by_status"].get(CURRENT, 0), -r["n"], r["label"]))


def distribution(ratings: Sequence[Record], labels: Labels) -> list[Entry]:
    """Count fiches per dimension and level."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in ratings:
        counts[row["dimension"]][row["rating"]] += 1
    book = labels.book
    return [
        {
            "dimension": d.id,
            "label": labels.dimension(d.id),
            "counts": {level.id: counts[d.id][level.id] for level in book.levels},
            "assessed": sum(counts[d.id][x.id] for x in book.assessed_levels),
            "total": sum(counts[d.id].values()),
        }
        for d in book.dimensions
    ]


def findings(rows: Sequence[Record], lang: str) -> list[Entry]:
    """Return the checks that did not hold, in the report's language."""
    return [{"fiche_id": row["fiche_id"], **finding_of(row, lang)} for row in rows]


def missing(heads: Sequence[Entry]) -> list[Entry]:
    """Return fiches with sections that hold no information, most of them first."""
    rows = [
        {
            "fiche_id": p["fiche_id"],
            "name": p["name"],
            "anchor": p["anchor"],
            "sections": p["blank"],
        }
        for p in heads
        if p["blank"]
    ]
    return sorted(rows, key=lambda row: (-len(row["sections"]), row["fiche_id"]))


def money(heads: Sequence[Entry]) -> dict[str, Any]:
    """Set the disbursed share against the elapsed share, furthest behind first."""
    rows = [
        {
            "fiche_id": p["fiche_id"],
            "name": p["name"],
            "anchor": p["anchor"],
            "disbursed_share": p["disbursed_share"],
            "elapsed_share": p["elapsed_share"],
            "gap": round(p["elapsed_share"] - p["disbursed_share"], 4),
        }
        for p in heads
        if p["disbursed_share"] is not None and p["elapsed_share"] is not None
    ]
    rows.sort(key=lambda row: (-row["gap"], row["fiche_id"]))
    return {"rows": rows, "n": len(rows), "of": len(heads)}


def index(programmes: Sequence[Record], codebook: Codebook) -> dict[str, Any]:
    """Return the portfolio's index, its 90 % interval and how many programmes bear on it.

    Parameters
    ----------
    programmes : sequence
        Rows of `programmes.csv`, one per programme.
    """
    own = [
        RiskIndex(
            row["risk_index"], row["risk_index_low"], row["risk_index_high"], row["assessed_share"]
        )
        for row in programmes
    ]
    found = portfolio_index(own, codebook)
    return {
        "value": found.value, "low": found.low, "high": found.high,
        "assessed_share": round(found.assessed_share, 3),
        "n": sum(x.value is not None for x in own), "of": len(own),
    }  # fmt: skip


def current_issues(issues: Sequence[Record]) -> dict[str, set[str]]:
    """Return the codes of current issues by fiche."""
    codes: dict[str, set[str]] = defaultdict(set)
    for row in issues:
        if row["status"] == CURRENT:
            codes[row["fiche_id"]].add(row["code"])
    return codes


def cooccurrence(issues: Sequence[Record], total: int, labels: Labels) -> list[Entry]:
    """Return the pairs of current issues that most often stand in one fiche.

    `expected` is in how many fiches the pair would stand by chance, given how frequent each
    of the two is.
    """
    single: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for codes in current_issues(issues).values():
        single.update(codes)
        pairs.update(itertools.combinations(sorted(codes), 2))
    rows: list[Entry] = [
        {
            "codes": [a, b],
            "labels": [labels.issue(a), labels.issue(b)],
            "n": n,
            "of": total,
            "n_each": [single[a], single[b]],
            "expected": round(single[a] * single[b] / total, 1) if total else None,
        }
        for (a, b), n in pairs.items()
        if n >= PAIR_MIN
    ]
    rows.sort(key=lambda row: (-row["n"], -(row["n"] - (row["expected"] or 0)), row["labels"]))
    return rows[:PAIRS]


def matrix(
    groups: Mapping[str, set[str]],
    issues: Sequence[Record],
    labels: Labels,
    *,
    least: int,
) -> dict[str, Any]:
    """Count fiches with each current issue by group; groups under `least` stand together."""
    large = sorted((g for g in groups if len(groups[g]) >= least), key=lambda g: -len(groups[g]))
    shown = sorted(large[:MATRIX_GROUPS])
    columns: list[tuple[str | None, set[str]]] = [(name, groups[name]) for name in shown]
    rest = set().union(*(groups[g] for g in groups if g not in shown)) if groups else set()
    if rest:
        columns.append((None, rest))
    codes = current_issues(issues)
    frequent = Counter(code for own in codes.values() for code in own)
    rows = [
        {
            "code": code,
            "label": labels.issue(code),
            "cells": [
                {"n": sum(code in codes.get(f, ()) for f in fiches), "of": len(fiches)}
                for _, fiches in columns
            ],
        }
        for code, _ in sorted(frequent.items(), key=lambda kv: (-kv[1], labels.issue(kv[0])))
    ]
    return {
        "groups": [{"name": name, "n": len(fiches)} for name, fiches in columns],
        "rows": rows,
    }


def levels_of(labels: Labels) -> list[Entry]:
    """Describe the rating scale."""
    return [labels.level_entry(level.id) for level in labels.book.levels]


def serious_of(labels: Labels) -> dict[str, Any]:
    """Return the levels that count as serious, and how they are called."""
    levels = labels.serious()
    names = [labels.of(level).lower() for level in levels]
    return {"levels": [level.id for level in levels], "label": either(names, labels.lang)}


def method_of(
    runs: Sequence[Source], codebook: Codebook, rule: str, repeated: int
) -> dict[str, Any]:
    """Return what the runs were made with and how many inputs became what."""
    first = runs[0].manifest
    counts = [run.manifest["counts"] for run in runs]
    return {
        "assessor": first["assessor"],
        "model": first["model"],
        "codebook": {"id": codebook.id, "sha256": codebook.sha256[:12]},
        "sort": tuple(level.id for level in codebook.assessed_levels) == SORT,
        "index_rule": rule,
        "runs": len(runs),
        "repeated": repeated,
        **{key: sum(c[key] for c in counts) for key in ("discovered", "assessed", "rejected")},
    }
