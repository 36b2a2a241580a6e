"""Summary → typed tables: the numbers that XLSX, DOCX and Markdown all show."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from assessor.reports.summary.quotes import quote_of
from assessor.reports.words import day, listed, number, say, share, words

Summary = Mapping[str, Any]
Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its label and what its values are.

    Parameters
    ----------
    kind : str
        ``text``, ``count`` (whole), ``figure`` (one decimal), ``signed`` (one decimal with
        its sign), ``share`` (0 to 1), ``p``, ``date`` (ISO 8601) or ``level`` (a level's id).
    width : int
        In characters.
    """

    label: str
    kind: str = "text"
    width: int = 12


@dataclass(frozen=True, slots=True)
class Table:
    """A table with caption and note; `rows` hold plain values, None where there is none."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""


def shown(value: Any, kind: str, lang: str) -> str:
    """Write a value as the language does.

    >>> shown(0.5, "share", "en"), shown(-3.25, "signed", "es"), shown(None, "count", "es")
    ('50%', '−3,2', '–')
    """
    if value is None or value == "":
        return "" if kind == "text" else "–"
    if kind == "share":
        return share(value, lang)
    if kind == "date":
        return day(value, lang)
    if kind == "text" or isinstance(value, str):
        return str(value)
    decimals = {"count": 0, "p": 3}.get(kind, 1)
    sign = "+" if kind == "signed" and value > 0 else ""
    return sign + number(value, lang, decimals)


def tables_of(summary: Summary) -> dict[str, Table]:
    """Return the tables of a summary by name, in the order of the report."""
    makers = (
        _heat, _ranking, _distribution, _matrix, _cooccurrence, _money, _groups, _changes,
        _transitions, _issue_changes, _findings, _missing, _rejected,
    )  # fmt: skip
    tables = [maker(summary, words(summary["lang"])) for maker in makers]
    return {table.name: table for table in tables}


def _heat(s: Summary, t: Mapping[str, str]) -> Table:
    columns = [Column(t["fiche"], width=20), Column(t["country"]), Column(t["period"], width=9),
               Column(t["index"], "figure", 8)]  # fmt: skip
    columns += [Column(d["label"], "level", 6) for d in s["dimensions"]]
    rows = [
        (p["code"] or p["fiche_id"], p["country"], p["period"], p["risk_index"],
         *(c["level"] for c in p["sections"]))
        for p in s["programmes"]
    ]  # fmt: skip
    return Table("heat", t["heat"], tuple(columns), tuple(rows))


def _ranking(s: Summary, t: Mapping[str, str]) -> Table:
    columns = [Column(t["issue"], width=36)]
    columns += [Column(x["label"], "count", 10) for x in s["statuses"]]
    columns += [Column(t["any_status"], "count"), Column(t["of"].capitalize(), "count", 8)]
    rows = [
        (r["label"], *(r["by_status"][x["id"]] for x in s["statuses"]), r["n"], r["of"])
        for r in s["ranking"]
    ]
    note = t["ranking_note"].replace("{n}", number(s["assessed_fiches"], s["lang"]))
    return Table("ranking", t["ranking"], tuple(columns), tuple(rows), note)


def _distribution(s: Summary, t: Mapping[str, str]) -> Table:
    columns = [Column(t["dimension"], width=32)]
    columns += [Column(x["label"], "count", 10) for x in s["levels"]]
    columns.append(Column(t["total"], "count", 8))
    rows = [
        (r["label"], *(r["counts"][x["id"]] for x in s["levels"]), r["total"])
        for r in s["distribution"]
    ]
    return Table("distribution", t["distribution"], tuple(columns), tuple(rows))


def group_label(name: str | None, t: Mapping[str, str]) -> str:
    """Return a group's name; None is all that are too small."""
    return t["others"] if name is None else name


def _matrix(s: Summary, t: Mapping[str, str]) -> Table:
    columns = [Column(t["issue"], width=36)]
    columns += [
        Column(f"{group_label(g['name'], t)} ({t['of']} {number(g['n'], s['lang'])})", "count", 14)
        for g in s["matrix"]["groups"]
    ]
    rows = [(r["label"], *(c["n"] for c in r["cells"])) for r in s["matrix"]["rows"]]
    caption = f"{t['matrix']}: {s['group_by']['label'].lower()}"
    note = say(s["lang"], "matrix_note", least=s["groups"]["least"])
    return Table("matrix", caption, tuple(columns), tuple(rows), note)


def _cooccurrence(s: Summary, t: Mapping[str, str]) -> Table:
    columns = (Column(t["first_issue"], width=36), Column(t["second_issue"], width=36),
               Column(t["both"], "count", 8), Column(t["of"].capitalize(), "count", 8),
               Column(t["by_chance"], "figure", 10))  # fmt: skip
    rows = [(*r["labels"], r["n"], r["of"], r["expected"]) for r in s["cooccurrence"]]
    return Table(
        "cooccurrence", t["cooccurrence"], columns, tuple(rows), t["cooccurrence_note"]
    )  # fmt: skip


