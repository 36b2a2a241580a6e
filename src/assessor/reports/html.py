"""Summary → one self-contained HTML page that reads without scripts or network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from assessor.reports.words import day, number, share, words


def render_html(summary: Mapping[str, Any]) -> bytes:
    """Render the comparison report; every text of a fiche is escaped."""
    lang = summary["lang"]
    environment = Environment(
        loader=PackageLoader("assessor", "reports/templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = lambda value, decimals=0: number(value, lang, decimals)
    environment.filters["share"] = lambda value: share(value, lang)
    environment.filters["day"] = lambda value: day(value, lang)
    template = environment.get_template("report.html.j2")
    anchors = {p["fiche_id"]: p["anchor"] for p in summary["programmes"]}
    return template.render(s=summary, t=words(lang), anchors=anchors).encode()
