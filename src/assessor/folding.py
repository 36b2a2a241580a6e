"""Text as it is compared: without accents and case, every code point in its place."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+")


class _FoldTable(dict[int, str]):
    """Folds code points one by one and remembers them."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        base = unicodedata.normalize("NFD", char)[0].lower()
        folded = base if len(base) == 1 else char
        self[code] = folded
        return folded


_TABLE = _FoldTable()


def fold(text: str) -> str:
    """Strip accents and case; the length stays, so that offsets hold in the original.

    >>> fold("Declaración de París")
    'declaracion de paris'
    """
    return text.translate(_TABLE)


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word and its offsets in the line it was read from."""

    text: str
    start: int
    end: int


def words_of(line: str) -> tuple[Word, ...]:
    """Return the folded words of a line.

    >>> [word.text for word in words_of("la/s institución/es")]
    ['la', 's', 'institucion', 'es']
    """
    return tuple(Word(m.group(), m.start(), m.end()) for m in _WORD.finditer(fold(line)))
