"""Tables as Parquet: what the CSV says, typed, in parts."""

from __future__ import annotations

import pytest

from assessor.runs.analyze import Plan
from assessor.runs.folder import read_run, write_run
from assessor.runs.table_files import TABLES

from .. import needs
from .conftest import run

parquet = pytest.importorskip("pyarrow.parquet", reason=needs.PARQUET)


def test_it_says_what_the_csv_says_in_parts(folder, tmp_path, monkeypatch):
    run(folder, tmp_path / "whole", plan=Plan(parquet=True))
    monkeypatch.setattr("assessor.runs.parquet_files.ROWS", 10)
    run(folder, tmp_path / "parts", plan=Plan(parquet=True))
    for name in TABLES:
        in_parts = parquet.ParquetFile(tmp_path / "parts" / f"{name}.parquet")
        rows = in_parts.read().to_pylist()
        said = [
            {column: None if value == "" else value for column, value in row.items()}
            for row in rows
        ]  # CSV knows no empty text
        assert said == getattr(read_run(tmp_path / "parts").tables, name)
        assert in_parts.num_row_groups == max(1, -(-len(rows) // 10))
        assert parquet.read_table(tmp_path / "whole" / f"{name}.parquet").to_pylist() == rows


def test_a_table_without_rows_has_its_columns(codebook, tmp_path):
    write_run(tmp_path / "run", [], codebook, {}, parquet=True)
    table = parquet.read_table(tmp_path / "run" / "findings.parquet")
    assert (table.num_rows, table.column_names[:3]) == (0, ["fiche_id", "check", "severity"])


def test_the_same_input_gives_the_same_bytes(small, tmp_path):
    made = []
    for jobs in (1, 3):
        run(small, tmp_path / str(jobs), plan=Plan(jobs=jobs, parquet=True))
        made.append({n: (tmp_path / str(jobs) / f"{n}.parquet").read_bytes() for n in TABLES})
    assert made[0] == made[1]
