"""Charts as inline SVG: marks differ by shape or pattern as well as by colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from assessor.reports.words import number, share

SLOPES = 24
LABELLED = 4
ROW = 15  # least distance between labels
LETTER = 7  # width of a label's letter
Words = Mapping[str, str]


def svg(kind: str, width: int, height: int, label: str, body: Markup) -> Markup:
    """Return a chart that a screen reader announces by its label."""
    return Markup('<svg class="{}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        kind, width, height, label, body
    )


def bar(n: int, of: int, label: str) -> Markup:
    """Draw a share as a bar."""
    width = round(100 * n / of, 1) if of else 0
    body = Markup(
        '<rect class="track" width="100" height="10"/><rect class="fill" width="{}" height="10"/>'
    ).format(width)
    return Markup(
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" '
        'aria-label="{}">{}</svg>'
    ).format(label, body)


def stack(counts: Mapping[str, int], levels: Sequence[Mapping[str, Any]], label: str) -> Markup:
    """Draw counts by level side by side, each with its letter."""
    total, x, body = sum(counts.values()), 0.0, Markup("")
    for level in levels:
        width = 300 * counts[level["id"]] / total if total else 0
        if width:
            body += Markup(
                '<rect class="s-{}" x="{:.1f}" width="{:.1f}" height="20" rx="3"/>'
            ).format(level["shade"], x, max(width - 2, 1))
            if width > 14:
                body += Markup('<text class="t-{}" x="{:.1f}" y="14">{}</text>').format(
                    level["shade"], x + width / 2 - 1, level["letter"]
                )
        x += width
    return svg("stack", 300, 20, label, body)


def interval(cell: Mapping[str, Any], lang: str) -> Markup:
    """Draw a share and its interval on a line from 0 to 100 %."""
    low, high, at = (round(100 * cell[key], 1) for key in ("low", "high", "share"))
    label = f"{share(cell['share'], lang)} ({share(cell['low'], lang)}–{share(cell['high'], lang)})"
    body = Markup(
        '<path class="axis" d="M0 8H100"/><path class="whisker" d="M{low} 8H{high}M{low} 4V12'
        'M{high} 4V12"/><circle class="dot" cx="{at}" cy="8" r="3.4"/>'
    ).format(low=low, high=high, at=at)
    return Markup(
        '<svg class="interval" viewBox="-4 0 108 16" role="img" aria-label="{}">{}</svg>'
    ).format(label, body)


@dataclass(frozen=True, slots=True)
class Plane:
    """A square of shares, 0 to 100 % rightwards and upwards, in an SVG's own units."""

    left: float
    top: float
    size: float

    def place(self, across: float, up: float) -> tuple[float, float]:
        """Return where two shares meet; what is above 100 % stands at the border."""
        return self.left + self.size * across, self.top + self.size * (1 - min(up, 1.0))

    def grid(self, across: str, up: str, lang: str) -> Markup:
        """Draw lines, ticks, the diagonal and the names of both axes."""
        left, top, size = self.left, self.top, self.size
        body = Markup("")
        for step in (0, 0.25, 0.5, 0.75, 1):
            x, y = self.place(step, step)
            body += Markup(
                '<path class="grid" d="M{x} {top}V{end}M{left} {y}H{right}"/>'
                '<text class="tick" x="{x}" y="{below}" text-anchor="middle">{mark}</text>'
                '<text class="tick" x="{before}" y="{yt}" text-anchor="end">{mark}</text>'
            ).format(
                x=x, y=y, top=top, left=left, end=top + size, right=left + size,
                below=top + size + 18, before=left - 7, yt=y + 4, mark=share(step, lang),
            )  # fmt: skip
        return body + Markup(
            '<path class="diagonal" d="M{left} {end}L{right} {top}"/>'
            '<text class="axis-name" x="{middle}" y="{under}" text-anchor="middle">{across}</text>'
            '<text class="axis-name" transform="translate(13 {half}) rotate(-90)" '
            'text-anchor="middle">{up}</text>'
        ).format(
            left=left, top=top, end=top + size, right=left + size, middle=left + size / 2,
            under=top + size + 40, half=top + size / 2, across=across, up=up,
        )  # fmt: skip


def scatter(rows: Sequence[Mapping[str, Any]], lang: str, t: Words) -> Markup:
    """Draw disbursed (upwards) against elapsed (rightwards); a square lags behind."""
    plane = Plane(56, 14, 380)
    body = plane.grid(t["elapsed"], t["disbursed"], lang)
    places = [plane.place(row["elapsed_share"], row["disbursed_share"]) for row in rows]
    for row, (x, y) in zip(rows, places, strict=True):
        body += _point(row, x, y, lang)
    named = [k for k in sorted(range(len(rows)), key=lambda k: -rows[k]["gap"])[:LABELLED]
             if rows[k]["gap"] > 0]  # fmt: skip
    labels = _labels([(rows[k]["name"], *places[k]) for k in named], places)
    for k, (x, y, anchor) in zip(named, labels, strict=True):
        body += Markup(
            '<text class="name" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>'
        ).format(x, y, anchor, rows[k]["name"])
    return Markup('<svg class="scatter" viewBox="0 0 620 446" role="group" aria-label="{}">{}</svg>'
                  ).format(t["money"], body)  # fmt: skip


