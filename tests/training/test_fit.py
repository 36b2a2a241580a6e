from __future__ import annotations

import json
from dataclasses import replace

import pytest

from assessor.assess import Assessor
from assessor.errors import LabelError, ModelError
from assessor.fiche.fiche import Fiche
from assessor.labels.tables import IssueLabel, LabelledObservation, read_labels
from assessor.text_model import load_model
from assessor.training.bundle import write_model
from assessor.training.fit import fit
from assessor.training.sentences import labelled_sentences
from tests.training.made import labels


@pytest.fixture(scope="module")
def fitted(codebook):
    return fit(labels(), codebook)


def test_a_fitted_model_reads_what_it_was_taught(fitted, codebook, tmp_path):
    write_model(tmp_path / "mio", fitted, labels(), codebook)
    assessor = Assessor(codebook, load_model(tmp_path / "mio"))
    text = "Empezó tarde. Nadie acude al comité y falta todo."
    assessment = assessor.assess(Fiche("x", "", "", sections={"accountability": text}))
    rating = next(r for r in assessment.ratings if r.dimension == "accountability")
    assert (rating.level, rating.method) == ("high", "mio")
    issue = next(i for i in assessment.issues if i.code == "inactive_governance_body")
    assert issue.evidence.text in text
    assert assessment.ratings[0].level == "not_assessed"


def test_texts_without_anything_to_judge_may_all_be_by_one_writer(codebook):
    blank = [
        replace(x, fiche_id=f"n{k}", text=f"Sin datos {k}.", rating="not_assessed", issues=(),
                writer="w9")
        for k, x in enumerate(labels(24))
    ]  # fmt: skip
    assert "not_assessed" in fit([*labels(), *blank], codebook).parts


def test_a_dimension_the_model_never_saw_is_rated_by_the_lexicon(fitted, codebook, tmp_path):
    write_model(tmp_path / "mio", fitted, labels(), codebook)
    assessor = Assessor(codebook, load_model(tmp_path / "mio"))
    assessment = assessor.assess(Fiche("x", "", "", sections={"gender": "No hay nada escrito."}))
    assert next(r for r in assessment.ratings if r.dimension == "gender").method == "lexicon"


def test_the_card_and_model_json_say_what_it_was_made_of(fitted, codebook, tmp_path):
    write_model(tmp_path / "mio", fitted, labels(), codebook)
    about = json.loads((tmp_path / "mio" / "model.json").read_text())
    assert about["training"]["observations"] == 60
    assert about["codebook"]["sha256"] == codebook.sha256
    assert "folds by writer" in (tmp_path / "mio" / "README.md").read_text()
    assert not list((tmp_path).glob(".mio*"))


def test_an_old_model_is_replaced_and_another_folder_is_not(fitted, codebook, tmp_path):
    write_model(tmp_path / "mio", fitted, labels(), codebook)
    write_model(tmp_path / "mio", fitted, labels(), codebook)
    (tmp_path / "tesis").mkdir()
    (tmp_path / "tesis" / "a.txt").write_text("mía")
    with pytest.raises(ModelError, match="something else"):
        write_model(tmp_path / "tesis", fitted, labels(), codebook)
    assert (tmp_path / "tesis" / "a.txt").read_text() == "mía"


def test_training_repeats(fitted, codebook):
    again = fit(labels(), codebook)
    assert again.options == fitted.options
    assert (again.parts["issues"].weights == fitted.parts["issues"].weights).all()


def test_too_few_labels_are_told(codebook):
    with pytest.raises(LabelError, match="at least 40"):
        fit(labels(10), codebook)


def test_evidence_over_two_sentences_goes_to_the_one_it_fills():
    label = LabelledObservation(
        "f", "gender", "Uno. Dos palabras largas aquí. Tres.", "low",
        (IssueLabel("no_baseline", "current", "Uno. Dos palabras largas"),), "a",
    )  # fmt: skip
    assert [list(s.codes) for s in labelled_sentences([label])] == [[], ["no_baseline"], []]


def test_labels_outside_the_codebook_name_file_and_row(tmp_path, codebook):
    (tmp_path / "issues.csv").write_text("fiche_id,dimension,code,status,evidence\n")
    (tmp_path / "ratings.csv").write_text("fiche_id,dimension,rating,text\na,gender,fatal,x\n")
    with pytest.raises(LabelError, match=r"ratings.csv, row 2.*fatal"):
        read_labels(tmp_path, codebook)
