"""`train --fine-tune`, all the way, with a reader of two layers in the shipped one's place."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from tests import needs

pytest.importorskip("torch", reason=needs.TRAIN)
pytest.importorskip("onnx", reason=needs.TRAIN)
pytest.importorskip("onnxruntime", reason=needs.TRAIN)

from assessor.assess import assessor_for
from assessor.reader import reader as reader_module
from assessor.reader.reader import load_reader
from assessor.runs.settings import Settings
from assessor.text_model import load_model
from assessor.training.bundle import write_model
from assessor.training.encoder import fine_tune
from assessor.training.encoder.batches import example_of
from assessor.training.encoder.export import export
from assessor.training.encoder.plan import Plan
from assessor.training.encoder.read_back import encoder_of
from assessor.training.encoder.start import Start, continued
from assessor.training.fit import fit
from tests.training.made import BAD, GOOD, labels
from tests.training.test_commands import run, write_labels
from tests.training.tiny import about_tiny, network_of, tiny_tokenizer

SHORT = Plan(epochs=1, layers=2, frozen=1)
FILES = {"encoder.onnx", "heads.npz", "reader.json", "tokenizer.json"}
WRITERS = 10
pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module", autouse=True)
def shipped(one_thread, tmp_path_factory, codebook):
    """Put a small reader in the shipped one's place; its trainings are short."""
    folder = tmp_path_factory.mktemp("shipped") / "es-reader"
    tokenizer = tiny_tokenizer()
    network = network_of(tokenizer, codebook)
    some = [example_of(x, tokenizer, codebook).tokens.ids for x in labels(8)]
    export(folder, network.encoder, network.heads, tokenizer, about_tiny(codebook), some)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader_module, "_shipped_folder", lambda: folder)
        patch.setattr(fine_tune, "FURTHER", SHORT)
        patch.setattr(fine_tune, "ANEW", SHORT)
        reader_module._shipped.cache_clear()
        yield folder
    reader_module._shipped.cache_clear()


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    made = [replace(x, writer=f"n{k // 4 % WRITERS}") for k, x in enumerate(labels(320))]
    return write_labels(tmp_path_factory.mktemp("own") / "labels", made)


@pytest.fixture(scope="module")
def base(tmp_path_factory, shipped, codebook):
    """A model that goes by words and by the small reader."""
    folder = tmp_path_factory.mktemp("models") / "base"
    used = labels(80)
    write_model(folder, fit(used, codebook, reader=load_reader()), used, codebook)
    return folder


@pytest.fixture(scope="module")
def tuned(own, base):
    folder = base.parent / "mio"
    return folder, run("train", own, "-o", folder, "--base", base, "--fine-tune")


@pytest.mark.parametrize("int8", [True, False])
def test_an_encoder_is_read_back_from_its_file(codebook, tmp_path, int8):
    tokenizer = tiny_tokenizer()
    network = network_of(tokenizer, codebook)
    some = [example_of(x, tokenizer, codebook).tokens.ids for x in labels(8)]
    export(tmp_path, network.encoder, network.heads, tokenizer, about_tiny(codebook),
           some if int8 else ())  # fmt: skip
    back = encoder_of(tmp_path / "encoder.onnx")
    assert back.layers[0].heads == network.encoder.layers[0].heads
    for name, value in network.encoder.state_dict().items():
        found = back.state_dict()[name]
        bound = float(value.abs().max()) / 100 if int8 else 1e-6
        assert found.shape == value.shape
        assert float((found - value).abs().max()) <= bound, name


def test_heads_go_on_by_name(codebook, shipped):
    codes = list(codebook.issue)
    own = replace(codebook, issues=(codebook.issues[3], *codebook.issues[:2]))
    known, fewer = continued(load_reader(), codebook, SHORT), continued(load_reader(), own, SHORT)
    order = [codes.index(code) for code in own.issue]
    for name in ("look.weight", "say.bias", "usual"):
        whole, found = (s.heads.state_dict()[name] for s in (known, fewer))
        assert (found == whole[order]).all()
    assert (fewer.heads.level.weight == known.heads.level.weight).all()


