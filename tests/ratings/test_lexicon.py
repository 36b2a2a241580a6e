from __future__ import annotations

import pytest

from assessor.observations import Observation
from assessor.ratings.lexicon import LexiconRater


@pytest.fixture(scope="module")
def rater(codebook):
    return LexiconRater(codebook)


def rate(rater, text, dimension="gender"):
    return rater.rate(Observation("x", dimension, text), ())


@pytest.mark.parametrize(
    "text",
    ["", "  ", "N/A", "Generado por el sistema", "Pendiente.", "-", "Sin comentarios",
     "No se dispone de información sobre este punto.", "Se valorará en el próximo informe."],
)  # fmt: skip
def test_nothing_to_judge_is_not_assessed(rater, text):
    rating = rate(rater, text)
    assert rating.level == "not_assessed"
    assert rating.expected is None
    assert rating.probabilities == (0.0,) * 4


def test_a_plan_flag_alone_is_high(rater):
    rating = rate(rater, "Plan de sostenibilidad: no", "sustainability")
    assert rating.level == "high"
    assert [r.rule for r in rating.reasons] == ["flag:no"]


def test_order_of_plain_texts(rater):
    texts = [
        "El comité se reúne cada mes y cumple sus acuerdos; funciona bien y con presupuesto propio.",
        "Funciona, aunque queda pendiente un acuerdo.",
        "No hay nada: el trabajo está paralizado y nadie responde.",
    ]
    values = [rate(rater, text).expected for text in texts]
    assert values == sorted(values)
    assert values[0] < 2 < 3 < values[-1]


def test_probabilities_sum_to_one_and_reasons_quote_the_text(rater):
    text = "No existe estrategia y los avances son escasos."
    rating = rate(rater, text)
    assert sum(rating.probabilities) == pytest.approx(1, abs=1e-3)
    assert rating.reasons
    for reason in rating.reasons:
        assert reason.evidence.span.of(text) == reason.evidence.text


def test_negation_turns_praise(rater):
    assert rate(rater, "No funciona bien.").expected > rate(rater, "Funciona bien.").expected


def test_the_last_word_weighs_more(rater):
    good_last = rate(rater, "El trabajo estuvo paralizado. El comité ya funciona bien.").expected
    bad_last = rate(rater, "El comité ya funciona bien. El trabajo está paralizado.").expected
    assert good_last < bad_last
