from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from assessor.errors import ModelError
from assessor.evidence import Span
from assessor.language import sentences_of
from assessor.text_model import TextRows, features, load_model, shipped_model, stems


@pytest.fixture
def copy(tmp_path):
    import assessor

    source = next(iter(assessor.__path__)) + "/models/es-default"
    return shutil.copytree(source, tmp_path / "model")


def test_the_shipped_model_loads_and_reads():
    model = shipped_model()
    assert model is not None
    scores = model.parts["issues"].scores(features("No hay coordinador.", "gender"))
    assert scores.shape == (len(model.parts["issues"].outputs),)
    assert np.isfinite(scores).all()


def test_shares_add_up_to_the_score():
    part = load_model().parts["rating"]
    found = features("El comité no se reúne y nadie responde.", "accountability")
    for column in range(len(part.outputs)):
        total = sum(part.shares(found, column).values()) + part.intercept[column]
        assert total == pytest.approx(part.scores(found)[column], abs=1e-4)


def test_a_text_without_a_clause_scores_as_if_it_were_read_anew(free_texts):
    part = load_model().parts["rating"]
    clauses = 0
    for dimension, text in free_texts:
        rows = TextRows(part, text, dimension)
        for span in (clause for sentence in sentences_of(text) for clause in sentence.clauses):
            anew = part.scores(features(span.without(text), dimension))
            assert rows.scores_without(span).tobytes() == anew.tobytes()
            clauses += 1
    assert clauses > len(free_texts)


@pytest.mark.parametrize("text", ["", "...", "plan", "El plan; el plan"])
def test_nothing_but_the_dimension_is_left_of_a_text_without_itself(text):
    part = load_model().parts["rating"]
    left = TextRows(part, text, "gender").scores_without(Span(0, max(1, len(text))))
    assert left.tobytes() == part.scores(["gender|"]).tobytes()


def test_unknown_words_leave_the_intercept():
    part = load_model().parts["rating"]
    assert (part.scores(["zzzz"]) == part.intercept).all()


def test_stems_and_features():
    assert stems("Las actividades, ÁGILES") == ["las", "activi", "agiles"]
    assert features("No hay", "gender") == [
        "no",
        "hay",
        "no_hay",
        "gender|no",
        "gender|hay",
        "gender|",
    ]


def test_a_missing_folder_is_told(tmp_path):
    with pytest.raises(ModelError, match="no model folder"):
        load_model(tmp_path)


@pytest.mark.parametrize("name", ["model.json", "vocabulary.json", "weights.npz"])
@pytest.mark.parametrize("damage", ["truncate", "empty", "other"])
def test_a_damaged_model_is_told(copy, name, damage):
    path = copy / name
    data = path.read_bytes()
    path.write_bytes({"truncate": data[: len(data) // 2], "empty": b"", "other": b"[]"}[damage])
    with pytest.raises(ModelError):
        load_model(copy)


def test_another_format_is_told(copy):
    about = json.loads((copy / "model.json").read_text())
    (copy / "model.json").write_text(json.dumps(about | {"format": 99}))
    with pytest.raises(ModelError, match="format 99"):
        load_model(copy)


def test_a_model_that_does_not_say_how_it_rates_is_told(copy):
    about = json.loads((copy / "model.json").read_text())
    del about["rating"]
    (copy / "model.json").write_text(json.dumps(about))
    with pytest.raises(ModelError, match="train it anew"):
        load_model(copy)


@pytest.mark.parametrize(
    "options", [{"issue_threshold": None}, {"wording_bonus": "much"}, {"threshold.no_baseline": []}]
)
def test_options_that_are_no_numbers_are_told(copy, options):
    about = json.loads((copy / "model.json").read_text())
    about["options"] |= options
    (copy / "model.json").write_text(json.dumps(about))
    with pytest.raises(ModelError, match="damaged"):
        load_model(copy)


def test_a_pickle_in_the_archive_is_refused(copy):
    np.savez(copy / "weights.npz", **{"rating.idf": np.array([{"a": 1}], dtype=object)})
    with pytest.raises(ModelError):
        load_model(copy)
