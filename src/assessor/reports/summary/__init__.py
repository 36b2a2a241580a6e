"""Runs → one plain, JSON-safe summary, from which every report format is rendered.

It is made fiche by fiche: of each, figures keep what they count and a head; its entry, with the
texts, goes to a shelf.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assessor.codebook.schema import Codebook
from assessor.portfolio import Tables
from assessor.reports.anonymise import Anonymiser, anonymise_rejected
from assessor.reports.shelf import Entry, Shelf
from assessor.reports.source import Source, held_source
from assessor.reports.summary import overview
from assessor.reports.summary.brief import programme_brief
from assessor.reports.summary.changes import Read, changes_between_periods, changes_between_runs
from assessor.reports.summary.groups import LEAST, compare_groups, group_fiches, latest_fiches
from assessor.reports.summary.labels import Labels
from assessor.reports.summary.overall import Examples, opening, portfolio_brief, top_level
from assessor.reports.summary.programmes import by_risk, head_of, programme_of
from assessor.reports.summary.selection import Selection, add_figures, fields_of, no_tables
from assessor.reports.words import words
from assessor.risk_index import index_rule
from assessor.runs.folder import Run

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


def summarise(runs: Sequence[Run], codebook: Codebook, options: ReportOptions) -> dict[str, Any]:
    """Summarise runs that are held; the summary is held too.

    Returns
    -------
    dict
        As `summarise_onto`, `programmes` being a list.

    Raises
    ------
    RunError
        If the filter or the group names no field.
    """
    with Shelf() as shelf:
        summary = summarise_onto(shelf, [held_source(run) for run in runs], codebook, options)
        return {**summary, "programmes": list(shelf)}


def summarise_onto(
    shelf: Shelf, sources: Sequence[Source], codebook: Codebook, options: ReportOptions
) -> dict[str, Any]:
    """Summarise one or more runs, holding the texts of one programme at a time.

    Parameters
    ----------
    shelf : Shelf
        Where the programmes' entries are put: the summary lasts as long as it is open.

    Returns
    -------
    dict
        JSON types only. `programmes`, the shelf, holds one entry per fiche with its sections;
        the other keys hold figures over all of them, each with its denominator.

    Raises
    ------
    RunError
        If a run cannot be read, or the filter or the group names no field.
    """
    labels = Labels(codebook, options.lang)
    selection = Selection(sources, labels, options.where, keep_repeated=options.compare)
    rejected = [dict(row) for source in sources for row in source.rejected]
    with Shelf() as found:
        tables, heads = _gather(selection, found, labels, hide=options.anonymise)
        summary = _figures(tables, heads, lambda head: found[head["place"]], labels, options)
        where = HIDDEN if options.where and options.anonymise else options.where
        summary["selection"] = {
            "where": where, "kept": len(heads), "of": selection.counts["joined"],
            "anonymised": options.anonymise,
        }  # fmt: skip
        summary["rejected"] = anonymise_rejected(rejected) if options.anonymise else rejected
        summary["method"] = overview.method_of(
            sources, codebook, index_rule(codebook), selection.counts["repeated"]
        )
        _tell(summary, by_risk(heads), found, shelf, options.lang)
    return summary


def _gather(
    selection: Selection, found: Shelf, labels: Labels, *, hide: bool
) -> tuple[Tables, list[Entry]]:
    """Put the fiches' entries on a shelf; return what figures need of them, and their heads."""
    hidden = Anonymiser(one.fiches[0] for _, one in selection).tables if hide else None
    tables, heads = no_tables(), []
    for run, one in selection:
        shown = hidden(one) if hidden else one
        entry = programme_of(shown, len(found) + 1, run, labels)
        heads.append(head_of(entry) | {"place": len(found)})
        found.put(entry)
        add_figures(tables, shown)
    return tables, heads


def _figures(
    tables: Tables, heads: Sequence[Entry], read: Read, labels: Labels, options: ReportOptions
) -> dict[str, Any]:
    fields = fields_of(tables, labels)
    group_by = fields.resolve(options.group_by, "--group-by")
    assessed = sum(p["assessed"] for p in heads)
    book, issues = labels.book, tables.issues
    latest = latest_fiches(tables.fiches)
    groups = group_fiches(tables, fields, group_by)
    changes = changes_between_runs if options.compare else changes_between_periods
    text = words(options.lang)
    return {
        "schema": SCHEMA,
        "lang": options.lang,
        "title": text["title_compare" if options.compare else "title"],
        "group_by": {"field": group_by, "label": text.get(group_by, group_by)},
        "fiches": len(heads),
        "assessed_fiches": assessed,
        "programme_count": len({p["key"] for p in heads}),
        "index": overview.index([r for r in tables.programmes if r["fiche_id"] in latest], book),
        "levels": overview.levels_of(labels),
        "serious": overview.serious_of(labels),
        "dimensions": [{"id": d.id, "label": labels.dimension(d.id)} for d in book.dimensions],
        "statuses": [{"id": s.id, "label": labels.status(s.id)} for s in book.statuses],
        "ranking": overview.ranking(issues, assessed, labels),
        "distribution": overview.distribution(tables.ratings, labels),
        "matrix": overview.matrix(groups, issues, labels, least=LEAST),
        "cooccurrence": overview.cooccurrence(issues, assessed, labels),
        "money": overview.money(heads),
        "groups": compare_groups(tables, fields, group_by, labels),
        "changes": changes(heads, read, labels),
        "findings": overview.findings(tables.findings, options.lang),
        "missing": overview.missing(heads),
    }


def _tell(
    summary: dict[str, Any], heads: Sequence[Entry], found: Shelf, shelf: Shelf, lang: str
) -> None:
    """Add the programmes, in their order, and the sentences, which are made of the figures."""
    pairs = {pair["after"]["fiche_id"]: pair for pair in summary["changes"]["pairs"]}
    top = top_level(summary)
    examples = Examples()
    for head in heads:
        programme = found[head["place"]]
        examples.look_at(programme)
        pair = pairs.get(programme["fiche_id"])
        shelf.put(programme | {"brief": programme_brief(programme, pair, lang, top=top)})
    summary["programmes"] = shelf
    summary["sentences"] = opening(summary, lang)
    summary["brief"] = portfolio_brief(summary, heads, examples, lang)
