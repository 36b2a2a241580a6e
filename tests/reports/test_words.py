from __future__ import annotations

import pytest

from assessor.errors import Rejection
from assessor.reports.words import either, listed, words


@pytest.mark.parametrize(
    ("last", "joint"),
    [("Incidencia", "e"), ("Índice", "e"), ("Historia", "e"), ("hípica", "e"), ("hielo", "y"),
     ("Género", "y"), ("humo", "y")],
)  # fmt: skip
def test_spanish_says_e_before_the_sound_of_an_i(last, joint):
    assert listed(["Agua", last], "es") == f"Agua {joint} {last}"


def test_names_are_joined_by_or():
    assert either(["alto", "óptimo"], "es") == "alto u óptimo"
    assert either(["a", "b", "c"], "en") == "a, b or c"
    assert either(["alto"], "es") == "alto"


@pytest.mark.parametrize("lang", ["es", "en"])
def test_every_reason_for_setting_an_input_aside_has_words(lang):
    assert {f"reason_{reason}" for reason in Rejection} <= words(lang).keys()
