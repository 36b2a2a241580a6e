from __future__ import annotations

import csv
import json
import shutil

import pytest
from click.testing import CliRunner

from assessor.cli import main
from assessor.text_model import load_model
from tests.training.made import labels


def write_labels(folder, made, *extra):
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "ratings.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["fiche_id", "dimension", "rating", "annotator", "writer", "text"])
        rows.writerows([x.fiche_id, x.dimension, x.rating, "a", x.writer, x.text] for x in made)
        rows.writerows(extra)
    with (folder / "issues.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["fiche_id", "dimension", "code", "status", "evidence", "annotator"])
        for x in made:
            rows.writerows([x.fiche_id, x.dimension, i.code, i.status, i.evidence, "a"]
                           for i in x.issues)  # fmt: skip
    return folder


def run(*args):
    return CliRunner().invoke(main, [str(a) for a in args])


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("train")
    own = write_labels(folder / "labels", labels())
    result = run("train", own, "-o", folder / "models" / "mio", "--base", "none")
    return folder, result


def test_train_writes_a_model_its_card_and_suspects(trained):
    folder, result = trained
    assert result.exit_code == 0, result.output
    model = load_model(folder / "models" / "mio")
    assert model.about["base"] == ""
    assert "rating kappa folds" in result.output
    assert {p.name for p in (folder / "models").iterdir()} == {"mio", "mio.suspect_labels.csv"}
    assert "# Model card" in (folder / "models" / "mio" / "README.md").read_text("utf-8")


@pytest.mark.parametrize("absent", ["find_spec", "_shipped_folder"])
def test_train_goes_by_words_where_no_reader_is_installed(trained, tmp_path, monkeypatch, absent):
    answers = {"find_spec": lambda name: None, "_shipped_folder": lambda: tmp_path}
    monkeypatch.setattr(f"assessor.reader.reader.{absent}", answers[absent])
    own = trained[0] / "labels"
    result = run("train", own, "-o", tmp_path / "mio", "--base", "none")
    assert result.exit_code == 0, result.output
    assert "reader is not installed" in result.stderr
    assert "words alone" in result.stderr
    again = run("train", own, "-o", tmp_path / "otro", "--base", tmp_path / "mio")
    assert "reader" not in again.stderr  # its base knows none


def test_fine_tuning_without_its_extra_says_what_to_install(trained, tmp_path, monkeypatch):
    monkeypatch.setattr("assessor.training.encoder.extra.find_spec", lambda name: None)
    result = run("train", trained[0] / "labels", "-o", tmp_path / "mio", "--fine-tune")
    assert result.exit_code == 2
    assert "--fine-tune needs torch, onnx" in result.output
    assert "pip install 'assessor[train]'" in result.output
    assert not (tmp_path / "mio").exists()


def test_train_goes_on_from_a_base_and_twice_gives_the_same(trained):
    folder, _ = trained
    for name in ("uno", "dos"):
        result = run("train", folder / "labels", "-o", folder / "otros" / name,
                     "--base", folder / "models" / "mio", "--quiet")  # fmt: skip
        assert result.exit_code == 0, result.output
    one, other = (folder / "otros" / name for name in ("uno", "dos"))
    assert json.loads((one / "model.json").read_text())["base"] == "mio"
    for name in ("model.json", "vocabulary.json", "weights.npz"):
        assert (one / name).read_bytes() == (other / name).read_bytes()


def test_bad_rows_are_set_aside_with_file_row_and_reason(tmp_path):
    own = write_labels(tmp_path / "l", labels(), ["f99", "accountability", "fatal", "a", "", "x"])
    result = run("train", own, "-o", tmp_path / "mio", "--base", "none")
    assert result.exit_code == 1, result.output
    rows = list(csv.DictReader((tmp_path / "mio.rejected_labels.csv").open(encoding="utf-8")))
    assert [(r["row"], "fatal" in r["reason"]) for r in rows] == [("62", True)]


def test_texts_come_from_the_fiches_of_a_run(tmp_path, trained):
    made = labels(48)
    table = tmp_path / "fichas.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["fiche_id", "dimension", "text"])
        rows.writerows([x.fiche_id, x.dimension, x.text] for x in made)
    assert run("analyze", table, "-o", tmp_path / "run", "--no-report", "--fast").exit_code == 0
    import dataclasses

    own = write_labels(tmp_path / "l", [dataclasses.replace(x, text="") for x in made])
    base = trained[0] / "models" / "mio"
    alone = run("train", own, "-o", tmp_path / "mio", "--base", base)
    assert alone.exit_code == 2
    assert "--fiches" in alone.output
    result = run("train", own, "-o", tmp_path / "mio", "--base", base, "--fiches", tmp_path / "run")
    assert result.exit_code == 0, result.output
    assert "trained on 48 sections" in result.output


def test_a_folder_of_others_is_refused_before_anything_is_read(tmp_path):
    (tmp_path / "tesis").mkdir()
    (tmp_path / "tesis" / "a.txt").write_text("mía")
    result = run("train", tmp_path / "none", "-o", tmp_path / "tesis")
    assert result.exit_code == 2
    assert "something else" in result.output


def test_a_failure_while_writing_leaves_the_old_model_whole(trained, tmp_path, monkeypatch):
    folder = shutil.copytree(trained[0] / "models" / "mio", tmp_path / "mio")
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    monkeypatch.setattr("assessor.training.bundle.card", lambda about: 1 / 0)
    result = run("train", trained[0] / "labels", "-o", folder, "--base", "none")
    assert result.exit_code != 0
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["mio"]


def test_evaluate_as_text_json_and_page(trained, tmp_path):
    folder, _ = trained
    model, own = folder / "models" / "mio", folder / "labels"
    text = run("evaluate", model, own)
    assert text.exit_code == 0, text.output
    assert "kappa" in text.output
    result = run("evaluate", model, own, "--train", own, "--format", "json", "--quiet")
    record = json.loads(result.stdout)
    assert record["model"] == "mio"
    names = [system["id"] for system in record["systems"]]
    assert names == ["model", "words", "lexicon", "majority", "usual_codes", "tfidf"]
    assert record["systems"][0]["scores"]["kappa"]["value"] > 0.9
    page = tmp_path / "e.html"
    assert run("evaluate", model, own, "--format", "html", "-o", page).exit_code == 0
    assert "Evaluación del modelo mio" in page.read_text("utf-8")


def test_evaluate_tells_a_missing_model_and_missing_labels(trained, tmp_path):
    assert run("evaluate", tmp_path / "x", trained[0] / "labels").exit_code == 2
    assert run("evaluate", trained[0] / "models" / "mio", tmp_path / "x").exit_code == 2
