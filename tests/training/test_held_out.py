from __future__ import annotations

from dataclasses import replace

import pytest

from assessor.errors import LabelError
from assessor.training.held_out import MIN_SECTIONS, divide, division_of
from assessor.training.joining import MIN_JOIN
from tests.training.made import labels


def by_writers(count: int, writers: int) -> list:
    return [replace(x, writer=f"w{k // 2 % writers:02}") for k, x in enumerate(labels(count))]


def writers_of(found) -> set[str]:
    return {x.writer for x in found}


def test_every_seventh_writer_is_held_out(codebook):
    found = divide(by_writers(700, 14), codebook)
    assert writers_of(found.choose) == {"w00", "w07"}
    assert set(found.writers) == writers_of(found.learn)
    assert len(found.writers) == 12
    assert found.fiches == ()
    assert found.held_out == "2 of 14 writers"


def test_more_are_held_out_where_those_are_too_few_to_weigh_a_reader_by(codebook):
    found = divide(by_writers(300, 30), codebook)
    assert MIN_JOIN <= len(found.choose) <= len(found.learn)
    assert not writers_of(found.choose) & writers_of(found.learn)


def test_a_writer_of_most_sections_is_not_the_one(codebook):
    made = [replace(x, writer="a" if k % 4 else "b") for k, x in enumerate(labels(400))]
    assert writers_of(divide(made, codebook).choose) == {"b"}


@pytest.mark.parametrize("writer", ["", "ana"])
def test_of_one_writer_or_none_fiches_are_held_out(codebook, writer):
    made = [replace(x, writer=writer, fiche_id=f"f{k // 4:03}") for k, x in enumerate(labels(400))]
    found = divide(made, codebook)
    assert found.held_out == "15 of 100 fiches"
    assert found.writers == ()
    assert set(found.fiches) == {x.fiche_id for x in found.learn}
    assert not set(found.fiches) & {x.fiche_id for x in found.choose}


def test_what_a_base_has_seen_is_never_held_out(codebook):
    made = by_writers(400, 8)
    found = divide(made, codebook, lambda writer, fiche: writer != "w05")
    assert writers_of(found.choose) == {"w05"}
    with pytest.raises(LabelError, match="did not learn from.*--base none"):
        divide(made, codebook, lambda writer, fiche: True)


def test_too_few_labels_and_labels_without_issues_are_told(codebook):
    made = by_writers(MIN_SECTIONS, 10)
    blank = replace(made[0], text=" ")
    with pytest.raises(
        LabelError, match=r"299 labelled sections.*needs 300.*leave --fine-tune out"
    ):
        divide([blank, *made[1:]], codebook)
    with pytest.raises(LabelError, match="no issue is labelled"):
        divide([replace(x, issues=()) for x in made], codebook)


def test_a_division_tells_who_was_learnt_from(codebook):
    one, two, three = labels(3)
    known, unnamed, shared = (
        replace(one, writer="a"), replace(two, writer=""), replace(three, writer="b"),
    )  # fmt: skip
    found = division_of([known, unnamed, shared], [replace(one, writer="b", fiche_id="g")])
    assert found.writers == ("a",)
    assert found.fiches == (unnamed.fiche_id, shared.fiche_id)
