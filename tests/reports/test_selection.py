"""A filter over one run reads what it keeps, and says the same as when all was read."""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import replace

import pytest

from assessor.errors import RunError
from assessor.reports.selection import read_selected
from assessor.reports.summary import ReportOptions
from assessor.reports.write import write_reports
from assessor.runs.folder import read_run

from .builder import GOOD, fiche, make_run


@pytest.mark.parametrize(
    "where",
    [
        "country=Perú",
        "country=Bolivia and risk_index>=0",
        "issue=no_baseline:current or period=2012-1",
        "monitoring_evaluation=high",
        "country=Francia",
    ],
)
@pytest.mark.parametrize("anonymise", [False, True])
def test_the_report_is_that_of_the_whole_run_filtered(
    run_folder, summary_of, codebook, tmp_path, where, anonymise
):
    options = ReportOptions(where=where, anonymise=anonymise)
    [path] = write_reports(
        [run_folder], tmp_path, formats=["json"], codebook=codebook, options=options
    )
    whole = summary_of(run_folder, where=where, anonymise=anonymise)
    made = json.loads(path.read_text())
    assert {name: made[name] for name in whole} == whole


def test_what_people_corrected_decides(run_folder, codebook):
    def correct(run, codebook):
        rows = [{**row, "country": "Corregido"} for row in run.tables.fiches]
        return replace(run, tables=replace(run.tables, fiches=rows))

    assert read_selected(run_folder, codebook, "country=Corregido", "es").tables.fiches == []
    run = read_selected(run_folder, codebook, "country=Corregido", "es", correct)
    assert len(run.tables.fiches) == run.chosen_from == 15


def test_a_row_of_one_fiche_s_form_may_be_asked_for(codebook, tmp_path):
    odd = replace(fiche(2), extra={"Sede": "Loja"})
    run = make_run(tmp_path / "run", codebook, [fiche(0), odd, fiche(3)])
    kept = read_selected(run, codebook, "sede=Loja", "es").tables
    assert [row["fiche_id"] for row in kept.fiches] == [odd.fiche_id]
    assert len(read_selected(run, codebook, "sede!=Loja", "es").tables.fiches) == 2
    with pytest.raises(RunError, match="nada"):
        read_selected(run, codebook, "nada=1", "es")


def test_the_others_are_not_held(codebook, tmp_path):
    fiches = [fiche(n, sections={"gender": f"{GOOD} " * 400}) for n in range(60)]
    run = make_run(tmp_path / "run", codebook, fiches)
    where = f"fiche_id={fiches[30].fiche_id}"
    assert held(lambda: read_selected(run, codebook, where, "es")) < held(lambda: read_run(run)) / 5


def held(read):
    """Peak of what Python holds while a run is read, beyond what it held before."""
    read()  # imports and caches
    tracemalloc.start()
    kept = read()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    del kept
    return peak


def test_rows_of_no_fiche_are_damage(codebook, tmp_path):
    run = make_run(tmp_path / "run", codebook, [fiche(0), fiche(1)])
    lines = (run / "fiches.jsonl").read_text().splitlines(keepends=True)
    (run / "fiches.jsonl").write_text(lines[0])
    with pytest.raises(RunError, match="rows of unknown fiches"):
        read_selected(run, codebook, "country=Perú", "es")
