"""A report goes through a run fiche by fiche, and says the same as when all was held."""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import replace

import pytest

from assessor.errors import RunError
from assessor.reports.shelf import Shelf
from assessor.reports.source import folder_source
from assessor.reports.summary import ReportOptions, summarise, summarise_onto
from assessor.reports.summary.labels import Labels
from assessor.reports.summary.selection import Selection
from assessor.reports.write import write_reports
from assessor.runs.folder import read_run

from .builder import GOOD, fiche, make_run


@pytest.fixture
def chosen(codebook):
    """Names of the fiches that a filter keeps."""

    def _chosen(run, where, correct=lambda one: one):
        selection = Selection(
            [folder_source(run, correct)], Labels(codebook, "es"), where, keep_repeated=False
        )
        return [one.fiches[0]["fiche_id"] for _, one in selection]

    return _chosen


@pytest.mark.parametrize("lang", ["es", "en"])
@pytest.mark.parametrize("where", [None, "country=Bolivia or issue=no_baseline:current"])
@pytest.mark.parametrize("anonymise", [False, True])
def test_the_report_is_that_of_the_run_held(
    run_folder, summary_of, codebook, tmp_path, lang, where, anonymise
):
    options = {"lang": lang, "where": where, "anonymise": anonymise}
    [path] = write_reports(
        [run_folder], tmp_path, formats=["json"], codebook=codebook,
        options=ReportOptions(**options),
    )  # fmt: skip
    assert json.loads(path.read_text()) == summary_of(run_folder, **options)


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        ("country=Perú", 9),
        ("country=Bolivia and risk_index>=0", 6),
        ("issue=no_baseline:current or period=2012-1", 7),
        ("sustainability=not_assessed", 3),
        ("country=Francia", 0),
    ],
)
def test_a_filter_keeps(run_folder, chosen, where, kept):
    assert len(chosen(run_folder, where)) == kept


def test_what_people_corrected_decides(run_folder, chosen):
    def correct(tables):
        rows = [{**row, "country": "Corregido"} for row in tables.fiches]
        return replace(tables, fiches=rows)

    assert chosen(run_folder, "country=Corregido") == []
    assert len(chosen(run_folder, "country=Corregido", correct)) == 15


def test_a_row_of_one_fiche_s_form_may_be_asked_for(codebook, chosen, tmp_path):
    odd = replace(fiche(2), extra={"Sede": "Loja"})
    run = make_run(tmp_path / "run", codebook, [fiche(0), odd, fiche(3)])
    assert chosen(run, "sede=Loja") == [odd.fiche_id]
    assert len(chosen(run, "sede!=Loja")) == 2
    with pytest.raises(RunError, match="nada"):
        chosen(run, "nada=1")


def long_run(path, codebook):
    """Sixty fiches, each with a long text of its own."""
    texts = [f"{GOOD} " * 400 + str(n) for n in range(60)]
    return make_run(path, codebook, [fiche(n, sections={"gender": t}) for n, t in enumerate(texts)])


def test_a_fiche_is_put_aside_before_the_next_is_read(codebook, tmp_path, monkeypatch):
    source = folder_source(long_run(tmp_path / "run", codebook))
    put = []

    class Counting(Shelf):
        def put(self, entry):
            put.append(entry["fiche_id"])
            super().put(entry)

    def fiches():
        for number, one in enumerate(source.fiches()):
            assert len(put) == number
            yield one

    monkeypatch.setattr("assessor.reports.summary.Shelf", Counting)
    with Shelf() as shelf:
        summarise_onto(shelf, [replace(source, fiches=fiches)], codebook, ReportOptions())
    assert len(put) == 60


@pytest.mark.parametrize("formats", [["md", "json"], ["html"]])
@pytest.mark.parametrize("where", [None, "country!=Francia"])
def test_the_texts_are_not_held(codebook, tmp_path, formats, where):
    run, options = long_run(tmp_path / "run", codebook), ReportOptions(where=where)

    def write():
        write_reports(
            [run], tmp_path / "report", formats=formats, codebook=codebook, options=options
        )

    assert held(write) < held(lambda: summarise([read_run(run)], codebook, options)) / 3


def held(make):
    """Peak of what Python holds while something is made, beyond what it held before."""
    make()  # imports and caches
    tracemalloc.start()
    kept = make()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    del kept
    return peak


def test_rows_of_no_fiche_are_damage(codebook, chosen, tmp_path):
    run = make_run(tmp_path / "run", codebook, [fiche(0), fiche(1)])
    lines = (run / "fiches.jsonl").read_text().splitlines(keepends=True)
    (run / "fiches.jsonl").write_text(lines[0])
    with pytest.raises(RunError, match="rows of no fiche"):
        chosen(run, "country=Perú")


def test_a_report_that_fails_leaves_the_old_one(run_folder, codebook, tmp_path):
    (tmp_path / "report.md").write_text("antiguo")
    with pytest.raises(RunError, match="no Word document"):
        write_reports(
            [run_folder], tmp_path, formats=["md", "docx"], codebook=codebook,
            template=run_folder / "issues.csv",
        )  # fmt: skip
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("report.md", "antiguo")]
