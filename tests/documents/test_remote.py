"""Inputs at URLs: what a folder of them means, and what is told when a store fails."""

from __future__ import annotations

import subprocess
import sys

import pytest

from assessor.documents.discover import Input, discover
from assessor.documents.readers import bytes_of_input
from assessor.documents.remote import shown
from assessor.errors import FicheError, RunError

from .. import needs

pytest.importorskip("fsspec", reason=needs.URLS)


@pytest.fixture
def bucket(memory):
    """A folder in a store, with what is to be passed over."""
    names = ("b.csv", "año/a.txt", ".oculta/x.txt", "año/.z.txt", "año/~$a.docx", "Thumbs.db")
    for name in (*names, "run/run.json", "run/fiches.jsonl", "run/report/index.html"):
        memory.pipe_file(f"/fichas/{name}", b"x")
    return "memory://fichas"


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_folder_means_its_files_without_hidden_ones_and_runs(bucket, slash):
    assert discover([bucket + slash]) == [
        Input("año/a.txt", "memory://fichas/año/a.txt"), Input("b.csv", "memory://fichas/b.csv"),
    ]  # fmt: skip


def test_patterns_and_single_files_go_by_their_url(bucket):
    assert [item.source for item in discover([f"{bucket}/*.csv", f"{bucket}/b.csv"])] == [
        "memory://fichas/b.csv"
    ]
    assert [item.source for item in discover([f"{bucket}/no*.txt"])] == ["memory://fichas/no*.txt"]


def test_a_url_of_this_machine_s_files_reads_what_the_path_does(tmp_path):
    (tmp_path / "a.txt").write_text("hola")
    [item] = discover([f"file://{tmp_path}"])
    assert item.source == "a.txt"
    assert bytes_of_input(item) == b"hola"


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("memory://fichas/no.txt", "not_found"),
        ("memory://fichas/a.exe", "unsupported_format"),
        ("nada://fichas/a.txt", "unreadable"),
    ],
)
def test_what_cannot_be_read_says_why(bucket, place, reason):
    with pytest.raises(FicheError) as told:
        bytes_of_input(Input(place, place))
    assert told.value.reason == reason


def test_one_byte_too_many_is_too_large(bucket, monkeypatch):
    monkeypatch.setattr("assessor.documents.readers.MAX_BYTES", 0)
    with pytest.raises(FicheError, match="too_large"):
        bytes_of_input(Input("b.csv", f"{bucket}/b.csv"))


def test_a_store_that_does_not_exist_is_told():
    with pytest.raises(RunError, match="nada://x"):
        discover(["nada://x/"])


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("s3://clave:secreta@cubo/a?b#c", "s3://cubo/a?b#c"),
        ("s3://clave:secreta@cubo", "s3://cubo"),
        ("https://ana:clave@example.org/a.pdf?firma=x#y", "https://example.org/a.pdf"),
        ("fichas/a?b.txt", "fichas/a?b.txt"),
    ],
)
def test_passwords_and_signatures_are_not_shown(url, public):
    assert shown(url) == public


def test_a_signed_address_is_read_by_its_suffix():
    assert Input("a", "https://example.org/a.pdf?firma=x.y").path.suffix == ".pdf"


def test_without_fsspec_it_says_what_to_install():
    code = "import sys; sys.modules['fsspec'] = None; from assessor.cli import main; main()"
    command = [sys.executable, "-c", code, "analyze", "s3://cubo/", "-o", "x"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert "pip install 'assessor[scale]'" in done.stderr
