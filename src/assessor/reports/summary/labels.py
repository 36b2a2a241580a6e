"""Labels of the codebook in the report's language."""

from __future__ import annotations

from typing import Any

from assessor.codebook.schema import Codebook

LETTERS = {"es": {"low": "B", "moderate": "M", "substantial": "S", "high": "A"}}
NO_LETTER = "–"


class Labels:
    """Labels of a codebook in one language, ``es`` or ``en``."""

    def __init__(self, codebook: Codebook, lang: str) -> None:
        self.book, self.lang = codebook, lang

    def _of(self, item: Any) -> str:
        return str(item.es if self.lang == "es" else item.en)

    def dimension(self, name: str) -> str:
        """Return a dimension's label."""
        return self._of(self.book.dimension[name])

    def issue(self, name: str) -> str:
        """Return an issue's label; its code where the codebook has no such issue."""
        kind = self.book.issue.get(name)
        return self._of(kind) if kind else name

    def status(self, name: str) -> str:
        """Return a status's label."""
        return self._of(self.book.status[name])

    def level(self, name: str) -> str:
        """Return a level's label."""
        return self._of(self.book.level[name])

    def letter(self, name: str) -> str:
        """Return the letter of a level, a dash where it bears no value."""
        if self.book.level[name].value is None:
            return NO_LETTER
        return LETTERS.get(self.lang, {}).get(name) or self.level(name)[:1].upper()

    def level_entry(self, name: str) -> dict[str, Any]:
        """Describe a level."""
        level = self.book.level[name]
        return {
            "id": name, "value": level.value, "label": self.level(name),
            "letter": self.letter(name), "means": level.means,
        }  # fmt: skip
