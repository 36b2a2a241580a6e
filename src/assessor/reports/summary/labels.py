"""Labels of the codebook in the report's language, and how its scale is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil
from typing import Any

from assessor.codebook.schema import Codebook, Dimension, IssueStatus, IssueType, Level

NO_LETTER = "–"
# How ratings look, lowest risk first, by the names that style sheets know.
SHADES = ("low", "moderate", "substantial", "high")
NO_SHADE = "not_assessed"
Entry = Dimension | IssueType | IssueStatus | Level


class Labels:
    """Labels of a codebook in one language, ``es`` or ``en``."""

    def __init__(self, codebook: Codebook, lang: str) -> None:
        self.book, self.lang = codebook, lang
        self._ranks = {x.id: rank for rank, x in enumerate(codebook.assessed_levels)}
        self._letters = _letters(codebook.assessed_levels, self.of)

    def of(self, entry: Entry) -> str:
        """Return the label of an entry of the codebook."""
        return entry.es if self.lang == "es" else entry.en

    def dimension(self, name: str) -> str:
        """Return a dimension's label."""
        return self.of(self.book.dimension[name])

    def issue(self, name: str) -> str:
        """Return an issue's label; its code where the codebook has no such issue."""
        kind = self.book.issue.get(name)
        return self.of(kind) if kind else name

    def status(self, name: str) -> str:
        """Return a status's label."""
        return self.of(self.book.status[name])

    def level(self, name: str) -> str:
        """Return a level's label."""
        return self.of(self.book.level[name])

    def letter(self, name: str) -> str:
        """Return the letter of a level, a dash where it bears no value."""
        return self._letters.get(name, NO_LETTER)

    def shade(self, name: str) -> str:
        """Return how a level looks: one of `SHADES` by its rank, whatever its name."""
        if name not in self._ranks:
            return NO_SHADE
        steps = max(len(self._ranks) - 1, 1)
        place = (len(SHADES) - 1) * self._ranks[name] / steps
        return SHADES[ceil(place - 0.5)]  # what lies halfway looks like the lower of two

    def serious(self) -> list[Level]:
        """Return the levels above the middle of the scale, lowest first."""
        levels = self.book.assessed_levels
        above = [level for rank, level in enumerate(levels, 1) if 2 * rank > len(levels) + 1]
        return above or list(levels)

    def level_entry(self, name: str) -> dict[str, Any]:
        """Describe a level."""
        level = self.book.level[name]
        return {
            "id": name, "value": level.value, "label": self.level(name),
            "letter": self.letter(name), "shade": self.shade(name), "means": level.means,
        }  # fmt: skip


def _letters(levels: Sequence[Level], label: Callable[[Level], str]) -> dict[str, str]:
    """Return the labels' initials by level; their values where two begin alike."""
    initials = {level.id: label(level)[:1].upper() for level in levels}
    if len({*initials.values()}) == len(initials):
        return initials
    return {level.id: str(level.value) for level in levels}
