"""Runs at URLs: read from a store, written into one, the manifest last."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from assessor.cli import main
from assessor.errors import RunError
from assessor.runs.target import fetched, run_folder

from .. import needs
from .conftest import tables

pytest.importorskip("fsspec", reason=needs.URLS)


def invoke(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


def analyze(source, target, *options):
    return invoke("analyze", source, "-o", target, "--fast", "--jobs", 2, *options)


def test_from_a_url_to_a_url_is_the_same_to_the_byte(folder, memory, tmp_path):
    memory.put(str(folder), "/fichas", recursive=True)
    assert analyze(folder, tmp_path / "run").exit_code == 1
    done = analyze("memory://fichas", "memory://salida/run/")
    assert done.exit_code == 1, done.output
    assert "memory://salida/run/rejected.csv" in done.output
    assert memory.exists("/salida/run/report/index.html")
    assert not memory.exists("/salida/run/.results")
    with fetched("memory://salida/run") as copy:
        assert tables(copy) == tables(tmp_path / "run")
    told = invoke("report", "memory://salida/run", "-o", tmp_path / "r", "--format", "json")
    assert told.exit_code == 0, told.output
    here = invoke("report", tmp_path / "run", "-o", tmp_path / "s", "--format", "json")
    assert here.exit_code == 0
    compared = ("compare", "memory://salida/run", tmp_path / "run", "-o", tmp_path / "c")
    assert invoke(*compared).exit_code == 0
    name = "report.json"
    assert (tmp_path / "r" / name).read_bytes() == (tmp_path / "s" / name).read_bytes()


def test_a_run_that_is_not_sent_whole_is_no_run(small, memory, monkeypatch):
    assert analyze(small, "memory://run", "--no-report", "--parquet").exit_code == 0
    sent, put = [], memory.put_file

    def failing(path, place, **options):
        sent.append(place)
        if len(sent) == 3:
            raise OSError("lleno")
        put(path, place, **options)

    monkeypatch.setattr(type(memory), "put_file", staticmethod(failing))
    done = analyze(small, "memory://run", "--no-report")
    assert done.exit_code == 2
    assert "memory://run: cannot be read or written (OSError)" in done.output
    assert not memory.exists("/run/run.json")
    monkeypatch.undo()
    assert analyze(small, "memory://run", "--no-report").exit_code == 0
    assert not memory.exists("/run/ratings.parquet")  # of the run before


def test_nothing_of_a_user_s_is_overwritten(small, memory, tmp_path):
    memory.pipe_file("/tesis/tesis.docx", b"x")
    done = analyze(small, "memory://tesis", "--no-report")
    assert done.exit_code == 2
    assert "is not a run and not empty" in done.output
    assert analyze(small, "memory://run", "--no-report").exit_code == 0
    before = memory.cat_file("/run/run.json")
    (tmp_path / "malo.txt").write_text("nada que ver")
    assert analyze(tmp_path / "malo.txt", "memory://run", "--no-report").exit_code == 2
    assert memory.cat_file("/run/run.json") == before


def stopped(target):
    with run_folder(target) as folder:
        folder.mkdir()
        (folder / "run.json").write_text(json.dumps({"counts": {"fiches": 1}}))
        raise RunError("stopped")


def test_what_fails_on_the_way_is_not_sent(memory):
    with pytest.raises(RunError, match="stopped"):
        stopped("memory://run")
    assert not memory.exists("/run/run.json")
