from __future__ import annotations

import pytest

from assessor.language import sentences_of, without_marks


def sentences(text):
    return [sentence.span.of(text) for sentence in sentences_of(text)]


@pytest.mark.parametrize(
    "text",
    [
        "El acta (nov. 2010) lo recoge.",
        "Según el art. 5 y la pág. 7, aprox. 40 % en dic. de 2010.",
        "La Sra. Quispe y el Dr. Paz firmaron.",
        "Gasto de 1.250.000 dólares, 7,5 % del total.",
    ],
)
def test_an_abbreviation_ends_no_sentence(text):
    assert sentences(text) == [text]


def test_a_line_break_always_ends_one():
    assert sentences("Plan C&I: no\nSin web. Sin boletín") == [
        "Plan C&I: no", "Sin web.", "Sin boletín",
    ]  # fmt: skip


def test_clauses_begin_at_contrasts_and_strong_marks():
    text = "Hay plan, pero nadie lo aplica; tampoco hay fondos."
    (sentence,) = sentences_of(text)
    clauses = [clause.of(text) for clause in sentence.clauses]
    assert clauses == ["Hay plan,", "pero nadie lo aplica;", "tampoco hay fondos."]


def test_a_quotation_begins_with_no_list_mark_and_ends_without_stop():
    text = "- =Falta acta.,"
    span = without_marks(text, sentences_of(text)[0].span)
    assert span.of(text) == "Falta acta"
