from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.labels.anchor import anchor, canonical, canonical_place, from_utf16, to_utf16

TEXTS = st.text(st.sampled_from("aé🌊 \r\n\ufeff") | st.characters(exclude_categories=["Cs"]))


@given(TEXTS)
def test_canonical_text_stays_as_it_is(text):
    once = canonical(canonical(text))
    assert canonical(once) == once
    assert "\r" not in once


@given(TEXTS, st.data())
def test_utf16_units_and_code_points_are_each_other_s_inverse(text, data):
    place = data.draw(st.integers(0, len(text)))
    assert from_utf16(text, to_utf16(text, place)) == place


@given(TEXTS.map(canonical).filter(bool), st.data())
def test_a_quotation_is_found_where_it_stood(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert anchor(text, text[start:end], start).start == start


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("linea de base", "línea\nde base"),
        ("LÍNEA   DE BASE", "línea\nde base"),
        ("li\u0301nea de base", "línea\nde base"),
        ("línea base", None),
        ("", None),
    ],
)
def test_form_does_not_matter_but_words_do(quote, found):
    text = "Hay línea\nde base."
    span = anchor(text, quote)
    assert (span and span.of(text)) == found


def test_places_move_with_breaks_and_marks():
    text = "\ufeffuno\r\ndos"
    assert canonical(text)[canonical_place(text, 6) :] == "dos"