def _money(s: Summary, t: Mapping[str, str]) -> Table:
    columns = (Column(t["fiche"], width=24), Column(t["disbursed"], "share", 14),
               Column(t["elapsed"], "share", 14), Column(t["gap"], "share", 12))  # fmt: skip
    rows = [
        (r["name"], r["disbursed_share"], r["elapsed_share"], r["gap"]) for r in s["money"]["rows"]
    ]
    note = say(s["lang"], "money_note", n=s["money"]["n"], of=s["money"]["of"])
    return Table("money", t["money"], columns, tuple(rows), note)


def group_notes(s: Summary) -> list[str]:
    """Return what has to be said with the comparison of groups."""
    lang, groups = s["lang"], s["groups"]
    by_period = groups["unit"] == "fiches"
    suffix = "_period" if by_period else ""
    notes = []
    if groups["measures"]:
        levels = s["serious"]["label"]
        notes.append(say(lang, f"groups_note{suffix}", n=groups["n"], levels=levels))
        if groups["tested"]:
            held = sum(held_up(cell) for m in groups["measures"] for cell in m["cells"])
            notes.append(say(lang, "groups_tests", n=groups["comparisons"], held=held))
    else:
        notes.append(say(lang, f"groups_none{suffix}", least=groups["least"]))
    if groups["small"]:
        names = [f"{g['name']} ({number(g['n'], lang)})" for g in groups["small"]]
        notes.append(say(lang, "groups_small", least=groups["least"], names=listed(names, lang)))
    if groups["without"]:
        notes.append(say(lang, "groups_without", n=groups["without"]))
    return notes


def kind_label(s: Summary, kind: str) -> str:
    """Return what kind of measure groups are compared by."""
    return say(s["lang"], f"kind_{kind}", levels=s["serious"]["label"])


def held_up(cell: Mapping[str, Any]) -> bool:
    """Tell whether a difference withstands the correction for the number of tests."""
    return cell["p_holm"] is not None and cell["p_holm"] < 0.05


def _groups(s: Summary, t: Mapping[str, str]) -> Table:
    columns = (Column(t["measure"], width=26), Column("", width=34), Column(t["group"], width=28),
               Column(t["cases"], "count", 8), Column(t["of"].capitalize(), "count", 8),
               Column(t["share"], "share", 11), Column(t["low"], "share", 11),
               Column(t["high"], "share", 11), Column(t["p"], "p", 9),
               Column(t["p_holm"], "p", 11))  # fmt: skip
    rows = [
        (kind_label(s, m["kind"]), m["label"], c["group"], c["n"], c["of"], c["share"], c["low"],
         c["high"], c["p"], c["p_holm"])
        for m in s["groups"]["measures"] for c in m["cells"]
    ]  # fmt: skip
    caption = f"{t['groups']}: {s['group_by']['label'].lower()}"
    return Table("groups", caption, columns, tuple(rows), " ".join(group_notes(s)))


def _changes(s: Summary, t: Mapping[str, str]) -> Table:
    changes = s["changes"]
    counted = ("worse", "better", "new", "reopened", "persisting", "resolved", "not_mentioned")
    columns = [Column(t["programme"], width=16), Column(t["before"], width=18),
               Column(t["after"], width=18),
               Column(f"{t['index']}: {t['before'].lower()}", "figure"),
               Column(f"{t['index']}: {t['after'].lower()}", "figure"),
               Column(t["change"], "signed", 9)]  # fmt: skip
    columns += [Column(t[name], "count", 11) for name in counted]
    rows = [
        (p["name"], *(p[side]["period"] or p[side]["fiche_id"] for side in ("before", "after")),
         p["before"]["risk_index"], p["after"]["risk_index"], p["index_change"],
         *(p["counts"][name] for name in counted))
        for p in changes["pairs"]
    ]  # fmt: skip
    caption = t["changes_runs" if changes["kind"] == "runs" else "changes"]
    return Table("changes", caption, tuple(columns), tuple(rows), t["changes_note"])


def _transitions(s: Summary, t: Mapping[str, str]) -> Table:
    columns = [Column(t["before"], width=18)]
    columns += [Column(x["label"], "count", 12) for x in s["levels"]]
    labels = {x["id"]: x["label"] for x in s["levels"]}
    rows = [
        (labels[r["before"]], *(r["counts"][x["id"]] for x in s["levels"]))
        for r in s["changes"]["transitions"]
    ]
    kept = tuple(rows) if s["changes"]["pairs"] else ()
    return Table("transitions", t["transitions"], tuple(columns), kept, t["transitions_note"])


def _issue_changes(s: Summary, t: Mapping[str, str]) -> Table:
    columns = (Column(t["programme"], width=16), Column(t["before"], width=12),
               Column(t["after"], width=12), Column(t["issue"], width=34),
               Column(t["change"], width=18), Column(t["quote"], width=70))  # fmt: skip
    rows = [
        (p["name"], *(p[side]["period"] or p[side]["fiche_id"] for side in ("before", "after")),
         i["label"], t[i["kind"]], i["quote"].get("text", ""))
        for p in s["changes"]["pairs"] for i in p["issues"]
    ]  # fmt: skip
    return Table("issue_changes", t["issue_changes"], columns, tuple(rows))


