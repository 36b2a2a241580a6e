"""What changed between two fiches of one programme: ratings and issues."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from assessor.portfolio import LINKS, gravest, link
from assessor.reports.summary.chains import chains_of
from assessor.reports.summary.labels import Labels
from assessor.reports.summary.quotes import quote_of

DIRECTIONS = ("worse", "better", "same", "gained", "lost")
Entry = dict[str, Any]
Read = Callable[[Entry], Entry]
State = tuple[str, Entry]  # status, quotation
_programme = itemgetter("key")


def changes_between_periods(heads: Sequence[Entry], read: Read, labels: Labels) -> dict[str, Any]:
    """Compare each programme's fiches of consecutive periods.

    Parameters
    ----------
    heads : sequence of dict
        What is held of each fiche.
    read : callable
        Returns a fiche's whole entry; one programme's are held at a time.
    """
    chains = chains_of(heads, _programme)
    pairs = [
        pair
        for chain in chains.values()
        if len(chain) > 1
        for pair in _pairs([read(head) for head in chain], labels)
    ]
    single = sorted(chain[0]["name"] for chain in chains.values() if len(chain) == 1)
    return {
        **_totals("periods", pairs, labels),
        "programmes": len(chains), "single": len(single),
        "only_before": [], "only_after": [],
    }  # fmt: skip


def changes_between_runs(heads: Sequence[Entry], read: Read, labels: Labels) -> dict[str, Any]:
    """Compare each programme's last fiche of run 0 with its last of run 1."""
    before = chains_of((p for p in heads if p["run"] == 0), _programme)
    after = chains_of((p for p in heads if p["run"] != 0), _programme)
    pairs = [
        _pair([read(head) for head in before[key]], read(after[key][-1]), labels)
        for key in sorted({*before} & {*after})
    ]
    return {
        **_totals("runs", pairs, labels),
        "programmes": len({*before, *after}),
        "single": 0,
        "only_before": sorted(before[key][-1]["fiche_id"] for key in before if key not in after),
        "only_after": sorted(after[key][-1]["fiche_id"] for key in after if key not in before),
    }


def _totals(kind: str, pairs: list[Entry], labels: Labels) -> dict[str, Any]:
    levels = [level.id for level in labels.book.levels]
    steps = Counter((r["before"], r["after"]) for pair in pairs for r in pair["ratings"])
    pairs.sort(key=lambda pair: (-(pair["index_change"] or 0.0), pair["after"]["fiche_id"]))
    return {
        "kind": kind,
        "pairs": pairs,
        "ratings": {d: sum(pair["counts"][d] for pair in pairs) for d in DIRECTIONS},
        "issues": {k: sum(pair["counts"][k] for pair in pairs) for k in LINKS},
        "transitions": [
            {"before": before, "counts": {after: steps[before, after] for after in levels}}
            for before in levels
        ],
    }


def _pairs(chain: Sequence[Entry], labels: Labels) -> list[Entry]:
    return [
        _pair(chain[:place], chain[place], labels)
        for place in range(1, len(chain))
        if chain[place - 1]["period"] != chain[place]["period"]
    ]


def _pair(earlier: Sequence[Entry], now: Entry, labels: Labels) -> Entry:
    last = earlier[-1]
    ratings = _rating_changes(last, now)
    issues = _issue_changes(earlier, now, labels)
    change = None
    if last["risk_index"] is not None and now["risk_index"] is not None:
        change = round(now["risk_index"] - last["risk_index"], 1)
    counts = Counter(r["direction"] for r in ratings) + Counter(i["kind"] for i in issues)
    return {
        "key": now["key"],
        "name": now["code"] or now["fiche_id"],
        "title": now["title"],
        "before": _side(last),
        "after": _side(now),
        "index_change": change,
        "counts": {name: counts[name] for name in (*DIRECTIONS, *LINKS)},
        "ratings": ratings,
        "issues": issues,
    }


def _side(programme: Entry) -> Entry:
    keys = ("fiche_id", "name", "anchor", "period", "risk_index", "assessed_share")
    return {key: programme[key] for key in keys}


def _rating_changes(before: Entry, after: Entry) -> list[Entry]:
    earlier = {s["dimension"]: s for s in before["sections"]}
    return [
        {
            "dimension": s["dimension"],
            "label": s["label"],
            "before": old["level"],
            "after": s["level"],
            "before_label": old["level_label"],
            "after_label": s["level_label"],
            "direction": _direction(old["value"], s["value"]),
        }
        for s in after["sections"]
        if (old := earlier.get(s["dimension"]))
    ]


def _direction(before: int | None, after: int | None) -> str:
    if before is None or after is None:
        return "same" if before == after else "gained" if before is None else "lost"
    return "worse" if after > before else "better" if after < before else "same"


def states_of(programme: Entry) -> dict[str, State]:
    """Return the gravest status of each issue of a fiche, with the words that prove it."""
    states: dict[str, State] = {}
    for section in programme["sections"]:
        for issue in section["issues"]:
            old = states.get(issue["code"])
            if old is None or gravest({old[0], issue["status"]}) != old[0]:
                states[issue["code"]] = (issue["status"], quote_of(programme, section, issue))
    return states


def _issue_changes(earlier: Sequence[Entry], now: Entry, labels: Labels) -> list[Entry]:
    history = [states_of(programme) for programme in earlier]
    last, present = history[-1], states_of(now)
    known = {code for states in history for code in states}
    found = []
    for code in sorted({*last, *present}, key=labels.issue):
        old, new = last.get(code), present.get(code)
        kind = link(old[0] if old else None, new[0] if new else None, known=code in known)
        if kind:
            found.append(
                {
                    "code": code,
                    "label": labels.issue(code),
                    "kind": kind,
                    "before": old[0] if old else None,
                    "after": new[0] if new else None,
                    "quote": (new or old or ("", {}))[1],
                }
            )
    return sorted(found, key=lambda row: LINKS.index(row["kind"]))
