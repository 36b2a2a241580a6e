"""Finding a quotation in a text again after it went through other programs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from assessor.evidence import Span
from assessor.folding import fold

_BREAKS = re.compile(r"\r\n?")
# What neither XML nor a spreadsheet can carry: control characters, halves of surrogate pairs.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MARKS = "[\u0300-\u036f]*"


def canonical(text: str) -> str:
    r"""Return text as label tables hold it: ``\n`` breaks, no byte order mark or control character.

    >>> canonical("\ufeffuno\r\ndos\rtres\x07")
    'uno\ndos\ntres'
    """
    return _UNWRITABLE.sub("", _BREAKS.sub("\n", text)).removeprefix("\ufeff")


def canonical_place(text: str, place: int | None) -> int | None:
    r"""Return the offset in the canonical text of an offset in the text.

    >>> canonical_place("uno\r\ndos", 5)
    4
    """
    return None if place is None else len(canonical(text[:place])) if text else place


def anchor(text: str, quote: str, near: int | None = None) -> Span | None:
    r"""Find a quotation: an exact match, the nearest to `near`, else one up to its form.

    Form is case, accents and white space, which programs and people change.

    >>> anchor("Sin línea de base. Sin línea de base.", "línea de base", 20)
    Span(start=23, end=36)
    >>> anchor("No hay línea\nde base", "linea  de base")
    Span(start=7, end=20)
    """
    if not quote:
        return None
    places = list(_occurrences(text, quote))
    if not places:
        places = [Span(*m.span()) for m in _loose(quote).finditer(fold(text)) if m.group()]
    aim = near or 0
    return min(places, key=lambda span: (abs(span.start - aim), span.start), default=None)


def from_utf16(text: str, unit: int) -> int:
    r"""Return the code point at an offset in UTF-16 units, as JavaScript counts.

    >>> from_utf16("\U0001f30a agua", 3)
    2
    """
    return len(text.encode("utf-16-le")[: 2 * max(unit, 0)].decode("utf-16-le", "ignore"))


def to_utf16(text: str, place: int) -> int:
    r"""Return the offset in UTF-16 units of a code point.

    >>> to_utf16("\U0001f30a agua", 2)
    3
    """
    return len(text[:place].encode("utf-16-le")) // 2


def _occurrences(text: str, quote: str) -> Iterator[Span]:
    start = text.find(quote)
    while start >= 0:
        yield Span(start, start + len(quote))
        start = text.find(quote, start + 1)


def _loose(quote: str) -> re.Pattern[str]:
    bare = unicodedata.normalize("NFC", quote)
    words = ["".join(re.escape(c) + _MARKS for c in word) for word in fold(bare).split()]
    return re.compile(r"\s+".join(words))
