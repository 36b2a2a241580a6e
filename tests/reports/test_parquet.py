"""A run whose CSV tables are gone is read from its Parquet ones."""

from __future__ import annotations

import shutil

import pytest

from assessor.errors import RunError
from assessor.reports.summary import ReportOptions
from assessor.reports.write import write_reports
from assessor.runs.folder import read_run
from assessor.runs.table_files import TABLES
from tests import needs

from .builder import make_run
from .conftest import portfolio

pytest.importorskip("pyarrow", reason=needs.PARQUET)


@pytest.fixture
def both(codebook, tmp_path, monkeypatch):
    """The same run in CSV and Parquet, and in Parquet alone, in parts of seven rows."""
    monkeypatch.setattr("assessor.runs.parquet_files.ROWS", 7)
    whole = make_run(tmp_path / "whole", codebook, portfolio(), parquet=True)
    alone = shutil.copytree(whole, tmp_path / "alone")
    for name in TABLES:
        (alone / f"{name}.csv").unlink()
    return whole, alone


@pytest.mark.parametrize("where", [None, "issue=no_baseline:current"])
def test_reports_are_those_of_the_csv_tables(both, codebook, tmp_path, where):
    made = [
        write_reports(
            [run], tmp_path / f"report-{run.name}", formats=["html", "md", "json"],
            codebook=codebook, options=ReportOptions(where=where),
        )
        for run in both
    ]  # fmt: skip
    assert [p.read_bytes() for p in made[0]] == [p.read_bytes() for p in made[1]]


def test_a_run_is_read_whole(both):
    whole, alone = map(read_run, both)
    assert whole.tables == alone.tables


@pytest.mark.parametrize("data", [b"", b"PAR1 no es una tabla PAR1"])
def test_a_damaged_table_is_told(both, data):
    (both[1] / "issues.parquet").write_bytes(data)
    with pytest.raises(RunError, match=r"issues\.parquet: damaged"):
        read_run(both[1])
