"""Summary → one self-contained HTML page that reads without scripts or network."""

from __future__ import annotations

import json
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable, Mapping
from hashlib import sha256
from importlib.resources import files
from typing import Any, BinaryIO

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from assessor.reports import charts, tables
from assessor.reports.words import day, number, say, share, words

TEMPLATES = "templates"
# A page of more fiches than this holds fewer repetitions of their words, to open at once.
LARGE = 150
FEW_QUOTES, FEW_REASONS = 20, 1
SCRIPT_WORDS = ("any", "filter_count", "search_count", "search_more", "sort_by", "none")


def write_html(summary: Mapping[str, Any], file: BinaryIO) -> None:
    """Write the comparison report piece by piece; every text of a fiche is escaped."""
    lang = summary["lang"]
    large = summary["fiches"] > LARGE
    style, script = package_file("report.css"), package_file("report.js")
    page = environment(lang).get_template("report.html.j2")
    pieces = page.generate(
        s=summary,
        t=words(lang),
        policy=content_policy(style, script),
        style=Markup(style),  # noqa: S704  # the package's own file
        script=Markup(script),  # noqa: S704
        data=_json_block(_script_data(summary)),
        anchors={p["fiche_id"]: p["anchor"] for p in summary["programmes"]},
        rated=_rated(summary["programmes"]),
        letters={x["id"]: x["letter"] for x in summary["levels"]},
        shades={x["id"]: x["shade"] for x in summary["levels"]},
        kind_label=lambda kind: tables.kind_label(summary, kind),
        quotes=tables.quotes_by_issue(summary, most=FEW_QUOTES if large else None),
        method=tables.method_lines(summary),
        selection=tables.selection_lines(summary),
        group_notes=tables.group_notes(summary),
        held_up=tables.held_up,
        reviewed_line=lambda section: tables.reviewed_line(section, lang),
        most=FEW_QUOTES if large else None,
        reasons=FEW_REASONS if large else None,
    )
    file.writelines(piece.encode() for piece in pieces)


def environment(lang: str) -> Environment:
    """Return the templates' environment, which escapes whatever is put in."""
    made = Environment(
        loader=PackageLoader("assessor", f"reports/{TEMPLATES}"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["number"] = lambda value, decimals=0: number(value, lang, decimals)
    made.filters["signed"] = lambda value: tables.shown(value, "signed", lang)
    made.filters["share"] = lambda value: share(value, lang)
    made.filters["day"] = lambda value: day(value, lang)
    made.globals["charts"] = charts
    made.globals["say"] = lambda key, **values: say(lang, key, **values)
    return made


def package_file(name: str) -> str:
    """Return a file of the templates' folder."""
    path = files("assessor.reports").joinpath(f"{TEMPLATES}/{name}")
    return path.read_text(encoding="utf-8")


def content_policy(style: str, script: str | None = None) -> str:
    """Allow a page its own style and script, by their hashes, and nothing else."""
    own = [("style-src", style), *([("script-src", script)] if script is not None else [])]
    allowed = "".join(f"{what} 'sha256-{_digest(text)}'; " for what, text in own)
    return f"default-src 'none'; {allowed}base-uri 'none'; form-action 'none'"


def _digest(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


def _rated(programmes: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], list[Any]]:
    """Return anchors and names of the programmes by dimension and level."""
    rated: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for programme in programmes:
        link = {"anchor": programme["anchor"], "name": programme["name"]}
        for section in programme["sections"]:
            rated[section["dimension"], section["level"]].append(link)
    return dict(rated)


def _script_data(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Return what sorting and filtering the heat map needs."""
    t = words(summary["lang"])
    return {
        "words": {key: t[key] for key in SCRIPT_WORDS},
        "thousands": "." if summary["lang"] == "es" else ",",
        "dimensions": {d["id"]: d["label"] for d in summary["dimensions"]},
        "levels": [[x["id"], x["label"], x["value"]] for x in summary["levels"]],
        "issues": [[r["code"], r["label"]] for r in summary["ranking"]],
        "rows": [
            {
                "country": p["country"] or "",
                "window": p["window"] or "",
                "agency": list(p["budget_by_agency"]),
                "period": p["period"] or "",
                "levels": [c["level"] for c in p["sections"]],
                "issues": sorted({i["code"] for c in p["sections"] for i in c["issues"]}),
            }
            for p in summary["programmes"]
        ],
    }


def _json_block(data: Mapping[str, Any]) -> Markup:
    """Return JSON that cannot end its element: no <, >, & or line separator stands in it."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    for char in "<>&":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)  # noqa: S704  # escaped above
