from __future__ import annotations

import json
import sys

import numpy as np
import pytest

from assessor.errors import ModelError
from assessor.language import sentences_of
from assessor.reader import reader as module
from assessor.reader.reader import Reader, digest_of, load_reader
from tests import needs
from tests.reader.made import CODES, LEVELS, STATUSES, Session, WordTokenizer, write_folder

TEXT = "El comité no se reúne; nadie acude. El timón lleva meses sin manos."
OTHERS = ("Todo bien.", "palabra " * 900, "¿?", "\n")


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "made")


@pytest.fixture
def reader(folder):
    about = json.loads((folder / "reader.json").read_text())
    return Reader(folder, about, Session(), WordTokenizer())


def read(reader, text, heading="Rendición de cuentas"):
    return reader.read(text, heading, [s.span for s in sentences_of(text)])


def bytes_of(reading):
    found = reading.findings
    parts = (reading.levels, found.issues, found.statuses, found.attention, reading.embedding)
    return b"".join(np.ascontiguousarray(x).tobytes() for x in parts)


def test_the_same_bytes_whatever_was_read_before(reader):
    first = bytes_of(read(reader, TEXT))
    for other in OTHERS:
        bytes_of(read(reader, other))
    assert bytes_of(read(reader, TEXT)) == first


def test_a_window_is_a_batch_of_its_own(reader):
    reading = read(reader, "palabra " * 900)
    lengths = reader._session.lengths
    assert len(lengths) == 3
    assert len(reading.tokens) == len(reading.places) == len(reading.ends) == sum(lengths)


def test_a_reading_has_a_row_per_sentence(reader):
    reading = read(reader, TEXT)
    assert reading.findings.issues.shape == (2, len(CODES))
    assert reading.findings.statuses.shape == (2, len(CODES), len(STATUSES))
    assert reading.levels.shape == (len(LEVELS),)
    assert [reading.place_of(s.span) for s in sentences_of(TEXT)] == [0, 1]


def test_the_heading_counts(reader):
    assert bytes_of(read(reader, TEXT)) != bytes_of(read(reader, TEXT, "Género"))


@pytest.mark.parametrize("text", ["", " \n", "…"])
def test_a_text_without_words_is_read(reader, text):
    reading = read(reader, text)
    assert np.isfinite(reading.levels).all()
    assert np.isfinite(reading.nothing)
    assert np.linalg.norm(reading.embedding) == pytest.approx(1)


@pytest.fixture
def loadable(tmp_path, monkeypatch):
    """A folder that loads where the extra is installed; its session is a stub."""
    pytest.importorskip("onnxruntime", reason=needs.READER)
    tokenizers = pytest.importorskip("tokenizers", reason=needs.READER)
    folder = tmp_path / "made"
    folder.mkdir()
    model = tokenizers.models.Unigram([("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("a", -1.0)], 3)
    tokenizers.Tokenizer(model).save(str(folder / "tokenizer.json"))
    monkeypatch.setattr(module, "_session", lambda runtime, path: Session())
    return write_folder(folder)


def test_a_folder_loads(loadable):
    reader = load_reader(loadable)
    assert (reader.name, reader.codes, reader.writers) == ("made", CODES, {"h01"})
    about = json.loads((loadable / "reader.json").read_text())
    assert reader.sha256 == about["sha256"] == digest_of(loadable, about)


def refused(folder, *words):
    with pytest.raises(ModelError) as told:
        load_reader(folder)
    for word in (str(folder), "--reader words", *words):
        assert word in str(told.value)


@pytest.mark.parametrize("name", ["reader.json", "encoder.onnx", "tokenizer.json", "heads.npz"])
@pytest.mark.parametrize("damage", ["cut", "empty", "other"])
def test_a_damaged_folder_is_told(loadable, name, damage):
    path = loadable / name
    data = path.read_bytes()
    path.write_bytes({"cut": data[: len(data) // 2], "empty": b"", "other": b"[]"}[damage])
    refused(loadable, "damaged")


@pytest.mark.parametrize("name", ["tokenizer.json", "heads.npz"])
def test_files_that_were_broken_when_the_digest_was_taken_are_told(loadable, name):
    (loadable / name).write_bytes(b"[]")
    about = json.loads((loadable / "reader.json").read_text())
    about["sha256"] = digest_of(loadable, about)
    (loadable / "reader.json").write_text(json.dumps(about))
    refused(loadable, "damaged")


def test_an_encoder_that_the_runtime_cannot_read_is_told(loadable, monkeypatch):
    monkeypatch.undo()
    refused(loadable, "damaged")


@pytest.mark.parametrize("name", ["reader.json", "encoder.onnx", "tokenizer.json", "heads.npz"])
def test_a_missing_file_is_told(loadable, name):
    (loadable / name).unlink()
    refused(loadable, f"{name} is missing", "reinstall")


def test_no_folder_and_a_file_are_told(loadable, tmp_path):
    refused(tmp_path / "nowhere", "reader.json is missing")
    refused(loadable / "heads.npz")


def test_a_changed_word_in_what_it_tells_of_itself_is_told(loadable):
    about = json.loads((loadable / "reader.json").read_text())
    (loadable / "reader.json").write_text(json.dumps(about | {"training": {"writers": []}}))
    refused(loadable, "damaged")


def test_another_format_is_told(loadable):
    write_folder(loadable, format=9)
    refused(loadable, "format 9", "reinstall")


@pytest.mark.parametrize(
    "change",
    [{"codes": CODES[1:]}, {"statuses": ["current"]}, {"levels": [*LEVELS, "x"]}, {"training": {}}],
    ids=str,
)
def test_names_that_do_not_fit_the_heads_are_told(loadable, change):
    write_folder(loadable, **change)
    refused(loadable, "damaged")


@pytest.mark.parametrize("name", ["onnxruntime", "tokenizers"])
def test_an_absent_extra_is_told(folder, monkeypatch, name):
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ModelError, match=r"pip install 'assessor\[reader\]'.*--reader words"):
        load_reader(folder)
