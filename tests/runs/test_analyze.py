from __future__ import annotations

import csv
import json
import shutil

import pytest

from assessor.documents.discover import Input, discover
from assessor.errors import RunError
from assessor.portfolio import tables_of
from assessor.runs.analyze import analyze_inputs
from assessor.runs.files import cell, write_bytes
from assessor.runs.folder import read_run, write_run
from assessor.runs.manifest import manifest_of

from ..conftest import FIXTURES

TABLES = ("fiches.jsonl", "ratings.csv", "issues.csv", "programmes.csv", "findings.csv",
          "explanations.csv", "rejected.csv")  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    target = tmp_path_factory.mktemp("fichas")
    for path in FIXTURES.glob("MDGF-9001*"):
        if path.suffix in {".txt", ".pdf"}:
            shutil.copy(path, target / path.name)
    (target / "malo.txt").write_text("nada que ver")
    (target / "sub").mkdir()
    (target / "sub" / "tabla.csv").write_text(
        "fiche_id,dimension,text\n=Z9,gender,Solo se menciona\n"
    )
    return target


def run(folder, target, codebook, **options):
    analysis = analyze_inputs(discover([str(folder)]), **options)
    rejected = [
        {"source": r.source, "reason": r.reason, "detail": r.detail} for r in analysis.rejected
    ]
    tables = tables_of(analysis.assessments, codebook)
    write_run(target, tables, rejected, manifest_of(analysis, codebook, {}), codebook)
    return target


@pytest.fixture(scope="module")
def made(folder, tmp_path_factory, codebook):
    return run(folder, tmp_path_factory.mktemp("run") / "run", codebook)


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_discovered_is_assessed_plus_rejected(made):
    counts = json.loads((made / "run.json").read_text())["counts"]
    assert counts["discovered"] == counts["assessed"] + counts["rejected"]
    assert counts["rejected_by_reason"] == {"not_a_fiche": 1}
    assert [row["source"] for row in rows(made / "rejected.csv")] == ["malo.txt"]


def test_tables_have_the_contract_s_columns(made, codebook):
    ratings = rows(made / "ratings.csv")
    head = "fiche_id dimension rating value expected p_low p_moderate p_substantial p_high confidence review"
    assert list(ratings[0])[:11] == head.split()
    fiches = [json.loads(line) for line in (made / "fiches.jsonl").read_text().splitlines()]
    assert len(ratings) == len(codebook.dimensions) * len(fiches)
    head = "fiche_id dimension code status severity evidence start end confidence rule"
    assert list(rows(made / "issues.csv")[0])[:10] == head.split()


def test_evidence_stands_at_its_offsets(made):
    fiches = {f["fiche_id"]: f for f in map(json.loads, (made / "fiches.jsonl").open())}
    issues = rows(made / "issues.csv")
    assert issues
    for row in issues:
        text = fiches[row["fiche_id"].removeprefix("'")]["sections"][row["dimension"]]
        assert text[int(row["start"]) : int(row["end"])] == row["evidence"]


def test_fiche_ids_are_unique(made):
    ids = [json.loads(line)["fiche_id"] for line in (made / "fiches.jsonl").open()]
    assert len(ids) == len(set(ids))
    assert "MDGF-9001_2011-1-2" in ids


def test_same_input_same_bytes_whatever_the_jobs(folder, made, tmp_path, codebook):
    again = run(folder, tmp_path / "two", codebook, jobs=2)
    for name in TABLES:
        assert (made / name).read_bytes() == (again / name).read_bytes(), name


def test_a_run_reads_back(made):
    read = read_run(made)
    assert read.tables.ratings[0]["value"] in {None, 1, 2, 3, 4}
    assert {f["fiche_id"] for f in read.tables.fiches} >= {"=Z9"}
    assert {r["fiche_id"] for r in read.tables.ratings} == {
        f["fiche_id"] for f in read.tables.fiches
    }


def test_a_folder_of_something_else_is_not_overwritten(made, tmp_path, codebook):
    (tmp_path / "tesis.docx").write_text("mía")
    with pytest.raises(RunError, match="no run folder"):
        write_run(tmp_path, read_run(made).tables, [], {}, codebook)


def test_a_missing_or_damaged_run_is_told(made, tmp_path):
    with pytest.raises(RunError, match="run.json is missing"):
        read_run(tmp_path)
    copy = shutil.copytree(made, tmp_path / "copy")
    (copy / "ratings.csv").write_bytes(b"fiche_id,value\nA,\xff\n")
    with pytest.raises(RunError, match=r"ratings\.csv"):
        read_run(copy)


def test_a_defect_in_one_file_does_not_lose_the_others(folder, monkeypatch):
    import assessor.runs.analyze as module

    def broken(document, codebook):
        if "table" in document.source:
            raise ValueError("texto secreto de la ficha")
        return original(document, codebook)

    original = module.parse_document
    monkeypatch.setattr(module, "parse_document", broken)
    analysis = analyze_inputs(discover([str(folder)]))
    internal = [r for r in analysis.rejected if r.reason == "internal"]
    assert internal
    assert all("secreto" not in r.detail for r in internal)
    assert analysis.assessments


def test_a_missing_input_is_rejected_not_raised(tmp_path):
    analysis = analyze_inputs([Input("no.txt", tmp_path / "no.txt")])
    assert [r.reason for r in analysis.rejected] == ["not_found"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-x", "@a", "\tx"])
def test_formula_leads_become_text(text):
    assert cell(text) == f"'{text}"


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    write_bytes(path, b"viejo")
    monkeypatch.setattr("os.fsync", lambda *_: (_ for _ in ()).throw(OSError(28, "disk full")))
    with pytest.raises(RunError, match="disk full"):
        write_bytes(path, b"nuevo")
    assert path.read_bytes() == b"viejo"
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]
