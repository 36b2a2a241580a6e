from __future__ import annotations

import pytest

from assessor.assess import Assessor
from assessor.labels.tables import LabelledObservation
from assessor.text_model import load_model
from assessor.training.bundle import write_model
from assessor.training.faithfulness import (
    LOWERED,
    RAISED,
    Removal,
    mean_move,
    removals,
    share_moved,
)
from assessor.training.fit import fit
from tests.training.made import labels

MIXED = "Nadie acude al comité. Falta todo. El comité se reúne cada mes y cumple."


def label(text):
    return LabelledObservation("f", "accountability", text, "high", (), "a")


@pytest.fixture(scope="module")
def assessor(codebook, tmp_path_factory):
    folder = tmp_path_factory.mktemp("faithful") / "mio"
    write_model(folder, fit(labels(), codebook), labels(), codebook)
    return Assessor(codebook, load_model(folder))


def test_words_by_themselves_move_as_the_explanation_says(assessor):
    found = removals(assessor, [label(MIXED)])
    assert [(r.side, r.by_chance) for r in found] == [
        (RAISED, False), (RAISED, True), (LOWERED, False), (LOWERED, True),
    ]  # fmt: skip
    named = [r for r in found if not r.by_chance]
    assert all(r.moved > 0 for r in named)
    assert removals(assessor, [label(MIXED)]) == found  # the same clauses by chance


def test_what_has_no_explanation_is_left_out(assessor):
    assert removals(assessor, [label("N/A"), label(""), label("Falta todo.")]) == []


def test_shares_and_means_count_removals():
    found = [Removal(f"f{k}", RAISED, False, moved) for k, moved in enumerate((0.5, 0.3, 0, -0.4))]
    assert share_moved(found).value == 0.5
    assert mean_move(found) == pytest.approx(0.1)
    assert share_moved(found).low < 0.5 < share_moved(found).high
