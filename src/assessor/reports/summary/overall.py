"""Risk summary of the whole portfolio, and the report's opening lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from assessor.reports.summary.brief import (
    CONTRADICTIONS,
    OTHERS,
    TOP,
    closed,
    ranked_issues,
    sentence,
    shortened,
    sides_of,
)
from assessor.reports.summary.quotes import quote_of, side_quote
from assessor.reports.words import counted, number, say, share

LAG = 0.25  # disbursed share this far behind the elapsed share is worth a sentence
TELLING = (40, 200)  # letters of a quotation that says something and reads at a glance
Entry = dict[str, Any]
Summary = Mapping[str, Any]


def top_level(summary: Summary) -> Entry:
    """Return the highest level of the scale."""
    assessed = [level for level in summary["levels"] if level["value"] is not None]
    top: Entry = max(assessed, key=lambda level: level["value"])
    return top


def opening(summary: Summary, lang: str) -> list[str]:
    """Write the report's first lines: every sentence is a figure of the summary."""
    if not summary["fiches"]:
        return [say(lang, "lead_none")]
    total = sum(row["total"] for row in summary["distribution"])
    assessed = sum(row["assessed"] for row in summary["distribution"])
    top = top_level(summary)
    high = sum(row["counts"][top["id"]] for row in summary["distribution"])
    fiches = counted(lang, "fiche", summary["fiches"])
    programmes = counted(lang, "programme", summary["programme_count"])
    lines = [
        say(lang, "lead_read", fiches=fiches, programmes=programmes, assessed=assessed, total=total)
    ]
    if assessed:
        level, part = top["label"].lower(), share(high / assessed, lang)
        lines.append(say(lang, "lead_high", level=level, n=high, of=assessed, share=part))
    lines += _index(summary["index"], lang)
    common = [row for row in summary["ranking"] if row["by_status"].get("current")][:TOP]
    if common:
        issues = (
            say(lang, "lead_issue", label=row["label"], n=row["by_status"]["current"], of=row["of"])
            for row in common
        )
        lines.append(say(lang, "lead_top", issues="; ".join(issues)))
    moved = [p["index_change"] for p in summary["changes"]["pairs"] if p["index_change"]]
    if summary["changes"]["pairs"]:
        up, down = sum(m > 0 for m in moved), sum(m < 0 for m in moved)
        pairs = counted(lang, "comparison", len(summary["changes"]["pairs"]))
        lines.append(say(lang, "lead_changes", pairs=pairs, up=up, down=down))
    if summary["findings"]:
        found = counted(lang, "fiche", len({row["fiche_id"] for row in summary["findings"]}))
        lines.append(say(lang, "lead_findings", fiches=found, n=len(summary["findings"])))
    if summary["method"]["rejected"]:
        documents = counted(lang, "document", summary["method"]["rejected"])
        lines.append(say(lang, "lead_rejected", documents=documents))
    return lines


def _index(index: Summary, lang: str) -> list[str]:
    """Say the portfolio's index, its interval and how many programmes it stands on."""
    if index["value"] is None:
        return []
    figures = {key: number(index[key], lang, 1) for key in ("value", "low", "high")}
    programmes = counted(lang, "programme", index["of"])
    return [say(lang, "lead_index", n=index["n"], programmes=programmes, **figures)]


def portfolio_brief(
    summary: Summary, heads: Sequence[Entry], examples: Examples, lang: str
) -> list[Entry]:
    """Summarise the portfolio's risks; no sentence without a number or a quotation.

    Parameters
    ----------
    heads : sequence of dict
        What is held of each fiche, highest index first.
    """
    if not summary["assessed_fiches"]:
        return []
    return [
        *_outlook(summary, heads[0], lang),
        *_issues(summary, examples, lang, "current", "top", "all_issue", TOP),
        *_changes(summary, lang),
        *_issues(summary, examples, lang, "resolved", "better", "all_resolved", OTHERS),
        *_issues(summary, examples, lang, "potential", "potential", "all_potential", OTHERS),
        *_contradictions(summary, heads, lang),
        *_gaps(summary, lang),
    ]


class Examples:
    """The most telling quotation of each issue and status, as fiches go by in their order.

    It is a clause, surely the issue, of the programme at highest risk.
    """

    def __init__(self) -> None:
        self._best: dict[tuple[str, str], tuple[bool, float]] = {}
        self._quotes: dict[tuple[str, str], Entry] = {}

    def look_at(self, programme: Entry) -> None:
        """Take what a fiche says better than those before it."""
        low, high = TELLING
        for status in {i["status"] for s in programme["sections"] for i in s["issues"]}:
            for section, issue in ranked_issues(programme, status):
                key = issue["code"], status
                worth = low <= len(issue["evidence"]) <= high, issue["confidence"] or 0.0
                if key not in self._best or worth > self._best[key]:
                    self._best[key] = worth
                    self._quotes[key] = quote_of(programme, section, issue)

    def of(self, code: str, status: str) -> Entry:
        """Return the quotation of an issue that some fiche has."""
        return self._quotes[code, status]


