"""Inline markup of gold cases: `no hay <issue code=no_baseline>línea de base</issue>`.

`status=` defaults to current; `denied` marks words that look like an issue and are none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_TAG = re.compile(
    r"<issue code=(?P<code>\w+)(?: status=(?P<status>\w+))?(?P<denied> denied)?>(?P<words>.*?)</issue>"
)
FOLDER = Path(__file__).parent / "gold"
PARSED = "trees"  # the file whose cases a parser alone can read


@dataclass(frozen=True)
class Gold:
    code: str
    status: str
    denied: bool
    start: int
    end: int


@dataclass(frozen=True)
class Case:
    """A line of `gold/*.txt`; `failure` says why it is known not to be read rightly."""

    name: str
    text: str
    gold: tuple[Gold, ...]
    failure: str | None

    @property
    def parsed(self) -> bool:
        return self.name.startswith(PARSED)


def read_markup(marked: str) -> tuple[str, tuple[Gold, ...]]:
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
    return text + marked[at:], tuple(gold)


def read_cases() -> list[Case]:
    r"""Read every gold file: a case a line, `#` a comment, `! reason | case` a known failure.

    `\n` in a case is a line break.
    """
    cases = []
    for path in sorted(FOLDER.glob("*.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, start=1):
            if not line or line.startswith("#"):
                continue
            failure, marked = None, line
            if line.startswith("! "):
                failure, marked = line[2:].split(" | ", 1)
            text, gold = read_markup(marked.replace("\\n", "\n"))
            cases.append(Case(f"{path.stem}-{number}", text, gold, failure))
    return cases
