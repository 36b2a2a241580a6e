"""The run's tables as Parquet, written part by part (row groups) as results come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from assessor.codebook.schema import Codebook
from assessor.errors import RunError
from assessor.portfolio import Record
from assessor.runs.files import new_file
from assessor.runs.result import Result
from assessor.runs.table_files import TABLES, columns_of, kind_of

ROWS = 5_000  # of a part: what is held of a table, at most


@contextmanager
def parquet_files(folder: Path, codebook: Codebook) -> Iterator[ParquetFiles]:
    """Open the files of a run's Parquet tables; they are on the disk when the block is left.

    Raises
    ------
    RunError
        If pyarrow is not installed.
    """
    try:
        import pyarrow.parquet  # noqa: F401  # asked for here, so that its absence is told clearly
    except ImportError as error:
        raise RunError("--parquet needs pyarrow: pip install 'assessor[parquet]'") from error
    with ExitStack() as stack:
        tables = {
            name: _Table(name, stack.enter_context(new_file(folder / f"{name}.parquet")), codebook)
            for name in TABLES
        }
        yield ParquetFiles(tables)
        for table in tables.values():
            table.finish()


class ParquetFiles:
    """Takes rows for each table."""

    def __init__(self, tables: dict[str, _Table]) -> None:
        self._tables = tables

    def add(self, result: Result) -> None:
        """Take one input's rows."""
        for fiche in result.fiches:
            for name, table in self._tables.items():
                table.add(getattr(fiche, name))


class _Table:
    """One file: rows that wait, and a writer, which needs the columns of the first."""

    def __init__(self, name: str, file: Any, codebook: Codebook) -> None:
        self._name, self._file, self._codebook = name, file, codebook
        self._rows: list[Record] = []
        self._writer: Any = None

    def add(self, rows: list[Record]) -> None:
        self._rows += rows
        while len(self._rows) >= ROWS:
            self._write(self._rows[:ROWS])
            del self._rows[:ROWS]

    def finish(self) -> None:
        if self._rows or self._writer is None:  # a table without rows has its columns all the same
            self._write(self._rows)
        self._writer.close()

    def _write(self, rows: list[Record]) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        if self._writer is None:
            types = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
            columns = columns_of(self._name, self._codebook, rows)
            schema = pa.schema([(c, types[kind_of(self._name, c)]) for c in columns])
            self._writer = parquet.ParquetWriter(self._file, schema)
        self._writer.write_table(pa.Table.from_pylist(rows, self._writer.schema))
