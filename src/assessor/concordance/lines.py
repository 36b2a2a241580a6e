"""Hits → rows for scripts, and lines with the hit in the middle for the terminal."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from typing import Any

from assessor.concordance.hits import Hit

COLUMNS = (
    "fiche_id", "country", "period", "dimension", "code", "status", "link", "left", "hit", "right",
    "start", "end", "similarity",
)  # fmt: skip
CONTEXT = 80  # characters on either side, for scripts
NAME_WIDTH = 44  # of the column that says where a line comes from, at most
_SPACES = re.compile(r"\s+")


def row_of(hit: Hit) -> dict[str, Any]:
    """Return a hit as a row; `start` and `end` are places in the section."""
    start, end = hit.span.start, hit.span.end
    return {
        "fiche_id": hit.fiche["fiche_id"],
        "country": hit.fiche["country"],
        "period": hit.fiche["period"],
        "dimension": hit.dimension,
        "code": hit.code,
        "status": hit.status,
        "link": hit.link,
        "left": shown(hit.text[max(0, start - CONTEXT) : start]),
        "hit": shown(hit.text[start:end]),
        "right": shown(hit.text[end : end + CONTEXT]),
        "start": start,
        "end": end,
        "similarity": None if hit.similarity is None else round(hit.similarity, 4),
    }


def shown(text: str) -> str:
    r"""Return words on one line, without what could drive a terminal.

    >>> shown("uno\n\tdos\x1b[2J")
    'uno dos[2J'
    """
    return "".join(c for c in _SPACES.sub(" ", text) if c.isprintable())


def paragraph_of(hit: Hit, width: int) -> str:
    """Return a sentence whole, indented, in lines of at most `width` columns."""
    indent = " " * 6
    return textwrap.fill(
        shown(hit.span.of(hit.text)), width, initial_indent=indent, subsequent_indent=indent
    )


def lines_of(hits: Sequence[Hit], names: Sequence[str], width: int) -> list[tuple[str, ...]]:
    """Lay hits out in lines of `width` columns, every hit beginning at the same one.

    Returns
    -------
    list of tuple
        Where it stands, what is left of it, the hit, what is right of it.
    """
    column = min(NAME_WIDTH, max((len(name) for name in names), default=0))
    half = max(12, (width - column - 2) // 2)
    lines: list[tuple[str, ...]] = []
    for hit, name in zip(hits, names, strict=True):
        left = shown(hit.text[max(0, hit.span.start - 4 * half) : hit.span.start])
        words = shown(hit.span.of(hit.text))
        right = shown(hit.text[hit.span.end : hit.span.end + 4 * half])
        words, right = words[:half], right[: max(0, half - len(words))]
        lines.append((f"{name[:column]:<{column}}", f"{left[-half:]:>{half}}", words, right))
    return lines
