"""Text as it is compared: without accents and case, every code point in its place."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

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
    return text.lower() if text.isascii() else text.translate(_TABLE)


class Word(NamedTuple):
    """A folded word and its offsets in the line it was read from."""

    text: str
    start: int
    end: int


def words_of(line: str) -> tuple[Word, ...]:
    """Return the folded words of a line, with their places.

    >>> words_of("¡Sí, hay!")[1]
    Word(text='hay', start=5, end=8)
    """
    return tuple(Word(m.group(), *m.span()) for m in _WORD.finditer(fold(line)))


def bare_words(line: str) -> list[str]:
    """Return the folded words of a line; cheaper where their places do not matter.

    >>> bare_words("la/s institución/es")
    ['la', 's', 'institucion', 'es']
    """
    return _WORD.findall(fold(line))
