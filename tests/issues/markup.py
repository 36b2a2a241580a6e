"""Inline markup of gold cases: `no hay <issue code=no_baseline>línea de base</issue>`.

`status=` defaults to current; `denied` marks words that look like an issue and are none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TAG = re.compile(
    r"<issue code=(?P<code>\w+)(?: status=(?P<status>\w+))?(?P<denied> denied)?>(?P<words>.*?)</issue>"
)


@dataclass(frozen=True)
class Gold:
    code: str
    status: str
    denied: bool
    start: int
    end: int


def read_markup(marked: str) -> tuple[str, list[Gold]]:
    """Return the plain text and its gold issues, with offsets in the plain text."""
    text, gold, at = "", [], 0
    for match in _TAG.finditer(marked):
        text += marked[at : match.start()]
        start = len(text)
        text += match["words"]
        gold.append(
            Gold(
                match["code"], match["status"] or "current", bool(match["denied"]), start, len(text)
            )
        )
        at = match.end()
    return text + marked[at:], gold
