from __future__ import annotations

import csv
import shutil
import sys

import pytest

from assessor.documents.discover import discover
from assessor.runs.analyze import analyze
from assessor.runs.settings import Settings

from ..conftest import FIXTURES

TABLES = ("fiches.jsonl", "ratings.csv", "issues.csv", "programmes.csv", "findings.csv",
          "explanations.csv", "rejected.csv")  # fmt: skip
ASSESSOR = (sys.executable, "-c", "from assessor.cli import main; main()")
FAST = Settings(reader="none")


def run(folder, target, **options):
    """Analyse a folder without the trained model."""
    return analyze(discover([str(folder)]), target, FAST, **options)


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def tables(folder):
    """The bytes of a run's files."""
    return {name: (folder / name).read_bytes() for name in (*TABLES, "run.json")}


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    target = tmp_path_factory.mktemp("fichas")
    for name in ("plain-raw.txt", "table-layout.txt", "plain.pdf"):
        shutil.copy(FIXTURES / f"MDGF-9001_2011-1.{name}", target)
    (target / "malo.txt").write_text("nada que ver")
    (target / "sub").mkdir()
    (target / "sub" / "tabla.csv").write_text(
        "fiche_id,dimension,text\n=Z9,gender,Solo se menciona\n"
    )
    return target


@pytest.fixture(scope="session")
def made(folder, tmp_path_factory):
    target = tmp_path_factory.mktemp("run") / "run"
    run(folder, target)
    return target


@pytest.fixture
def small(tmp_path):
    """A folder of three small observation tables."""
    target = tmp_path / "fichas"
    target.mkdir()
    for name in ("a", "b", "c"):
        text = f"fiche_id,dimension,text\n{name.upper()},gender,Solo se cuenta a las mujeres\n"
        (target / f"{name}.csv").write_text(text)
    return target
