from __future__ import annotations

import pytest

from assessor.errors import CodebookError
from assessor.folding import fold
from assessor.wording import compile_wording


def found(pattern: str, text: str) -> list[str]:
    return [text[a:b] for a, b in compile_wording(pattern).find(fold(text))]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (
            "(falta|ausencia) de <1> coordinador*",
            "La Ausencia de la coordinadora",
            ["Ausencia de la coordinadora"],
        ),
        ("no hay ... plan", "no hay todavía ningún plan", ["no hay todavía ningún plan"]),
        ("no hay ... plan", "no hay. El plan existe", []),
        ("(un|el)? plan", "hay plan y un plan", ["plan", "un plan"]),
        ("linea* de base", "líneas de base", ["líneas de base"]),
        ("# meses", "tardó 12 meses", ["12 meses"]),
        ("plan", "planta", []),
    ],
)
def test_wording_finds(pattern, text, expected):
    assert found(pattern, text) == expected


@pytest.mark.parametrize("pattern", ["(a|b", "a)", "?", "(sin)?", ""])
def test_bad_wording_is_told(pattern):
    with pytest.raises(CodebookError):
        compile_wording(pattern)


def test_long_text_without_a_match_stays_fast():
    compile_wording("(falta|ausencia) ... (de|del) ... coordinador*").find("falta de " * 20_000)
