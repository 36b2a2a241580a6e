from __future__ import annotations

import itertools
import random

import pytest

from assessor.language import sentences_of
from assessor.reader.tokens import BOS, EOS, HEADING, MOST, NOWHERE, OUTSIDE, WINDOW, windows
from tests import needs
from tests.reader.made import WordTokenizer

TEXTS = {
    "accents": "Género: acción débil. ¿Qué pasó? Nadie acudió.",
    "line breaks": "Uno.\n\n  Dos, tres\n- cuatro.\r\nCinco ",
    "long": " ".join(f"La acción {k} no llegó a tiempo." for k in range(150)),
    "endless": "palabra " * 1000,
    "a short one, then an endless": "Uno dos. " + "palabra " * 900 + ". Fin.",
    "one word": "a",
    "empty": "",
    "blank": " \n ",
}


def read(text: str, heading: str = "Género", tokenizer=None):
    spans = [sentence.span for sentence in sentences_of(text)]
    return spans, windows(text, heading, spans, tokenizer or WordTokenizer())


def pieces(parts):
    """Return the text's pieces of all windows: id, offsets, sentence."""
    return [
        piece
        for part in parts
        for piece in zip(part.ids, part.spans, part.sentences, strict=True)
        if piece[1] != NOWHERE
    ]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_piece_comes_once_in_its_place_and_sentence(text):
    spans, parts = read(text)
    whole = WordTokenizer().encode(text)
    found = pieces(parts)
    assert [piece for piece, *_ in found] == whole.ids
    assert [place for _, place, _ in found] == whole.offsets
    for _, (start, end), number in found:
        if number == OUTSIDE:
            assert not text[start:end].strip()
        else:
            assert spans[number].start < end <= spans[number].end
    assert {number for *_, number in found} - {OUTSIDE} == set(range(len(spans)))


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("heading", ["Género", ""])
def test_each_window_has_its_heading_and_marks_and_fits(text, heading):
    _, parts = read(text, heading)
    head = WordTokenizer().encode(f"{heading}:").ids if heading else []
    for part in parts:
        assert len(part.ids) == len(part.spans) == len(part.sentences) <= WINDOW
        assert list(part.ids[: len(head) + 1]) == [BOS, *head]
        assert part.ids[-1] == EOS
        around = [*range(len(head) + 1), len(part.ids) - 1]
        assert all(part.spans[k] == NOWHERE and part.sentences[k] == OUTSIDE for k in around)


def test_a_window_ends_with_a_sentence_where_it_can():
    _, parts = read(TEXTS["long"])
    assert len(parts) > 2
    numbers = [{n for n in part.sentences if n != OUTSIDE} for part in parts]
    assert all(not (one & other) for one, other in itertools.pairwise(numbers))
    _, endless = read(TEXTS["endless"])
    assert {len(part.ids) for part in endless[:-1]} == {WINDOW}


def test_a_very_long_section_is_read_in_part():
    _, parts = read("palabra " * (MOST + 500))
    assert len(pieces(parts)) == MOST


def test_a_heading_of_a_page_leaves_room_for_the_text():
    text = TEXTS["long"]
    _, parts = read(text, "una dimensión muy propia " * 200)
    assert len(pieces(parts)) == len(WordTokenizer().encode(text).ids)
    assert all(part.sentences[HEADING] == OUTSIDE for part in parts)


def test_places_hold_for_sentences_that_are_left_out():
    text = "Uno. Dos. Tres."
    spans = [sentence.span for sentence in sentences_of(text)][1:2]
    (part,) = windows(text, "", spans, WordTokenizer())
    inside = [text[a:b] for (a, b), n in zip(part.spans, part.sentences, strict=True) if n == 0]
    assert inside == [" Dos", "."]


def test_pieces_of_the_true_kind_keep_places():
    """Odd letters too: pieces stand in order, and each ends in its own sentence."""
    pytest.importorskip("tokenizers", reason=needs.READER)
    from assessor.training.encoder.vocabulary import SPECIAL, tokenizer_of

    letters = [*"aeiouñé.,;½kE1▁", "▁la", "ción", "..."]
    names = [*SPECIAL, *letters]
    tokenizer = tokenizer_of(names, [0.0] * 4 + [-float(k + 1) for k in range(len(letters))])
    chance = random.Random(5)
    for _ in range(300):
        text = "".join(chance.choices("ae ñé\u0301\n\t….,½ﬁ日🙂\u200b\u00ad k1", k=12))
        spans, parts = read(text, tokenizer=tokenizer)
        last = 0
        for _, (start, end), number in pieces(parts):
            assert start < end
            assert last <= end <= len(text)
            assert number == OUTSIDE or spans[number].start < end <= spans[number].end
            last = end
