"""The run's tables as Parquet: written part by part (row groups), and read so."""

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
READ = 500  # rows that are made Python's own at a time


@contextmanager
def parquet_files(folder: Path, codebook: Codebook) -> Iterator[ParquetFiles]:
    """Open the files of a run's Parquet tables; they are on the disk when the block is left.

    Raises
    ------
    RunError
        If pyarrow is not installed.
    """
    _parquet()
    with ExitStack() as stack:
        tables = {
            name: _Table(name, stack.enter_context(new_file(folder / f"{name}.parquet")), codebook)
            for name in TABLES
        }
        yield ParquetFiles(tables)
        for table in tables.values():
            table.finish()


def read_parquet(path: Path) -> Iterator[Record]:
    """Yield a table's rows, as its CSV file has them: empty texts are None.

    Raises
    ------
    RunError
        If pyarrow is not installed or the file is damaged.
    """
    try:
        with _parquet().ParquetFile(path) as file:
            for batch in file.iter_batches(READ, use_threads=False):
                for row in batch.to_pylist():
                    yield {name: None if value == "" else value for name, value in row.items()}
    except (OSError, ValueError) as error:  # pyarrow's errors are of either kind
        raise RunError(f"{path}: damaged; analyse again") from error


def _parquet() -> Any:
    """Return pyarrow's module, its absence told clearly."""
    try:
        from pyarrow import parquet
    except ImportError as error:
        raise RunError("Parquet needs pyarrow: pip install 'assessor[parquet]'") from error
    return parquet


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

        if self._writer is None:
            types = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
            columns = columns_of(self._name, self._codebook, rows)
            schema = pa.schema([(c, types[kind_of(self._name, c)]) for c in columns])
            self._writer = _parquet().ParquetWriter(self._file, schema)
        self._writer.write_table(pa.Table.from_pylist(rows, self._writer.schema))