def test_codes_that_the_base_lacks_begin_anew(codebook, shipped, monkeypatch):
    reader = load_reader()
    monkeypatch.setattr(reader, "codes", ("unheard_of", *reader.codes[1:]))
    heads = continued(reader, codebook, SHORT).heads
    assert float(heads.say.bias[0].detach()) == -4.0
    with np.load(shipped / "heads.npz") as told:
        assert heads.say.weight[1].detach().numpy() == pytest.approx(told["say.weight"][1])


def test_it_writes_a_model_with_a_reader_of_its_own(tuned, base, shipped):
    folder, result = tuned
    assert result.exit_code == 0, result.output
    assert "epoch 1 of 1: loss" in result.stderr
    assert "2 of 10 writers (64 sections) are held out" in result.stderr
    assert "minutes" in result.stderr
    assert {p.name for p in (folder / "reader").iterdir()} == FILES
    about = json.loads((folder / "model.json").read_text("utf-8"))
    reader = load_reader(folder / "reader")
    assert about["with_reader"]["sha256"] == reader.sha256
    assert about["with_reader"]["name"] == reader.name == "mio"
    assert about["fine_tuned"]["continues"] == "tiny"
    assert about["fine_tuned"]["before"].keys() == about["fine_tuned"]["scores"].keys()
    assert "tiny before: kappa" in result.stderr or "tiny did as well before" in result.stderr
    assert reader.base == load_reader().sha256
    assert reader.writers == {"h01", "n1", "n2", "n3", "n4", "n5", "n6", "n8", "n9"}
    card = (folder / "README.md").read_text("utf-8")
    assert "continues `tiny` on 256 of the sections" in card
    assert [p.name for p in base.parent.iterdir() if p.name.startswith(".")] == []


def test_it_is_read_by_its_own_reader_and_others_by_the_shipped_one(tuned, base, codebook):
    folder, _ = tuned
    own = load_reader(folder / "reader").sha256
    assert assessor_for(codebook, load_model(folder))._reader.sha256 == own
    assert Settings(model=folder).assessor()._reader.sha256 == own
    assert assessor_for(codebook, load_model(base))._reader is load_reader()
    assert assessor_for(codebook, load_model(folder), reads=False)._reader is None


def test_it_is_read_by_its_own_reader_where_none_is_shipped(tuned, codebook, monkeypatch, tmp_path):
    folder, _ = tuned
    monkeypatch.setattr(reader_module, "_shipped_folder", lambda: tmp_path)
    assert Settings(model=folder).reads
    assert not Settings().reads
    assert assessor_for(codebook, load_model(folder))._reader is not None


def test_analyze_find_and_evaluate_take_it(tuned, tmp_path):
    folder, _ = tuned
    table = tmp_path / "fichas.csv"
    table.write_text(f"fiche_id,dimension,text\nA_2011-1,gender,{GOOD}\nB_2011-1,gender,{BAD}\n")
    done = run("analyze", table, "-o", tmp_path / "run", "--model", folder, "--no-report",
               "--jobs", "1")  # fmt: skip
    assert done.exit_code == 0, done.output
    found = run("find", "nadie acude al comité", tmp_path / "run", "--meaning", "--model", folder,
                "--format", "json")  # fmt: skip
    assert found.exit_code == 0, found.output
    assert json.loads(found.stdout)
    some = write_labels(tmp_path / "labels", labels(12))
    assert run("evaluate", folder, some, "--quiet").exit_code == 0


