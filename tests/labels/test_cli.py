from __future__ import annotations

import csv
import shutil

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from assessor.cli import main
from assessor.cli.labels import FORMATS as OFFERED
from assessor.labels.batch import Batch
from assessor.labels.formats import FORMATS, collect_labels, export_labels
from assessor.labels.write import write_labels

from ..conftest import FIXTURES

FICHE = FIXTURES / "MDGF-9001_2011-1.table-layout.txt"


@pytest.fixture
def invoke():
    def _invoke(*args):
        result = CliRunner().invoke(main, ["labels", *map(str, args)])
        assert result.exception is None or isinstance(result.exception, SystemExit), (
            result.exception
        )
        return result

    return _invoke


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "run"
    result = CliRunner().invoke(main, ["analyze", str(FICHE), "-o", str(folder), "--no-report"])
    assert result.exit_code == 0
    return folder


@pytest.fixture
def tables(tmp_path, codebook, labels):
    export_labels(Batch(labels), codebook, "csv", tmp_path / "tablas")
    return tmp_path / "tablas"


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_command_offers_what_there_is():
    assert set(OFFERED) == set(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_a_run_goes_out_in_every_format(invoke, run, tmp_path, name):
    result = invoke("export", run, "-o", tmp_path / "out", "--format", name)
    assert result.exit_code == 0, result.output
    assert str(tmp_path / "out") in result.output


def test_labels_go_out_and_come_back(invoke, tables, tmp_path, codebook, labels):
    assert invoke("export", tables, "-o", tmp_path / "a.qdpx", "--format", "qdpx").exit_code == 0
    result = invoke("import", tmp_path / "a.qdpx", "-o", tmp_path / "back")
    assert result.exit_code == 0
    assert "4 ratings, 3 issues by 2 annotators; 0 rows undecided, 0 rejected" in result.output
    back = collect_labels([tmp_path / "back"], codebook).labels
    assert {x.key: x for x in back} == {x.key: x for x in labels}
    assert rows(tmp_path / "back" / "codings.csv")[0]["user"] == ""


def test_rejected_rows_are_listed_and_told_by_the_exit_status(invoke, tables, tmp_path):
    path = tables / "ratings.csv"
    path.write_text(path.read_text().replace(",low,", ",grave,"))
    result = invoke("import", path, tables / "issues.csv", "-o", tmp_path / "back")
    assert result.exit_code == 1
    (bad,) = rows(tmp_path / "back" / "rejected.csv")
    assert (bad["file"], bad["row"]) == ("ratings.csv", "5")
    assert "grave" in bad["reason"]
    assert invoke("export", tables, "-o", tmp_path / "x.xlsx").exit_code == 1
    assert invoke("import", tmp_path / "no.csv", "-o", tmp_path / "back").exit_code == 2


def test_a_run_is_not_overwritten_by_labels(invoke, run, tables):
    before = (run / "ratings.csv").read_bytes()
    assert invoke("import", tables, "-o", run).exit_code == 2
    assert invoke("export", tables, "-o", run, "--format", "csv").exit_code == 2
    assert (run / "ratings.csv").read_bytes() == before


def test_suggestions_go_out_alone(invoke, run, tmp_path):
    result = invoke("suggest", run, "-n", 3, "-o", tmp_path / "s.csv")
    assert result.exit_code == 0, result.output
    chosen = rows(tmp_path / "s.csv")
    assert [r["rank"] for r in chosen] == ["1", "2", "3"]
    assert all(r["why"] in result.output for r in chosen)
    invoke("export", run, "-o", tmp_path / "s.xlsx", "--only", tmp_path / "s.csv")
    sheet = load_workbook(tmp_path / "s.xlsx")["ratings"]
    sections = {(r[0].value, r[1].value) for r in sheet.iter_rows(min_row=2)}
    assert len(sections) == 3


def test_agreement_of_annotators_and_of_a_model(invoke, tables, tmp_path):
    shutil.copy(tables / "issues.csv", tmp_path)
    result = invoke("agreement", tables, "--model", "shipped", "-o", tmp_path / "acuerdo")
    assert result.exit_code == 0, result.output
    scores = rows(tmp_path / "acuerdo" / "agreement.csv")
    assert {r["between"] for r in scores} == {"annotators", "model"}
    assert "F1 no_baseline" in {r["what"] for r in scores}
    apart = rows(tmp_path / "acuerdo" / "disagreements.csv")
    assert ("rating", "high", "moderate") in {(r["what"], r["says_1"], r["says_2"]) for r in apart}
    assert (tmp_path / "acuerdo" / "adjudication.xlsx").exists()


def test_one_annotator_cannot_agree(invoke, tmp_path, codebook, labels):
    from assessor.labels.tables import LabelTable

    write_labels(tmp_path / "una", LabelTable(tuple(labels[:1])))
    result = invoke("agreement", tmp_path / "una")
    assert result.exit_code == 2
    assert "two annotators" in result.output


@pytest.mark.parametrize("name", ["export", "import", "suggest", "agreement"])
def test_every_command_has_an_example(invoke, name):
    assert f"Example: assessor labels {name}" in invoke(name, "--help").output
