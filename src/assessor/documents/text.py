"""Plain text → rows: one per line, split into cells at wide gaps."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assessor.documents.document import Cell, Row
from assessor.errors import FicheError, Rejection

# Three spaces or a tab: two may stand between words of justified text.
_PIECE = re.compile(r"\S+(?:(?: |  )\S+)*")
_WORD = re.compile(r"\S+")
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0e-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
MAX_CONTROL_SHARE = 0.1  # more is no text; a few stray ones are taken out and said


def decode(data: bytes) -> tuple[str, list[str]]:
    """Decode UTF-8, UTF-16 with a byte order mark, or else Windows-1252.

    Returns
    -------
    tuple
        The text and warnings.

    Raises
    ------
    FicheError
        If the bytes are no text.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace"), []
    if data.count(b"\0") > MAX_CONTROL_SHARE * len(data):
        raise FicheError(Rejection.CORRUPT, "the file holds binary data, not text")
    warnings = ["control characters were taken out"] if b"\0" in data else []
    try:
        return data.decode("utf-8-sig"), warnings
    except UnicodeDecodeError:
        pass
    text = data.decode("cp1252", errors="replace")
    if text.count("\ufffd") + len(_CONTROL.findall(text)) > MAX_CONTROL_SHARE * len(text) + 3:
        raise FicheError(Rejection.CORRUPT, "the file holds binary data, not text")
    return text, [*warnings, "not valid UTF-8; read as Windows-1252"]


def rows_of_text(text: str) -> Iterator[Row]:
    """Yield a row per line; a form feed begins a page."""
    clean = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    for page, content in enumerate(re.split(r"\f\n?", clean)):
        for line in _CONTROL.sub("", content).split("\n"):
            expanded = line.expandtabs(8)
            yield Row(tuple(_cell(m) for m in _PIECE.finditer(expanded)), page)


def _cell(match: re.Match[str]) -> Cell:
    stops = tuple(float(match.start() + word.start()) for word in _WORD.finditer(match.group()))
    return Cell(" ".join(match.group().split()), float(match.start()), stops)
