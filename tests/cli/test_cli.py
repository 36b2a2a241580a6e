from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

from assessor.cli import COMMANDS, SUMMARIES, main

from ..conftest import FIXTURES, ROOT

FICHE = FIXTURES / "MDGF-9001_2011-1.table-layout.txt"


@pytest.fixture
def invoke():
    def _invoke(*args, **kwargs):
        return CliRunner().invoke(main, [str(a) for a in args], **kwargs)

    return _invoke


def test_analyze_writes_a_run_and_its_report(invoke, tmp_path):
    result = invoke("analyze", FICHE, "-o", tmp_path / "run")
    assert result.exit_code == 0, result.output
    assert "1 assessed (1 fiches), 0 set aside" in result.output
    assert (tmp_path / "run" / "report" / "index.html").exists()


def test_exit_status_one_when_some_are_set_aside(invoke, tmp_path):
    (tmp_path / "malo.pdf").write_bytes(b"no")
    result = invoke("analyze", FICHE, tmp_path / "malo.pdf", "-o", tmp_path / "run", "--no-report")
    assert result.exit_code == 1
    assert not (tmp_path / "run" / "report").exists()


@pytest.mark.parametrize(
    "what", ["empty folder", "only bad", "missing", "bad codebook", "bad target"]
)
def test_exit_status_two_when_nothing_can_be_done(invoke, tmp_path, what):
    (tmp_path / "vacía").mkdir()
    (tmp_path / "malo.txt").write_text("x")
    (tmp_path / "libro.yaml").write_text("issues: 3")
    arguments = {
        "empty folder": [tmp_path / "vacía", "-o", tmp_path / "run"],
        "only bad": [tmp_path / "malo.txt", "-o", tmp_path / "run"],
        "missing": [tmp_path / "no.txt", "-o", tmp_path / "run"],
        "bad codebook": [FICHE, "-o", tmp_path / "run", "--codebook", tmp_path / "libro.yaml"],
        "bad target": [FICHE, "-o", tmp_path],
    }[what]
    result = invoke("analyze", *arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [("--format", "odt", "html"), ("--where", "country Perú", "FIELD=VALUE")],
)
def test_a_wrong_report_is_told_before_the_analysis(invoke, tmp_path, option, value, told):
    result = invoke("analyze", FICHE, "-o", tmp_path / "run", option, value)
    assert result.exit_code == 2
    assert told in result.output
    assert not (tmp_path / "run").exists()


def test_a_field_that_only_a_form_may_have_is_told_before_and_taken_after(invoke, tmp_path):
    table = tmp_path / "tabla.csv"
    table.write_text("fiche_id,gender,Provincia\nA,Solo se cuenta,Loreto\nB,NA,Puno\n")
    asked = ("--where", "country!=Chile and provincia=Loreto", "--group-by", "Provincia")
    result = invoke("analyze", table, "-o", tmp_path / "run", "--fast", *asked, "--format", "json")
    assert result.exit_code == 0, result.output
    assert "--where: no field 'provincia', unless" in result.stderr
    assert "--group-by: no field 'Provincia', unless" in result.stderr
    assert "'country'" not in result.stderr
    report = json.loads((tmp_path / "run" / "report" / "report.json").read_text())
    assert [p["fiche_id"] for p in report["programmes"]] == ["A"]


def test_show_marks_evidence_and_says_why(invoke):
    result = invoke("show", FICHE, "--why")
    assert result.exit_code == 0
    assert "- Metas sin avance [Vigente]" in result.output
    assert "wording:targets_without_progress/1" in result.output
    assert "«Faltan las empresas" in result.output


def test_show_reads_standard_input(invoke):
    result = invoke("show", "-", input=FICHE.read_bytes())
    assert result.exit_code == 0
    assert "MDGF-9001" in result.output


def test_terminal_escapes_do_not_reach_the_terminal(invoke, tmp_path):
    path = tmp_path / "a.txt"
    text = FICHE.read_text().replace("SERNA firma", "\x1b[2J\x07SERNA firma")
    path.write_text(text)
    result = invoke("show", path)
    assert "\x1b[2J" not in result.output
    assert "\x07" not in result.output


def test_report_again_from_a_run(invoke, tmp_path):
    invoke("analyze", FICHE, "-o", tmp_path / "run", "--no-report")
    result = invoke(
        "report", tmp_path / "run", "-o", tmp_path / "r", "--format", "html,json", "--lang", "en"
    )
    assert result.exit_code == 0
    assert {p.name for p in (tmp_path / "r").iterdir()} == {"index.html", "report.json"}
    assert invoke("report", tmp_path, "-o", tmp_path / "r").exit_code == 2


def test_codebook_check(invoke, tmp_path):
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(
        "extends: default\nissues:\n  - {id: x, es: X, usual: gender, wording: [sin agua]}\n"
    )
    bad.write_text(
        "extends: default\nissues:\n  - {id: x, es: X, usual: gender, wording: ['(sin']}\n"
    )
    assert invoke("codebook", "check", good).exit_code == 0
    result = invoke("codebook", "check", bad)
    assert result.exit_code == 2
    assert "(sin" in result.output


def test_every_command_has_a_summary_and_an_example_and_is_in_the_readme(invoke):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert set(COMMANDS) == set(SUMMARIES)
    for name in COMMANDS:
        help_text = invoke(name, "--help").output
        if name == "codebook":
            help_text = invoke(name, "check", "--help").output
        assert "Example: assessor" in help_text
        assert re.search(rf"assessor {name}\b", readme), name


def test_help_imports_no_heavy_library():
    code = (
        "import sys; from assessor.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
        "print([m for m in ('spacy', 'pandas', 'sklearn', 'pypdfium2', 'docx') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")
