"""The run's tables, written row by row as results come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

from assessor.codebook.schema import Codebook
from assessor.portfolio import Record
from assessor.runs.files import csv_bytes, csv_rows, jsonl_bytes, new_file
from assessor.runs.result import Result

TABLES = ("ratings", "issues", "programmes", "findings", "explanations")  # CSV, from fiches
BASE_COLUMNS: dict[str, tuple[str, ...]] = {
    "ratings": ("fiche_id", "dimension", "rating", "value", "expected"),
    "issues": (
        "fiche_id", "dimension", "code", "status", "severity", "evidence", "start", "end",
        "confidence", "rule",
    ),
    "findings": ("fiche_id", "check", "severity", "message_es", "message_en", "left", "right"),
    "explanations": ("fiche_id", "dimension", "rank", "effect", "words", "start", "end", "rule"),
    "rejected": ("source", "reason", "detail"),
}  # fmt: skip
INTEGERS = {"value", "severity", "start", "end", "rank", "findings", "review"}
FLOATS = {
    "expected", "confidence", "effect", "budget_total", "risk_index", "risk_index_low",
    "risk_index_high", "assessed_share", "disbursed_share", "elapsed_share",
}  # fmt: skip


def kind_of(table: str, column: str) -> type[str | int | float | bool]:
    """Return the type of a column's values."""
    if table in {"findings", "rejected"}:
        return str
    if (table, column) == ("ratings", "review"):
        return bool
    if column in INTEGERS or column.startswith(("n_", "issues_")):
        return int
    return float if column in FLOATS or column.startswith("p_") else str


def columns_of(name: str, codebook: Codebook, records: Sequence[Record]) -> list[str]:
    """Return a table's columns, the same whether or not it has rows."""
    if records:
        return list(records[0])
    columns = list(BASE_COLUMNS.get(name, ("fiche_id",)))
    if name == "ratings":
        columns += [f"p_{x.id}" for x in codebook.assessed_levels]
        columns += ["confidence", "review", "method"]
    return columns


@contextmanager
def table_files(folder: Path, codebook: Codebook) -> Iterator[TableFiles]:
    """Open the files of a run's tables; they are on the disk when the block is left."""
    with ExitStack() as stack:
        files = {
            name: stack.enter_context(new_file(folder / name))
            for name in ("fiches.jsonl", "rejected.csv", *(f"{table}.csv" for table in TABLES))
        }
        tables = TableFiles(files, codebook)
        yield tables
        tables.finish()


class TableFiles:
    """Writes rows into open files, each table's header before its first."""

    def __init__(self, files: Mapping[str, BinaryIO], codebook: Codebook) -> None:
        self._files = files
        self._codebook = codebook
        self._columns: dict[str, list[str]] = {}

    def add(self, result: Result) -> None:
        """Write one input's rows."""
        for tables in result.fiches:
            self._files["fiches.jsonl"].write(jsonl_bytes(tables.fiches))
            for name in TABLES:
                self._rows(name, getattr(tables, name))
        if result.head.rejected is not None:
            self._rows("rejected", [asdict(result.head.rejected)])

    def finish(self) -> None:
        """Write the headers of the tables without rows."""
        for name in ("rejected", *TABLES):
            if name not in self._columns:
                self._header(name, [])

    def _rows(self, name: str, records: Sequence[Record]) -> None:
        if records and name not in self._columns:
            self._header(name, records)
        if records:
            self._files[f"{name}.csv"].write(csv_rows(self._columns[name], records))

    def _header(self, name: str, records: Sequence[Record]) -> None:
        self._columns[name] = columns_of(name, self._codebook, records)
        self._files[f"{name}.csv"].write(csv_bytes(self._columns[name], []))
