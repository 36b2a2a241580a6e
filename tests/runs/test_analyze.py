from __future__ import annotations

import json
import random
import shutil
import subprocess

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assessor.documents.discover import discover
from assessor.errors import RunError
from assessor.runs.analyze import Plan, analyze
from assessor.runs.files import cell
from assessor.runs.folder import read_run, write_run
from assessor.runs.manifest import about_run
from assessor.runs.result import set_aside

from ..conftest import ROOT
from .conftest import ASSESSOR, FAST, rows, run, tables


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


@pytest.mark.parametrize("jobs", [1, 2, 8])
def test_same_input_same_bytes_whatever_the_jobs_and_the_order(folder, made, tmp_path, jobs):
    names = [str(path) for path in folder.iterdir()]
    random.Random(jobs).shuffle(names)
    relative = discover([str(folder)])
    named = {item.path.absolute(): item for item in relative}
    inputs = sorted(named[item.path.absolute()] for item in discover(names))
    analyze(inputs, tmp_path / "run", FAST, plan=Plan(jobs=jobs))
    assert tables(tmp_path / "run") == tables(made)


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_same_bytes_whatever_the_hash_seed(folder, tmp_path, made, seed):
    command = [*ASSESSOR, "analyze", str(folder), "-o", str(tmp_path / "r")]
    subprocess.run(
        [*command, "--fast", "--no-report", "--quiet"],
        env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin"}, cwd=ROOT, check=False,
    )  # fmt: skip
    mine, other = tables(tmp_path / "r"), tables(made)
    mine.pop("run.json"), other.pop("run.json")  # the options differ
    assert mine == other


def test_a_run_reads_back(made):
    read = read_run(made)
    assert read.tables.ratings[0]["value"] in {None, 1, 2, 3, 4}
    assert {f["fiche_id"] for f in read.tables.fiches} >= {"=Z9"}
    assert {r["fiche_id"] for r in read.tables.ratings} == {
        f["fiche_id"] for f in read.tables.fiches
    }


def test_a_folder_of_something_else_is_not_overwritten(tmp_path, small, codebook):
    (tmp_path / "tesis.docx").write_text("mía")
    with pytest.raises(RunError, match="not a run folder"):
        write_run(tmp_path, [], codebook, {})
    with pytest.raises(RunError, match="not a run folder"):
        run(small, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"tesis.docx", "fichas"}


def test_a_missing_or_damaged_run_is_told(made, tmp_path):
    with pytest.raises(RunError, match="run.json is missing"):
        read_run(tmp_path)
    copy = shutil.copytree(made, tmp_path / "copy")
    (copy / "ratings.csv").write_bytes(b"fiche_id,value\nA,\xff\n")
    with pytest.raises(RunError, match=r"ratings\.csv"):
        read_run(copy)


def test_a_run_inside_the_input_folder_is_not_input(small):
    run(small, small / "salida")
    done = run(small, small / "salida")
    assert done.counts.discovered == 3
    assert done.reused == 3


def test_the_same_name_in_two_folders(tmp_path, small):
    other = shutil.copytree(small, tmp_path / "otra")
    (other / "a.csv").write_text("fiche_id,dimension,text\nA,gender,Otra cosa\n")
    analyze(discover([str(small), str(other)]), tmp_path / "run", FAST)
    read = read_run(tmp_path / "run")
    assert [f["fiche_id"] for f in read.tables.fiches] == ["A", "B", "C", "A-2", "B-2", "C-2"]
    assert len({f["source"] for f in read.tables.fiches}) == 6


def test_standard_input_is_assessed_in_a_worker_too(small, tmp_path):
    text = (ROOT / "tests/fixtures/MDGF-9001_2011-1.table-layout.txt").read_bytes()
    command = [*ASSESSOR, "analyze", "-", str(small), "-o", str(tmp_path / "r")]
    subprocess.run([*command, "--fast", "--no-report"], input=text, cwd=ROOT, check=True)
    assert [i["source"] for i in read_run(tmp_path / "r").manifest["inputs"]] == [
        "-", "a.csv", "b.csv", "c.csv",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["=1+1", "+1", "-x", "@a", "\tx", "\rx"])
def test_formula_leads_become_text(text):
    assert cell(text) == f"'{text}"


TEXTS = st.text(
    st.sampled_from("'=+-@\t\r\n,\"a") | st.characters(exclude_categories=["Cs"]), min_size=1
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(TEXTS))
@example(["'", "'=1", "''=1", "=1", "a\rb", "\r\n", "x" * 200_000])
def test_cells_come_back_as_they_went_out(tmp_path, codebook, texts):
    aside = [set_aside(str(n), "", "empty", text) for n, text in enumerate(texts)]
    write_run(tmp_path / "run", aside, codebook, about_run(codebook, {}))
    assert [row["detail"] for row in read_run(tmp_path / "run").rejected] == texts


def test_a_line_end_within_evidence_does_not_break_its_row(tmp_path):
    text = "No hay línea\rde base"
    table = f'fiche_id,dimension,text\nA,gender,"{text}"\n'
    (tmp_path / "t.csv").write_text(table, newline="")
    run(tmp_path / "t.csv", tmp_path / "run")
    (issue,) = read_run(tmp_path / "run").tables.issues
    assert issue["evidence"] == text