def _findings(s: Summary, t: Mapping[str, str]) -> Table:
    columns = (Column(t["fiche"], width=22), Column(t["check"], width=48),
               Column(t["one_side"], width=36), Column(t["other_side"], width=48))  # fmt: skip
    rows = [(r["fiche_id"], r["message"], r["left"], r["right"]) for r in s["findings"]]
    return Table("findings", t["findings"], columns, tuple(rows))


def _missing(s: Summary, t: Mapping[str, str]) -> Table:
    columns = (Column(t["fiche"], width=24), Column(t["not_in"].capitalize(), "count", 12),
               Column(t["dimension"], width=80))  # fmt: skip
    rows = [(r["name"], len(r["sections"]), ", ".join(r["sections"])) for r in s["missing"]]
    return Table("missing", t["missing"], columns, tuple(rows))


def reason_label(reason: str, t: Mapping[str, str]) -> str:
    """Return why an input was set aside, in words."""
    return t.get(f"reason_{reason}", reason)


def _rejected(s: Summary, t: Mapping[str, str]) -> Table:
    columns = (Column(t["source"], width=40), Column(t["reason"], width=26),
               Column(t["detail"], width=60))  # fmt: skip
    rows = [(r["source"], reason_label(r["reason"], t), r["detail"]) for r in s["rejected"]]
    return Table("rejected", t["rejected"], columns, tuple(rows))


def by_topic(sentences: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[str]]]:
    """Return a risk summary's topics, each with its sentences, in their order."""
    grouped = itertools.groupby(sentences, key=itemgetter("topic"))
    return [(topic, [sentence["text"] for sentence in own]) for topic, own in grouped]


def method_lines(s: Summary) -> list[str]:
    """Return the paragraphs on method and limits."""
    lang, method = s["lang"], s["method"]
    lines = [
        say(
            lang, "method_scale", version=method["assessor"], model=method["model"]["name"],
            codebook=method["codebook"]["id"], sha=method["codebook"]["sha256"],
        )
    ]  # fmt: skip
    if method["sort"]:
        lines[0] += f" {say(lang, 'method_sort')}"
    if not method["model"].get("trained"):
        lines.append(say(lang, "method_untrained"))
    for name, value in (method["model"].get("scores") or {}).items():
        if isinstance(value, (int, float)):
            lines.append(say(lang, "method_score", name=name, value=number(value, lang, 3)))
    lines += [say(lang, "method_index"), say(lang, "method_portfolio")]
    counts = {key: method[key] for key in ("discovered", "assessed", "rejected")}
    lines.append(say(lang, "method_inputs", **counts))
    if method["repeated"]:
        lines.append(say(lang, "method_repeated", n=method["repeated"]))
    checked = Counter(c["reviewed"] is not None for p in s["programmes"] for c in p["sections"])
    if checked[True]:
        lines.append(say(lang, "method_reviewed", n=checked[True], of=checked.total()))
    return [*lines, *selection_lines(s)]


def reviewed_line(section: Mapping[str, Any], lang: str) -> str:
    """Say who reviewed a section, what they changed and why."""
    reviewed, t = section["reviewed"], words(lang)
    parts = [f"{t['reviewed_by']} {reviewed['by']}, {day(reviewed['at'][:10], lang)}"]
    if reviewed["model_level"] != section["level"]:
        parts.append(f"{t['model_said']}: {reviewed['model_label']}")
    if reviewed["removed"]:
        parts.append(f"{t['removed']}: {listed(reviewed['removed'], lang)}")
    if reviewed["note"]:
        parts.append(f"{t['reviewer_note']}: «{reviewed['note']}»")
    return ". ".join(parts)


def selection_lines(s: Summary) -> list[str]:
    """Return what a filter left out and what anonymity hides."""
    chosen, lang = s["selection"], s["lang"]
    lines = []
    if chosen["where"]:
        lines.append(
            say(lang, "selection_where", where=chosen["where"], n=chosen["kept"], of=chosen["of"])
        )
    if chosen["anonymised"]:
        lines.append(say(lang, "selection_anonymous"))
    return lines


def quotes_by_issue(s: Summary, most: int | None) -> list[dict[str, Any]]:
    """Return quotations by issue and status, in the order of the ranking.

    Parameters
    ----------
    most : int or None
        How many `quotes` of each are kept, the first ones; `of` counts all.
    """
    quotes: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    counts: Counter[tuple[str, str]] = Counter()
    for p in s["programmes"]:
        for section in p["sections"]:
            for issue in section["issues"]:
                key = issue["code"], issue["status"]
                counts[key] += 1
                if most is None or counts[key] <= most:
                    quotes[key].append(quote_of(p, section, issue))
    return [
        {
            "code": row["code"], "label": row["label"], "n": row["n"],
            "statuses": [
                {"id": x["id"], "label": x["label"], "quotes": quotes[key], "of": counts[key]}
                for x in s["statuses"] if (key := (row["code"], x["id"])) in counts
            ],
        }
        for row in s["ranking"]
    ]  # fmt: skip
