"""An evaluation → one self-contained HTML page for people."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from markupsafe import Markup

from assessor.codebook.schema import Codebook
from assessor.reports.charts import svg
from assessor.reports.html import environment, package_file
from assessor.reports.words import number, share, words

WORDS = "evaluation_words"
SIDE, LEFT, TOP = 300, 52, 12  # of the reliability plot, in its own units


def render_evaluation(record: Mapping[str, Any], codebook: Codebook, lang: str) -> bytes:
    """Render the record of `assessor.training.evaluation.evaluate`."""
    t = words(lang, WORDS)
    style = package_file("report.css")
    page = environment(lang)
    page.filters["interval"] = lambda score: _interval(score, lang)
    review, counts = record["review"], ("sections", "fiches", "issues")
    return page.get_template("evaluation.html.j2").render(
        e=record,
        t=t,
        lang=lang,
        policy=_policy(style),
        style=Markup(style),  # noqa: S704  # the package's own file
        title=t["title"].format(model=record["model"]),
        lead=t["lead"].format(**{name: number(record[name], lang) for name in counts}),
        denied=t["denied"].format(**record["denied"]),
        review=t["review_note"].format(
            flagged=share(review["flagged"], lang), writers=number(review["writers"], lang),
            far=_percent(review["unflagged_and_far"], lang),
        ),
        levels=_levels(codebook, lang),
        names=_names(codebook, lang),
        key_of={"statuses": "status", "codes": "code"},
        reliability=_reliability(record["reliability"], lang, t),
    ).encode()  # fmt: skip


def _policy(style: str) -> str:
    """Allow this page's own style, by its hash, and nothing else."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _interval(score: Mapping[str, float], lang: str) -> str:
    value, low, high = (number(score[key], lang, 2) for key in ("value", "low", "high"))
    return f"{value} ({low}–{high})"


def _percent(value: float | None, lang: str) -> str:
    return "–" if value is None else f"{number(100 * value, lang, 1)}\u00a0%"


def _levels(codebook: Codebook, lang: str) -> list[str]:
    others = [level for level in codebook.levels if level.value is None]
    return [str(getattr(level, lang)) for level in (*codebook.assessed_levels, *others)]


def _names(codebook: Codebook, lang: str) -> dict[str, str]:
    return {
        name: str(getattr(entry, lang))
        for entries in (codebook.dimension, codebook.issue, codebook.status)
        for name, entry in entries.items()
    }


def _reliability(bins: Sequence[Mapping[str, float]], lang: str, t: Mapping[str, str]) -> Markup:
    """Draw the share that is right (upwards) against confidence (rightwards)."""
    body = Markup("")
    for step in (0, 0.25, 0.5, 0.75, 1):
        x, y = LEFT + SIDE * step, TOP + SIDE * (1 - step)
        body += Markup(
            '<path class="grid" d="M{x} {top}V{end}M{left} {y}H{right}"/>'
            '<text class="tick" x="{x}" y="{below}" text-anchor="middle">{mark}</text>'
            '<text class="tick" x="{before}" y="{yt}" text-anchor="end">{mark}</text>'
        ).format(
            x=x, y=y, top=TOP, left=LEFT, end=TOP + SIDE, right=LEFT + SIDE, yt=y + 4,
            below=TOP + SIDE + 18, before=LEFT - 7, mark=share(step, lang),
        )  # fmt: skip
    body += Markup('<path class="diagonal" d="M{} {}L{} {}"/>').format(
        LEFT, TOP + SIDE, LEFT + SIDE, TOP
    )
    for one in bins:
        title = f"{share(one['sure'], lang)} → {share(one['right'], lang)}"
        body += Markup(
            '<circle class="ahead" cx="{:.1f}" cy="{:.1f}" r="{:.1f}"><title>{}</title></circle>'
        ).format(
            LEFT + SIDE * one["sure"], TOP + SIDE * (1 - one["right"]),
            3 + 12 * one["share"] ** 0.5, title,
        )  # fmt: skip
    body += Markup(
        '<text class="axis-name" x="{}" y="{}" text-anchor="middle">{}</text>'
        '<text class="axis-name" transform="translate(13 {}) rotate(-90)" text-anchor="middle">{}'
        "</text>"
    ).format(LEFT + SIDE / 2, TOP + SIDE + 40, t["confidence"], TOP + SIDE / 2, t["right"])
    return svg("scatter", 480, TOP + SIDE + 50, t["reliability"], body)
