"""Runs → one plain, JSON-safe summary, from which every report format is rendered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assessor.codebook.schema import Codebook
from assessor.reports.anonymise import anonymise, anonymise_rejected
from assessor.reports.summary import overview
from assessor.reports.summary.brief import programme_brief
from assessor.reports.summary.changes import changes_between_periods, changes_between_runs
from assessor.reports.summary.groups import LEAST, compare_groups, group_fiches, latest_fiches
from assessor.reports.summary.labels import Labels
from assessor.reports.summary.overall import opening, portfolio_brief
from assessor.reports.summary.portfolio import Portfolio, fields_of, join, select
from assessor.reports.summary.programmes import programmes_of
from assessor.reports.words import words
from assessor.risk_index import index_rule

SCHEMA = 2
HIDDEN = "…"  # a filter may name what an anonymous report must not


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """What a report is to be about.

    Parameters
    ----------
    lang : str
        ``es`` or ``en``: the language of labels and sentences.
    group_by : str
        Field whose values make the groups.
    where : str or None
        Filter of fiches; see `assessor.reports.filters`.
    anonymise : bool
        Whether programmes and persons are hidden.
    compare : bool
        Whether changes are those from the first run to the second, not between periods.
    """

    lang: str = "es"
    group_by: str = "country"
    where: str | None = None
    anonymise: bool = False
    compare: bool = False


def summarise(runs: Sequence[Any], codebook: Codebook, options: ReportOptions) -> dict[str, Any]:
    """Summarise one or more runs.

    Parameters
    ----------
    runs : sequence of Run
        As `assessor.runs.folder.read_run` returns them.

    Returns
    -------
    dict
        JSON types only. `programmes` holds one entry per fiche with its sections; the other
        keys hold figures over all of them, each with its denominator.

    Raises
    ------
    RunError
        If the filter or the group names no field.
    """
    labels = Labels(codebook, options.lang)
    joined = join(runs, keep_repeated=options.compare)
    chosen_from = runs[0].chosen_from if len(runs) == 1 else None
    chosen = chosen_from is not None
    portfolio = joined if chosen else select(joined, fields_of(joined, labels), options.where)
    rejected = [dict(row) for run in runs for row in run.rejected]
    if options.anonymise:
        portfolio, rejected = anonymise(portfolio), anonymise_rejected(rejected)
    summary = _figures(portfolio, labels, options)
    where = HIDDEN if options.where and options.anonymise else options.where
    summary["selection"] = {
        "where": where, "kept": len(portfolio.run_of),
        "of": chosen_from if chosen else len(joined.run_of),
        "anonymised": options.anonymise,
    }  # fmt: skip
    summary["rejected"] = rejected
    summary["method"] = overview.method_of(runs, codebook, index_rule(codebook), joined.repeated)
    _tell(summary, options.lang)
    return summary


def _figures(portfolio: Portfolio, labels: Labels, options: ReportOptions) -> dict[str, Any]:
    fields = fields_of(portfolio, labels)
    group_by = fields.resolve(options.group_by, "--group-by")
    programmes = programmes_of(portfolio, labels)
    assessed = sum(p["assessed"] for p in programmes)
    tables, book = portfolio.tables, labels.book
    issues, ratings = tables["issues"], tables["ratings"]
    latest = latest_fiches(tables["fiches"])
    groups = group_fiches(portfolio, fields, group_by)
    changes = changes_between_runs if options.compare else changes_between_periods
    text = words(options.lang)
    return {
        "schema": SCHEMA,
        "lang": options.lang,
        "title": text["title_compare" if options.compare else "title"],
        "group_by": {"field": group_by, "label": text.get(group_by, group_by)},
        "fiches": len(programmes),
        "assessed_fiches": assessed,
        "programme_count": len({p["key"] for p in programmes}),
        "index": overview.index([r for r in tables["programmes"] if r["fiche_id"] in latest], book),
        "levels": overview.levels_of(labels),
        "dimensions": [{"id": d.id, "label": labels.dimension(d.id)} for d in book.dimensions],
        "statuses": [{"id": s.id, "label": labels.status(s.id)} for s in book.statuses],
        "programmes": programmes,
        "ranking": overview.ranking(issues, assessed, labels),
        "distribution": overview.distribution(ratings, labels),
        "matrix": overview.matrix(groups, issues, labels, least=LEAST),
        "cooccurrence": overview.cooccurrence(issues, assessed, labels),
        "money": overview.money(programmes),
        "groups": compare_groups(portfolio, fields, group_by, labels),
        "changes": changes(programmes, labels),
        "findings": overview.findings(tables["findings"], options.lang),
        "missing": overview.missing(programmes),
    }


def _tell(summary: dict[str, Any], lang: str) -> None:
    """Add the sentences, which are made of the figures."""
    pairs = {pair["after"]["fiche_id"]: pair for pair in summary["changes"]["pairs"]}
    top = max((level["value"] or 0 for level in summary["levels"]), default=0)
    for programme in summary["programmes"]:
        pair = pairs.get(programme["fiche_id"])
        programme["brief"] = programme_brief(programme, pair, lang, top=top)
    summary["sentences"] = opening(summary, lang)
    summary["brief"] = portfolio_brief(summary, lang)
