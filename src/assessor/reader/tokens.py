"""A section's text → tokens with their places and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessor.evidence import Span

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MAX_TOKENS = 400  # of one window; longer sections are read window by window
BOS, EOS = 0, 2
OUTSIDE = -1


@dataclass(frozen=True, slots=True)
class Tokens:
    """One window of a text, ready to be read.

    Parameters
    ----------
    ids : tuple of int
        Pieces: the dimension's heading, then the text.
    spans : tuple of (int, int)
        Where each piece stands in the text; (0, 0) for the heading and the marks.
    sentences : tuple of int
        Number of the sentence that a piece belongs to, -1 outside the text.
    """

    ids: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    sentences: tuple[int, ...]


def tokenized(text: str, heading: str, sentences: Sequence[Span], tokenizer: Tokenizer) -> Tokens:
    """Tokenize a text under its heading, cut at `MAX_TOKENS`."""
    head = tokenizer.encode(f"{heading}:", add_special_tokens=False)
    body = tokenizer.encode(text, add_special_tokens=False)
    spans = [(start, end) for start, end in body.offsets]
    places = [_place(end, sentences) for _, end in spans]
    room = MAX_TOKENS - len(head.ids) - 2
    nowhere = (0, 0)
    return Tokens(
        (BOS, *head.ids, *body.ids[:room], EOS),
        (nowhere, *(nowhere for _ in head.ids), *spans[:room], nowhere),
        (OUTSIDE, *(OUTSIDE for _ in head.ids), *places[:room], OUTSIDE),
    )


def _place(end: int, sentences: Sequence[Span]) -> int:
    """Return the sentence that a piece ends in; pieces begin with the space before them."""
    for number, sentence in enumerate(sentences):
        if sentence.start < end <= sentence.end:
            return number
    return OUTSIDE
