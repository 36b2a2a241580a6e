"""A section's text → windows of subword tokens with their offsets and sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessor.evidence import Span

if TYPE_CHECKING:
    from tokenizers import Tokenizer

WINDOW = 400  # subword tokens of a window; the network has 512 positions
HEADING = 60  # tokens of a heading at most, so that it never fills a window
MOST = 8_000  # tokens of a section at most, some thirty pages; the rest is not read
BOS, EOS = 0, 2
OUTSIDE = -1
NOWHERE = (0, 0)


@dataclass(frozen=True, slots=True)
class Tokens:
    """One window of a text, as input to the encoder.

    Parameters
    ----------
    ids : tuple of int
        Token ids: the dimension's heading, then the text.
    spans : tuple of (int, int)
        Offsets of each token in the text; (0, 0) for the heading and the special tokens.
    sentences : tuple of int
        Index of the sentence that each token belongs to, -1 outside.
    """

    ids: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    sentences: tuple[int, ...]


def windows(
    text: str, heading: str, sentences: Sequence[Span], tokenizer: Tokenizer
) -> list[Tokens]:
    """Tokenize a text under its heading; every window begins with the heading.

    A window ends with a sentence where it can. Nearly all sections fit into one.
    """
    head = _head(heading, tokenizer)
    body = tokenizer.encode(text, add_special_tokens=False)
    places = list(_places(body.offsets, sentences))
    room = WINDOW - len(head) - 2
    found = []
    for start, end in _cuts(places[:MOST], room):
        around = (NOWHERE,) * (len(head) + 1)
        found.append(
            Tokens(
                (BOS, *head, *body.ids[start:end], EOS),
                (*around, *body.offsets[start:end], NOWHERE),
                (*(OUTSIDE for _ in around), *places[start:end], OUTSIDE),
            )
        )
    return found


def _head(heading: str, tokenizer: Tokenizer) -> tuple[int, ...]:
    if not heading:
        return ()
    return tuple(tokenizer.encode(f"{heading}:", add_special_tokens=False).ids[:HEADING])


def _places(offsets: Sequence[tuple[int, int]], sentences: Sequence[Span]) -> Iterator[int]:
    """Yield the index of the sentence in which each token ends; a token begins with its space."""
    number = 0
    for _, end in offsets:
        while number < len(sentences) and sentences[number].end < end:
            number += 1
        inside = number < len(sentences) and sentences[number].start < end
        yield number if inside else OUTSIDE


def _cuts(places: Sequence[int], room: int) -> Iterator[tuple[int, int]]:
    start = 0
    while len(places) - start > room:
        end = start + room
        whole = next((k for k in range(end, start, -1) if places[k] != places[k - 1]), end)
        yield start, whole
        start = whole
    yield start, len(places)
