"""Text of others on the terminal."""

from __future__ import annotations


def printable(text: str) -> str:
    r"""Take control characters out of a fiche's words: they could drive the terminal.

    >>> printable("uno\x1b[2J\u202edos")
    'uno[2Jdos'
    """
    return "".join(c for c in text if c == "\n" or c.isprintable())
