"""Whether a section holds anything to judge, and what its plan flag says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assessor.codebook.schema import Codebook
from assessor.folding import bare_words, fold
from assessor.wording import CompiledWording, compile_wording

SHORT = 40  # words: a longer text says something besides «no se dispone de información»


@dataclass(frozen=True, slots=True)
class TextState:
    """What a section is before its words are weighed.

    Parameters
    ----------
    kind : str
        ``blank``, ``placeholder``, ``no_information``, ``flag_only`` or ``text``.
    flag : str or None
        ``yes`` or ``no`` where the section begins with a plan flag.
    field : str or None
        The form's field that the flag is.
    body_start : int
        Where the text begins after the flag's line.
    """

    kind: str
    flag: str | None
    field: str | None
    body_start: int


class TextStateReader:
    """Tells blank and placeholder sections, by the codebook's lists."""

    def __init__(self, codebook: Codebook) -> None:
        self._placeholders = {tuple(bare_words(text)) for text in codebook.lexicon.placeholders}
        self._no_information: list[CompiledWording] = [
            compile_wording(text) for text in codebook.lexicon.no_information
        ]
        self._fields = {
            fold(label): field.id
            for form in codebook.forms
            for field in form.fields
            if field.kind == "flag"
            for label in field.labels
        }
        longest_first = sorted(self._fields, key=len, reverse=True)
        names = "|".join(map(re.escape, longest_first))
        self._flag = re.compile(rf"({names})\s*:\s*(si|no)\b\.?[ \t]*(?:\n|$)") if names else None

    def read(self, text: str) -> TextState:
        """Classify a section's text."""
        folded = fold(text)
        match = self._flag.match(folded) if self._flag else None
        flag = {"si": "yes", "no": "no"}[match[2]] if match else None
        field = self._fields[match[1]] if match else None
        start = match.end() if match else 0
        body = folded[start:]
        words = tuple(bare_words(body))
        return TextState(self._kind(body, words, flag), flag, field, start)

    def _kind(self, body: str, words: tuple[str, ...], flag: str | None) -> str:
        if not words:
            return "flag_only" if flag else "blank"
        if words in self._placeholders:
            return "flag_only" if flag else "placeholder"
        if len(words) <= SHORT and any(p.find(body) for p in self._no_information):
            return "flag_only" if flag else "no_information"
        return "text"
