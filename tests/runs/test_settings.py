from __future__ import annotations

import pandas as pd
import pytest
from click.testing import CliRunner

import assessor.reader.choice
from assessor.assess import assessor_for
from assessor.cli import main
from assessor.errors import ModelError
from assessor.fiche.fiche import Fiche
from assessor.reader.reader import load_reader, reader_installed
from assessor.runs.settings import READERS, Settings
from assessor.text_model import load_model
from tests import needs
from tests.conftest import FIXTURES

TEXT = "El comité acude a la foto, no a la reunión; el timón lleva meses sin manos. Se espera."
FICHE = Fiche("x", "", "", sections={"accountability": TEXT, "gender": "N/A"})

joined = pytest.mark.skipif(
    not reader_installed() or load_model().reader_digest is None,
    reason=needs.READER,
)


def rating(reader: str):
    ratings = Settings(reader=reader).assessor().assess(FICHE).ratings
    return next(r for r in ratings if r.dimension == "accountability")


def test_another_choice_is_told():
    with pytest.raises(ModelError, match="'e5'; one of default, words, none"):
        Settings(reader="e5").text_model()


def test_none_judges_without_a_model():
    settings = Settings(reader="none")
    assert settings.text_model() is None
    assert settings.model_info() is None
    assert settings.fingerprint()["model"] is None
    assert rating("none").method == "lexicon"


@pytest.mark.parametrize("reader", ["words", "none"])
def test_the_reader_is_not_loaded_where_it_is_left_out(monkeypatch, reader):
    loaded = lambda folder: pytest.fail("the reader is loaded")  # noqa: E731
    monkeypatch.setattr(assessor.reader.choice, "load_reader", loaded)
    assert not Settings(reader=reader).reads
    assert sum(rating(reader).probabilities) == pytest.approx(1, abs=1e-3)


def test_words_judge_alone_where_the_extra_is_absent(monkeypatch):
    monkeypatch.setattr("assessor.runs.settings.reader_installed", lambda folder: False)
    assert not Settings().reads
    assert rating("default") == rating("words")


def test_each_choice_is_a_run_of_its_own():
    found = {repr(sorted(Settings(reader=reader).fingerprint().items())) for reader in READERS}
    assert len(found) == len(READERS)


@joined
def test_the_shipped_model_goes_by_the_shipped_reader(codebook):
    assert Settings().reads
    assert load_model().reader_digest == load_reader().sha256
    assert set(load_model().joined_with(load_reader().sha256).about["rating"]["sources"]) == {
        "words", "reader",
    }  # fmt: skip
    assert rating("default").probabilities != rating("words").probabilities
    assessed = assessor_for(codebook, load_model()).assess(FICHE)
    for issue in assessed.issues:
        assert issue.evidence.text == issue.evidence.span.of(TEXT)
    reasons = next(r for r in assessed.ratings if r.dimension == "accountability").reasons
    assert all(r.evidence.text == r.evidence.span.of(TEXT) for r in reasons)


def test_the_command_line_hands_the_choice_on(tmp_path):
    methods = {}
    for reader in ("words", "none"):
        run = tmp_path / reader
        form = FIXTURES / "MDGF-9001_2011-1.table-layout.txt"
        arguments = ["analyze", str(form), "-o", str(run), "--reader", reader, "--no-report"]
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 0, result.output
        assert "not installed" not in result.output
        methods[reader] = set(pd.read_csv(run / "ratings.csv")["method"])
    assert "es-default" in methods["words"]
    assert "es-default" not in methods["none"]
