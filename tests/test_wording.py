from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.errors import CodebookError
from assessor.folding import fold
from assessor.wording import PatternIndex, compile_wording


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


WORDS = ("no", "ni", "plan", "planes", "planta", "m&e", "sub-ejecución", "12", "0,5", "aún", "_x")
ITEMS = (*WORDS, "plan*", "n*", "m&e*", "#", "(no|ni hay)", "(plan*|meta)", "(aun)?", "...", "<1>")


@st.composite
def patterns(draw):
    items = draw(st.lists(st.sampled_from(ITEMS), min_size=1, max_size=4))
    try:
        return " ".join(items), compile_wording(" ".join(items))
    except CodebookError:
        return "plan", compile_wording("plan")


@given(
    st.lists(patterns(), max_size=6),
    st.lists(
        st.tuples(
            st.sampled_from((*WORDS, "hay", "metas", "explanada")),
            st.sampled_from((" ", " ", ", ", ". ", "/", "", "\n")),
        ),
        max_size=12,
    ),
)
def test_an_index_leaves_out_no_pattern_that_matches(entries, pieces):
    folded = fold("".join(word + mark for word, mark in pieces))
    looped = [(rule, pattern.find(folded)) for rule, pattern in entries if pattern.find(folded)]
    candidates = PatternIndex(entries).candidates(folded)
    assert [(rule, hits) for rule, p in candidates if (hits := p.find(folded))] == looped


def test_an_index_runs_only_patterns_all_of_whose_words_the_text_has():
    entries = [(text, compile_wording(text)) for text in ("no hay plan", "(falta|no hay) ... met*")]
    folded = fold("No hay metas de la planta")
    assert [rule for rule, _ in PatternIndex(entries).candidates(folded)] == [
        "(falta|no hay) ... met*"
    ]


def test_an_index_leaves_out_no_pattern_of_the_codebook(codebook, free_texts):
    texts = [w.text for issue in codebook.issues for w in issue.wording if not w.tree]
    texts += [cue.text for cue in codebook.cues]
    entries = [(text, compile_wording(text)) for text in texts]
    index = PatternIndex(entries)
    assert free_texts
    for folded in (fold(text) for _, text in free_texts):
        looped = [rule for rule, pattern in entries if pattern.find(folded)]
        assert [rule for rule, p in index.candidates(folded) if p.find(folded)] == looped
