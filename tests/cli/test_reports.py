from __future__ import annotations

import json
import zipfile

import pytest
from click.testing import CliRunner

from assessor.cli import main

from ..reports.builder import GOOD, fiche, make_run


@pytest.fixture(scope="module")
def runs(tmp_path_factory, codebook):
    folder = tmp_path_factory.mktemp("runs")
    make_run(folder / "a", codebook, [fiche(1), fiche(2)])
    later = fiche(1, "2011-2", sections={"monitoring_evaluation": GOOD})
    make_run(folder / "b", codebook, [later, fiche(3, country="Chile")])
    return folder


def invoke(*args):
    return CliRunner().invoke(main, [str(a) for a in args])


def content(path):
    if path.suffix not in {".xlsx", ".docx"}:
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def read(path):
    return json.loads((path / "report.json").read_text(encoding="utf-8"))


def test_compare_two_runs(runs, tmp_path):
    result = invoke("compare", runs / "a", runs / "b", "-o", tmp_path, "--format", "html,json")
    assert result.exit_code == 0, result.output
    changes = read(tmp_path)["changes"]
    assert changes["kind"] == "runs"
    assert [p["name"] for p in changes["pairs"]] == ["MDGF-7001"]
    assert changes["only_before"] == ["MDGF-7002_2011-1"]
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "Qué cambió entre dos análisis" in page
    assert "Solo en el segundo análisis" in page


def test_every_format_and_option_of_report(runs, tmp_path):
    result = invoke("report", runs / "a", runs / "b", "-o", tmp_path, "--format", "html, xlsx,docx,md,json",
                    "--where", "country=peru", "--group-by", "period", "--anonymise")  # fmt: skip
    assert result.exit_code == 0, result.output
    names = {p.name for p in tmp_path.iterdir()}
    assert names == {"index.html", "report.xlsx", "report.docx", "report.md", "report.json"}
    summary = read(tmp_path)
    assert summary["selection"] == {"where": "…", "kept": 3, "of": 4, "anonymised": True}
    assert summary["group_by"]["field"] == "period"
    assert summary["changes"]["kind"] == "periods"
    for path in tmp_path.iterdir():
        assert b"MDGF-700" not in content(path), path.name


@pytest.mark.parametrize(
    "options", [("--where", "planeta=Marte"), ("--group-by", "planeta"), ("--format", "odt")]
)
def test_what_cannot_be_done_is_told(runs, tmp_path, options):
    result = invoke("report", runs / "a", "-o", tmp_path / "r", *options)
    assert result.exit_code == 2
    assert "one" in result.output
    assert "Traceback" not in result.output
    assert not (tmp_path / "r").exists()
