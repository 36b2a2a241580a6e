"""An evaluation → one self-contained HTML page for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from assessor.codebook.schema import Codebook
from assessor.reports.charts import Plane, svg
from assessor.reports.html import content_policy, environment, package_file
from assessor.reports.summary.labels import Entry, Labels
from assessor.reports.words import number, share, words

WORDS = "evaluation_words"


def render_evaluation(record: Mapping[str, Any], codebook: Codebook, lang: str) -> bytes:
    """Render the record of `assessor.training.evaluation.evaluate`."""
    t, labels = words(lang, WORDS), Labels(codebook, lang)
    style = package_file("report.css")
    page = environment(lang)
    page.filters["interval"] = lambda score: _interval(score, lang)
    review, counts = record["review"], ("sections", "fiches", "issues")
    return page.get_template("evaluation.html.j2").render(
        e=record,
        t=t,
        lang=lang,
        policy=content_policy(style),
        style=Markup(style),  # noqa: S704  # the package's own file
        title=t["title"].format(model=record["model"]),
        lead=t["lead"].format(**{name: number(record[name], lang) for name in counts}),
        denied=t["denied"].format(**record["denied"]),
        review=t["review_note"].format(
            flagged=share(review["flagged"], lang), writers=number(review["writers"], lang),
            far=_percent(review["unflagged_and_far"], lang),
        ),
        levels=_levels(labels),
        names=_names(labels),
        key_of={"statuses": "status", "codes": "code"},
        reliability=_reliability(record["reliability"], lang, t),
    ).encode()  # fmt: skip


def _interval(score: Mapping[str, float], lang: str) -> str:
    value, low, high = (number(score[key], lang, 2) for key in ("value", "low", "high"))
    return f"{value} ({low}–{high})"


def _percent(value: float | None, lang: str) -> str:
    return "–" if value is None else f"{number(100 * value, lang, 1)}\u00a0%"


def _levels(labels: Labels) -> list[str]:
    book = labels.book
    others = [level for level in book.levels if level.value is None]
    return [labels.of(level) for level in (*book.assessed_levels, *others)]


def _names(labels: Labels) -> dict[str, str]:
    book = labels.book
    entries: tuple[Entry, ...] = (*book.dimensions, *book.issues, *book.statuses)
    return {entry.id: labels.of(entry) for entry in entries}


def _reliability(bins: Sequence[Mapping[str, float]], lang: str, t: Mapping[str, str]) -> Markup:
    """Draw the share that is right (upwards) against confidence (rightwards)."""
    plane = Plane(52, 12, 300)
    body = plane.grid(t["confidence"], t["right"], lang)
    for one in bins:
        x, y = plane.place(one["sure"], one["right"])
        title = f"{share(one['sure'], lang)} → {share(one['right'], lang)}"
        body += Markup(
            '<circle class="ahead" cx="{:.1f}" cy="{:.1f}" r="{:.1f}"><title>{}</title></circle>'
        ).format(x, y, 3 + 12 * one["share"] ** 0.5, title)
    return svg("scatter", 480, 362, t["reliability"], body)
