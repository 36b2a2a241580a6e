from __future__ import annotations

import pytest

from assessor.labels.suggest import Candidate, code_counts, suggest
from assessor.labels.why import suggestion_records

from .conftest import reading

COMMON = ("no_baseline", "current", "línea de base")
RARE = ("lead_agency_change", "current", "desde julio hay otra")
SURE, UNSURE = (0.97, 0.01, 0.01, 0.01), (0.3, 0.3, 0.2, 0.2)


def candidate(
    fiche, probabilities=SURE, *, rating="low", other="low", issues=(), others=None, text=None
):
    texts = {} if text is None else {"text": text}
    first = reading(fiche, rating=rating, issues=issues, **texts)
    second = reading(fiche, rating=other, issues=issues if others is None else others, **texts)
    return Candidate(first, second, probabilities, max(probabilities))


def plain(number):
    return [candidate(f"P{n}", issues=[COMMON]) for n in range(number)]


def first(candidates, codebook):
    return suggest(candidates, codebook, 1)[0]


@pytest.mark.parametrize(
    ("special", "reason"),
    [
        (candidate("X", UNSURE, issues=[COMMON]), "uncertainty"),
        (candidate("X", other="high", issues=[COMMON], others=[RARE]), "disagreement"),
        (candidate("X", issues=[RARE]), "rarity"),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_each_signal_brings_its_section_to_the_front_and_is_told(special, reason, codebook):
    found = first([*plain(30), special], codebook)
    assert found.candidate.first.fiche_id == "X"
    assert found.reasons[0] == reason
    assert found.signals[reason] >= 0.5


def test_like_texts_are_not_chosen_one_after_the_other(codebook):
    same = [candidate(f"S{n}", UNSURE, text="El comité se reúne cada mes.") for n in range(5)]
    other = candidate("X", (0.4, 0.3, 0.2, 0.1), text="La sequía dañó los pozos nuevos.")
    assert [x.candidate.first.fiche_id for x in suggest([*same, other], codebook, 2)] == ["S0", "X"]


def test_what_is_labelled_is_not_suggested_again(codebook):
    candidates = plain(5)
    chosen = suggest(candidates, codebook, 10, labelled=[candidates[2].section])
    assert sorted(x.candidate.first.fiche_id for x in chosen) == ["P0", "P1", "P3", "P4"]
    assert suggest([], codebook, 3) == []


@pytest.mark.parametrize("lang", ["es", "en"])
def test_every_suggestion_says_why(codebook, lang):
    candidates = [*plain(3), candidate("X", UNSURE, other="high", issues=[RARE], others=[COMMON]),
                  candidate("N", (0.0,) * 4, rating="not_assessed")]  # fmt: skip
    records = suggestion_records(
        suggest(candidates, codebook, 9), code_counts(candidates), codebook, lang
    )
    assert len(records) == 5
    assert all(r["why"] for r in records)
    level = codebook.level["moderate"]
    assert (
        f"{level.es} 0,30" in records[0]["why"]
        if lang == "es"
        else f"{level.en} 0.30" in records[0]["why"]
    )
