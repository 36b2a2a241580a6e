from __future__ import annotations

import numpy as np
import pytest

from assessor.evidence import Span
from assessor.reader.heads import HEADS
from assessor.reader.reading import Reading, unit
from tests.reader.made import CODES, SIZE, STATUSES, arrays, heads

PLACES = np.array([-1, -1, 0, 0, 0, 2, 2, -1])
STARTS = np.array([0, 0, 0, 4, 8, 20, 24, 0])
ENDS = np.array([0, 0, 4, 8, 12, 24, 28, 0])
SENTENCES = (Span(0, 12), Span(13, 19), Span(20, 28))


@pytest.fixture(scope="module")
def tokens():
    return np.random.default_rng(1).normal(size=(len(PLACES), SIZE)).astype(np.float32)


@pytest.fixture
def reading(tokens):
    return Reading(SENTENCES, CODES, STATUSES, heads(), tokens, STARTS, ENDS, PLACES)


def exp_shares(scores):
    total = sum(np.exp(float(s)) for s in scores)
    return [np.exp(float(s)) / total for s in scores]


def pooled(tokens, a):
    """The same again, slowly: four weighted means, then the plain one."""
    parts = []
    for row, bias in zip(a["pool.weight"], a["pool.bias"], strict=True):
        shares = exp_shares([float(row @ t) + float(bias) for t in tokens])
        parts += list(sum(s * t for s, t in zip(shares, tokens, strict=True)))
    return np.array([*parts, *(sum(tokens) / len(tokens))])


def test_levels_and_nothing_are_those_of_the_formula(tokens):
    a = arrays()
    whole = pooled(tokens, a)
    levels = [w @ whole + b for w, b in zip(a["level.weight"], a["level.bias"], strict=True)]
    assert heads().levels(tokens) == pytest.approx(levels, abs=1e-4)
    nothing = a["nothing.weight"][0] @ whole + a["nothing.bias"][0]
    assert heads().nothing(tokens) == pytest.approx(nothing, abs=1e-4)


def test_findings_are_those_of_the_formula(tokens):
    a, found = arrays(), heads().findings(tokens, PLACES, 3)
    for number in range(3):
        own = [t for t, place in zip(tokens, PLACES, strict=True) if place == number]
        for code in range(len(CODES)):
            look, say = a["look.weight"][code], a["say.weight"][code]
            shares = exp_shares([look @ t for t in own]) if own else []
            said = sum(s * float(say @ t) for s, t in zip(shares, own, strict=True))
            assert found.issues[number, code] == pytest.approx(a["say.bias"][code] + said, abs=1e-4)
            for status in range(len(STATUSES)):
                tell, bias = a["tell.weight"][status], a["tell.bias"][status]
                told = sum(s * float(tell @ t + bias) for s, t in zip(shares, own, strict=True))
                assert found.statuses[number, code, status] == pytest.approx(
                    a["usual"][code, status] + told, abs=1e-4
                )


def test_attention_sums_to_one_in_each_sentence_and_is_nothing_outside(tokens):
    attention = heads().findings(tokens, PLACES, 3).attention
    for own in ([2, 3, 4], [5, 6]):
        assert attention[own].sum(axis=0) == pytest.approx(np.ones(len(CODES)))
    assert not attention[PLACES < 0].any()


def test_a_sentence_without_tokens_says_what_is_usual(tokens):
    found = heads().findings(tokens, PLACES, 3)
    assert (found.issues[1] == arrays()["say.bias"]).all()
    assert (found.statuses[1] == arrays()["usual"]).all()
    assert heads().findings(tokens, PLACES, 0).issues.shape == (0, len(CODES))


def test_a_sentence_is_read_apart_from_the_others(tokens):
    other = tokens.copy()
    other[PLACES == 2] += 5
    one, two = (heads().findings(x, PLACES, 3) for x in (tokens, other))
    assert (one.issues[0] == two.issues[0]).all()
    assert (one.issues[2] != two.issues[2]).all()


def test_levels_without_some_words_are_those_of_the_other_tokens(reading, tokens):
    kept = np.array([0, 1, 2, 5, 6, 7])
    assert (reading.levels_without(Span(4, 12)) == heads().levels(tokens[kept])).all()
    assert (reading.levels_without(Span(13, 19)) == reading.levels).all()
    everything = reading.levels_without(Span(0, 28))
    assert np.isfinite(everything).all()


def test_what_was_looked_at_adds_up_over_clauses(reading):
    for code in CODES:
        shares = reading.looked_at([Span(0, 4), Span(4, 12), Span(13, 19)], code)
        assert sum(shares) == pytest.approx(1)
        assert shares[2] == 0


def test_top_tokens_are_the_heaviest_of_the_words(reading):
    column = reading.findings.attention[:, 1]
    heaviest = max(range(2, 5), key=lambda k: column[k])
    first, *rest = reading.top_tokens(Span(0, 12), "b", 9)
    assert first == Span(int(STARTS[heaviest]), int(ENDS[heaviest]))
    assert len(rest) == 2
    assert reading.top_tokens(Span(13, 19), "b", 9) == []


def test_statuses_are_told_by_name(reading):
    row = reading.findings.statuses[2, 1]
    assert reading.status(2, "b", STATUSES[::-1]) == pytest.approx(row[::-1])
    assert reading.status(2, "b", ("potential", "resolved")) == pytest.approx([0, row[1]])
    assert not reading.status(2, "unknown", STATUSES).any()


def test_an_embedding_is_of_length_one(reading):
    assert np.linalg.norm(reading.embedding) == pytest.approx(1)
    assert unit(np.zeros((2, 4), np.float32)).tolist() == [0, 0, 0, 0]


def test_heads_know_their_sizes():
    assert heads().sizes == (3, 3, 2)
    assert set(HEADS) == set(arrays())


def test_a_token_belongs_to_the_words_that_it_ends_in(reading, tokens):
    kept = np.array([0, 1, 2, 4, 5, 6, 7])
    assert (reading.levels_without(Span(4, 10)) == heads().levels(tokens[kept])).all()
    assert reading.top_tokens(Span(6, 10), "b", 9) == [Span(4, 8)]