@pytest.mark.parametrize("how", ["changed", "absent", "swapped"])
def test_a_damaged_reader_is_told(tuned, shipped, tmp_path, how):
    model = shutil.copytree(tuned[0], tmp_path / "mio")
    heads = model / "reader" / "heads.npz"
    if how == "changed":
        heads.write_bytes(heads.read_bytes()[:-1] + b"?")
    elif how == "absent":
        heads.unlink()
    else:
        shutil.rmtree(model / "reader")
        shutil.copytree(shipped, model / "reader")
    fiche = tmp_path / "a.csv"
    fiche.write_text(f"fiche_id,dimension,text\nA_2011-1,gender,{GOOD}\n")
    told = {"changed": "damaged", "absent": "heads.npz is missing", "swapped": "this reader"}
    for command in (("show", fiche), ("analyze", fiche, "-o", tmp_path / "run", "--no-report")):
        result = run(*command, "--model", model)
        assert result.exit_code == 2, result.output
        assert told[how] in result.output
        assert "--reader words" in result.output
    assert run("show", fiche, "--model", model, "--reader", "words").exit_code == 0


def test_what_goes_on_from_it_keeps_its_reader(tuned, own, tmp_path):
    result = run("train", own, "-o", tmp_path / "otro", "--base", tuned[0])
    assert result.exit_code == 0, result.output
    assert "words alone" not in result.output
    about = json.loads((tmp_path / "otro" / "model.json").read_text("utf-8"))
    assert load_reader(tmp_path / "otro" / "reader").sha256 == about["with_reader"]["sha256"]


def test_fine_tuning_it_again_holds_out_who_was_held_out_before(tuned, own, tmp_path):
    result = run("train", own, "-o", tmp_path / "otro", "--base", tuned[0], "--fine-tune")
    assert result.exit_code == 0, result.output
    again, before = (load_reader(f / "reader") for f in (tmp_path / "otro", tuned[0]))
    assert again.base == before.sha256
    assert again.writers == before.writers
    assert "2 of 10 writers (64 sections) are held out" in result.stderr


def test_from_nothing_it_begins_with_the_pretrained_encoder(own, codebook, tmp_path, monkeypatch):
    def stub(texts, codebook, plan):
        assert len(list(texts)) == 320
        network = network_of(tiny_tokenizer(), codebook)
        return Start(network.encoder, network.heads, tiny_tokenizer())

    monkeypatch.setattr(fine_tune, "from_e5", stub)
    monkeypatch.setattr("assessor.training.encoder.extra.NEEDED_FROM_E5", ())
    result = run("train", own, "-o", tmp_path / "mio", "--base", "none", "--fine-tune", "--quiet")
    assert result.exit_code == 0, result.output
    assert "epoch" not in result.stderr
    about = json.loads((tmp_path / "mio" / "model.json").read_text("utf-8"))
    reader = load_reader(tmp_path / "mio" / "reader")
    assert (about["with_reader"]["sha256"], reader.base) == (reader.sha256, "")
    assert about["fine_tuned"]["continues"] == "multilingual-e5-small"


@pytest.mark.parametrize("place", ["encoder.fine_tune.check_int8", "bundle.card"])
def test_a_failure_leaves_the_old_model_whole(tuned, own, base, tmp_path, monkeypatch, place):
    folder = shutil.copytree(tuned[0], tmp_path / "mio")
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    monkeypatch.setattr(f"assessor.training.{place}", lambda *args: 1 / 0)
    result = run("train", own, "-o", folder, "--base", base, "--fine-tune", "--quiet")
    assert result.exit_code not in (0, 2)
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["mio"]


def test_what_cannot_be_continued_is_refused_before_it_takes_time(own, base, tmp_path, codebook):
    bare = tmp_path / "bare"
    used = labels(80)
    write_model(bare, fit(used, codebook), used, codebook)
    result = run("train", own, "-o", tmp_path / "mio", "--base", bare, "--fine-tune")
    assert result.exit_code == 2
    assert "uses words alone" in result.output
    few = write_labels(tmp_path / "few", labels(60))
    result = run("train", few, "-o", tmp_path / "mio", "--base", base, "--fine-tune")
    assert result.exit_code == 2
    assert "60 labelled sections with text; --fine-tune needs 300" in result.output
    assert not (tmp_path / "mio").exists()
