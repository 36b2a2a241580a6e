"""Risk summaries: sentences about one programme, each with the quotation or number behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assessor.reports.summary.quotes import quote_of, side_quote
from assessor.reports.words import counted, listed, number, say, share

TOP = 3
OTHERS = 2
QUOTE_LENGTH = 240
# Of disbursement behind time the sentences on money tell.
CONTRADICTIONS = {
    "flag_against_text", "zero_against_claim", "budget_sum", "disbursed_over_budget", "date_order",
}  # fmt: skip
Entry = dict[str, Any]


def sentence(
    topic: str, text: str, *, numbers: Sequence[str] = (), quotes: Sequence[Entry] = ()
) -> Entry:
    """Return a sentence with what bears it: numbers as written in it, quotations in it."""
    return {"topic": topic, "text": text, "numbers": list(numbers), "quotes": list(quotes)}


def shortened(text: str) -> str:
    """Return a quotation's words on one line, cut between words where it is long."""
    line = " ".join(text.split()).rstrip(".,;: ")
    if len(line) <= QUOTE_LENGTH:
        return line
    return line[:QUOTE_LENGTH].rsplit(" ", 1)[0].rstrip(".,;: ") + " …"


def closed(text: str) -> str:
    """Return text without the full stop that the sentence around it adds."""
    return text.strip().rstrip(".").strip()


def sides_of(finding: Entry) -> list[str]:
    """Return what a finding sets against each other: one side or two."""
    return [closed(finding[side]) for side in ("left", "right") if closed(finding[side])]


def programme_brief(programme: Entry, pair: Entry | None, lang: str, *, top: Entry) -> list[Entry]:
    """Summarise a programme's risks.

    Parameters
    ----------
    pair : dict or None
        Its change since the fiche before, as `changes` has it.
    top : dict
        The highest level of risk, as `levels` has it.
    """
    sentences = [*_outlook(programme, lang, top), *_issues(programme, lang)]
    if pair is not None and pair["index_change"] is not None:
        sentences.append(_change(pair, lang))
    sentences.extend(_contradictions(programme, lang))
    sentences.extend(_gaps(programme, lang))
    return sentences


def _outlook(programme: Entry, lang: str, top: Entry) -> list[Entry]:
    sections = programme["sections"]
    assessed = [s for s in sections if s["value"] is not None]
    found = []
    if assessed:
        index, n, of = number(programme["risk_index"], lang, 1), len(assessed), len(sections)
        found.append(
            sentence(
                "outlook",
                say(lang, "says_index", index=index, n=n, of=of),
                numbers=[index, number(n, lang), number(of, lang)],
            )
        )
        high = [s["label"] for s in assessed if s["level"] == top["id"]]
        key = "says_high" if high else "says_no_high"
        level = top["label"].lower()
        text = say(lang, key, level=level, n=len(high), of=n, names=listed(high, lang))
        numbers = [number(len(high), lang), number(n, lang)]
        found.append(sentence("outlook", text, numbers=numbers))
    if programme["disbursed_share"] is not None and programme["elapsed_share"] is not None:
        paid, gone = (share(programme[f"{k}_share"], lang) for k in ("disbursed", "elapsed"))
        text = say(lang, "says_money", disbursed=paid, elapsed=gone)
        found.append(sentence("outlook", text, numbers=[paid, gone]))
    return found


def ranked_issues(programme: Entry, status: str) -> list[tuple[Entry, Entry]]:
    """Return sections and issues of a status, gravest and surest first, each code once."""
    pairs = [(s, i) for s in programme["sections"] for i in s["issues"] if i["status"] == status]
    pairs.sort(key=lambda p: (-(p[1]["severity"] or 0), -(p[1]["confidence"] or 0), p[1]["code"]))
    once: dict[str, tuple[Entry, Entry]] = {}
    for section, issue in pairs:
        once.setdefault(issue["code"], (section, issue))
    return list(once.values())


def _issues(programme: Entry, lang: str) -> list[Entry]:
    found = []
    keys = (("current", "top", "says_issue", TOP), ("resolved", "better", "says_resolved", OTHERS),
            ("potential", "potential", "says_potential", OTHERS))  # fmt: skip
    for status, topic, key, most in keys:
        ranked = ranked_issues(programme, status)
        for section, issue in ranked[:most]:
            quote = quote_of(programme, section, issue)
            text = say(
                lang, key, label=issue["label"], severity=issue["severity"],
                section=section["label"], quote=shortened(issue["evidence"]),
            )  # fmt: skip
            found.append(sentence(topic, text, quotes=[quote]))
        if status == "current" and len(ranked) > most:
            more = counted(lang, "issue", len(ranked) - most)
            found.append(sentence(topic, say(lang, "says_more", n=more), numbers=[more]))
    return found


def _change(pair: Entry, lang: str) -> Entry:
    counts = pair["counts"]
    old, new = (number(pair[side]["risk_index"], lang, 1) for side in ("before", "after"))
    worse = counted(lang, "dimension", counts["worse"])
    better = counted(lang, "dimension", counts["better"])
    before = pair["before"]["period"] or pair["before"]["fiche_id"]
    text = say(lang, "says_change", before=before, old=old, new=new, worse=worse, better=better)
    return sentence("change", text, numbers=[old, new, worse, better])


def _contradictions(programme: Entry, lang: str) -> list[Entry]:
    found = []
    for finding in programme["findings"]:
        if finding["check"] in CONTRADICTIONS and finding["left"]:
            sides = sides_of(finding)
            text = say(
                lang, "says_finding", message=closed(finding["message"]), sides="; ".join(sides)
            )
            quotes = [side_quote(programme, side) for side in sides]
            found.append(sentence("contradiction", text, quotes=quotes))
    return found


def _gaps(programme: Entry, lang: str) -> list[Entry]:
    sections = programme["sections"]
    blank = [s["label"] for s in sections if s["value"] is None]
    if not blank:
        return []
    text = say(lang, "says_gap", n=len(blank), of=len(sections), names=listed(blank, lang))
    return [sentence("gap", text, numbers=[number(len(blank), lang), number(len(sections), lang)])]