def _outlook(summary: Summary, first: Entry, lang: str) -> list[Entry]:
    serious = summary["serious"]
    rows = [
        (sum(row["counts"][x] for x in serious["levels"]), row["assessed"], row["label"])
        for row in summary["distribution"]
        if row["assessed"]
    ]
    n, of, label = max(rows, key=lambda row: (row[0] / row[1], row[2]))
    part = share(n / of, lang)
    found = []
    if n:
        text = say(
            lang, "all_dimension", levels=serious["label"], label=label, n=n, of=of, share=part
        )
        numbers = [number(n, lang), number(of, lang), part]
        found.append(sentence("outlook", text, numbers=numbers))
    if first["risk_index"] is not None:
        index, covered = number(first["risk_index"], lang, 1), share(first["assessed_share"], lang)
        text = say(lang, "all_highest", name=first["name"], index=index, covered=covered)
        found.append(sentence("outlook", text, numbers=[index, covered]))
    return found


def _issues(
    summary: Summary, examples: Examples, lang: str, status: str, topic: str, key: str, most: int
) -> list[Entry]:
    rows = [row for row in summary["ranking"] if row["by_status"].get(status)]
    rows.sort(key=lambda row: (-row["by_status"][status], row["label"]))
    found = []
    for row in rows[:most]:
        n, of = row["by_status"][status], row["of"]
        quote = examples.of(row["code"], status)
        part = share(n / of, lang) if of else "–"
        text = say(
            lang, key, label=row["label"], n=n, of=of, share=part, name=quote["name"],
            quote=shortened(quote["text"]),
        )  # fmt: skip
        numbers = [number(n, lang), number(of, lang)]
        found.append(sentence(topic, text, numbers=numbers, quotes=[quote]))
    return found


def _changes(summary: Summary, lang: str) -> list[Entry]:
    changes = summary["changes"]
    worse, better = changes["ratings"]["worse"], changes["ratings"]["better"]
    total = worse + better + changes["ratings"]["same"]
    if not changes["pairs"] or not total:
        return []
    text = say(lang, "all_changes", total=total, worse=worse, better=better)
    numbers = [number(value, lang) for value in (total, worse, better)]
    found = [sentence("change", text, numbers=numbers)]
    reopened = [i for pair in changes["pairs"] for i in pair["issues"] if i["kind"] == "reopened"]
    if reopened:
        first = reopened[0]
        count = counted(lang, "issue", len(reopened))
        text = say(
            lang, "all_reopened", issues=count, label=first["label"],
            name=first["quote"]["name"], quote=shortened(first["quote"]["text"]),
        )  # fmt: skip
        found.append(sentence("change", text, numbers=[count], quotes=[first["quote"]]))
    return found


def _contradictions(summary: Summary, heads: Sequence[Entry], lang: str) -> list[Entry]:
    names = {head["fiche_id"]: head for head in heads}
    rows = [r for r in summary["findings"] if r["check"] in CONTRADICTIONS and r["right"]]
    fiches: dict[str, set[str]] = {}
    for row in rows:
        fiches.setdefault(row["check"], set()).add(row["fiche_id"])
    common = Counter({check: len(own) for check, own in fiches.items()}).most_common(TOP)
    found = []
    for check, n in common:
        row = next(r for r in rows if r["check"] == check)
        programme = names[row["fiche_id"]]
        sides = sides_of(row)
        text = say(
            lang, "all_finding", message=closed(row["message"]), n=n, of=summary["fiches"],
            name=programme["name"], sides="; ".join(sides),
        )  # fmt: skip
        quotes = [side_quote(programme, side) for side in sides]
        numbers = [number(n, lang), number(summary["fiches"], lang)]
        found.append(sentence("contradiction", text, numbers=numbers, quotes=quotes))
    return [*found, *_lag(summary, lang)]


def _lag(summary: Summary, lang: str) -> list[Entry]:
    rows = [row for row in summary["money"]["rows"] if row["gap"] > LAG]
    if not rows:
        return []
    first = rows[0]
    paid, gone = share(first["disbursed_share"], lang), share(first["elapsed_share"], lang)
    points, n, of = number(100 * LAG, lang), len(rows), summary["money"]["n"]
    text = say(
        lang, "all_money", points=points, n=n, of=of, name=first["name"], disbursed=paid,
        elapsed=gone,
    )  # fmt: skip
    numbers = [points, number(n, lang), number(of, lang), paid, gone]
    return [sentence("contradiction", text, numbers=numbers)]


def _gaps(summary: Summary, lang: str) -> list[Entry]:
    rows = [(row["total"] - row["assessed"], row) for row in summary["distribution"]]
    n, of = sum(blank for blank, _ in rows), sum(row["total"] for _, row in rows)
    if not n:
        return []
    blank, most = max(rows, key=lambda item: (item[0], item[1]["label"]))
    text = say(
        lang, "all_gap", n=n, of=of, label=most["label"], n_most=blank, of_most=most["total"]
    )
    numbers = [number(value, lang) for value in (n, of, blank, most["total"])]
    return [sentence("gap", text, numbers=numbers)]