def _labels(
    named: Sequence[tuple[str, float, float]], places: Sequence[tuple[float, float]]
) -> list[tuple[float, float, str]]:
    """Return where each point's name stands: where it covers the fewest points and names."""
    found: list[tuple[float, float, str]] = []
    covered = list(places)
    for name, x, y in named:
        length = LETTER * len(name)
        spots = [(x + side * 9, y + 4 + step, anchor) for step in (0, -12, 12)
                 for side, anchor in ((1, "start"), (-1, "end"))]  # fmt: skip
        spots.sort(key=lambda spot: _covers(spot, length, covered))
        at, height, anchor = spots[0]
        found.append(spots[0])
        ends = range(0, length, ROW)
        covered += [(at + (k if anchor == "start" else -k), height - 4) for k in ends]
    return found


def _covers(
    spot: tuple[float, float, str], length: float, places: Sequence[tuple[float, float]]
) -> int:
    x, y, anchor = spot
    start = x if anchor == "start" else x - length
    return sum(
        start - 5 < px < start + length + 5 and abs(py - (y - 4)) < ROW * 0.7 for px, py in places
    )


def _point(row: Mapping[str, Any], x: float, y: float, lang: str) -> Markup:
    paid, gone = (share(row[f"{key}_share"], lang) for key in ("disbursed", "elapsed"))
    title = f"{row['name']}: {paid} / {gone}"
    shape = (
        Markup('<rect class="behind" x="{:.1f}" y="{:.1f}" width="9" height="9"/>').format(
            x - 4.5, y - 4.5
        )
        if row["gap"] > 0
        else Markup('<circle class="ahead" cx="{:.1f}" cy="{:.1f}" r="4.6"/>').format(x, y)
    )
    return Markup('<a href="#{}" tabindex="-1" aria-label="{}"><title>{}</title>{}</a>').format(
        row["anchor"], title, title, shape
    )


def slope(pairs: Sequence[Mapping[str, Any]], lang: str, t: Words) -> Markup:
    """Draw each programme's index before and after; those of greatest change."""
    known = [p for p in pairs if p["index_change"] is not None]
    shown = sorted(known, key=lambda p: (-abs(p["index_change"]), p["name"]))[:SLOPES]
    if not shown:
        return Markup("")
    indices = [p[side]["risk_index"] for p in shown for side in ("before", "after")]
    low, high = min(indices), max(indices)
    height = max(240, 20 * len(shown) + 60)
    scale = (height - 80) / ((high - low) or 1)
    left, right = 200, 440

    def y(index: float) -> float:
        return float(40 + (high - index) * scale)

    body = Markup(
        '<text class="axis-name" x="{}" y="18" text-anchor="end">{}</text>'
        '<text class="axis-name" x="{}" y="18">{}</text>'
    ).format(left, t["before"], right, t["after"])
    sides = {"before": (left - 8, "end"), "after": (right + 8, "start")}
    for pair in shown:
        body += _line(pair, left, right, *(y(pair[k]["risk_index"]) for k in ("before", "after")))
    for side, (x, anchor) in sides.items():
        places = _spread([y(p[side]["risk_index"]) for p in shown])
        height = max(height, round(max(places)) + ROW)
        for pair, place in zip(shown, places, strict=True):
            index = number(pair[side]["risk_index"], lang, 1)
            period = pair[side]["period"] or ""
            text = f"{pair['name']} {period}  {index}" if side == "before" else f"{index}  {period}"
            body += Markup(
                '<a href="#{}" tabindex="-1"><text class="name" x="{}" y="{:.1f}" '
                'text-anchor="{}">{}</text></a>'
            ).format(pair[side]["anchor"], x, place + 4, anchor, text)
    return Markup('<svg class="slope" viewBox="0 0 640 {}" role="group" aria-label="{}">{}</svg>'
                  ).format(height, t["slope"], body)  # fmt: skip


def _line(pair: Mapping[str, Any], left: int, right: int, before: float, after: float) -> Markup:
    change = pair["index_change"]
    kind = "up" if change > 0 else "down" if change < 0 else "flat"
    return Markup(
        '<path class="line {kind}" d="M{left} {before:.1f}L{right} {after:.1f}"/>'
        '<circle class="end {kind}" cx="{left}" cy="{before:.1f}" r="3.5"/>'
        '<circle class="end {kind}" cx="{right}" cy="{after:.1f}" r="3.5"/>'
    ).format(kind=kind, left=left, right=right, before=before, after=after)


def _spread(places: Sequence[float]) -> list[float]:
    """Move labels apart, in their order, so that none covers another."""
    order = sorted(range(len(places)), key=lambda k: places[k])
    moved, last = list(places), -ROW * 2.0
    for k in order:
        moved[k] = last = max(places[k], last + ROW)
    return moved


def patterns() -> Markup:
    """Return the patterns that levels bear in charts, beside their colour."""
    return Markup(
        '<svg class="defs" width="0" height="0" aria-hidden="true" focusable="false"><defs>'
        '<pattern id="p-moderate" width="6" height="6" patternUnits="userSpaceOnUse">'
        '<rect class="b-moderate" width="6" height="6"/><circle class="ink" cx="3" cy="3" r=".9"/>'
        '</pattern><pattern id="p-substantial" width="6" height="6" patternUnits="userSpaceOnUse">'
        '<rect class="b-substantial" width="6" height="6"/><path class="inkline" d="M0 3H6"/>'
        '</pattern><pattern id="p-not_assessed" width="7" height="7" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect class="b-none" width="7" height="7"/>'
        '<path class="paperline" d="M0 0V7"/></pattern></defs></svg>'
    )
