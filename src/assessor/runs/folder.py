"""The run folder: what it holds, written and read back."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from assessor.codebook.schema import Codebook
from assessor.documents.discover import RESULTS
from assessor.errors import RunError
from assessor.portfolio import Record, Tables
from assessor.runs.commit import MOVING, NEW, OLD, SEAL, interrupted, replacing
from assessor.runs.files import new_file
from assessor.runs.lock import LOCK
from assessor.runs.manifest import Counts, input_line, manifest_parts
from assessor.runs.parquet_files import ParquetFiles, parquet_files, read_parquet
from assessor.runs.result import Result
from assessor.runs.table_files import TABLES, TableFiles, kind_of, table_files

SCHEMA = 1
RUN_FILES = (
    SEAL, "fiches.jsonl", "rejected.csv", *(f"{name}.csv" for name in TABLES),
    *(f"{name}.parquet" for name in TABLES),
)  # fmt: skip
OWN = {LOCK, NEW, MOVING, OLD}  # what an interrupted run may have left


@dataclass(frozen=True, slots=True)
class Run:
    """A run, read back.

    Parameters
    ----------
    manifest : dict
        `run.json`.
    tables : Tables
        Its tables; numbers are numbers, empty cells None.
    rejected : list of dict
        Inputs set aside.
    """

    path: Path
    manifest: dict[str, Any]
    tables: Tables
    rejected: list[Record]


def write_run(
    path: Path,
    results: Iterable[Result],
    codebook: Codebook,
    about: Mapping[str, Any],
    *,
    parquet: bool = False,
) -> Counts:
    """Write a run's files, all or none, holding one result at a time.

    Parameters
    ----------
    results : iterable of Result
        In order of source, names of fiches unique; gone through once.
    about : mapping
        What `run.json` says of versions, codebook, model and options.

    Raises
    ------
    RunError
        If the folder holds something else or cannot be written.
    """
    check_target(path)
    counts, inputs = Counts(), bytearray()
    with replacing(path, RUN_FILES) as new:
        with ExitStack() as stack:
            writers: list[TableFiles | ParquetFiles] = [
                stack.enter_context(table_files(new, codebook))
            ]
            if parquet:
                writers.append(stack.enter_context(parquet_files(new, codebook)))
            for result in results:
                counts.add(result.head)
                inputs += input_line(result.head)
                for writer in writers:
                    writer.add(result)
        with new_file(new / SEAL) as file:
            file.writelines(manifest_parts({"schema": SCHEMA, **about}, counts, inputs))
    return counts


def check_target(path: Path) -> None:
    """Refuse a folder that is not empty and no run: nothing of a user's is overwritten.

    Raises
    ------
    RunError
        If so, or if the path is a file.
    """
    if path.exists() and not path.is_dir():
        raise RunError(f"{path}: is a file; name a folder for the run")
    if not path.is_dir() or (path / SEAL).exists() or (path / RESULTS).is_dir():
        return
    if any(entry.name not in OWN for entry in path.iterdir()):
        raise RunError(f"{path}: holds other files and is no run folder; name another one")


def read_run(path: Path) -> Run:
    """Read a run folder.

    Raises
    ------
    RunError
        If it is no run folder or a file of it is missing or damaged.
    """
    manifest = read_manifest(path)
    fiches = list(read_fiches(path))
    tables = {name: list(read_table(path, name)) for name in TABLES}
    return Run(path, manifest, Tables(fiches=fiches, **tables), list(read_table(path, "rejected")))


def read_manifest(path: Path) -> dict[str, Any]:
    """Read `run.json`.

    Raises
    ------
    RunError
        If the folder is no run, or one that was interrupted.
    """
    if interrupted(path):
        raise RunError(
            f"{path}: was interrupted while its tables were written; run 'analyze' again, "
            "it goes on from there"
        )
    with _told(path):
        manifest: dict[str, Any] = json.loads((path / SEAL).read_text(encoding="utf-8"))
    return manifest


def read_fiches(path: Path) -> Iterator[Record]:
    """Yield the fiches of a run, one at a time.

    Raises
    ------
    RunError
        If `fiches.jsonl` is missing or damaged.
    """
    with _told(path), (path / "fiches.jsonl").open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        name = Path(error.filename).name
        raise RunError(f"{path}: no run folder ({name} is missing); see 'analyze'") from error
    except (OSError, ValueError) as error:
        raise RunError(f"{path}: run.json or fiches.jsonl is damaged; analyse again") from error


def each_fiche(path: Path) -> Iterator[Tables]:
    """Yield the rows of one fiche after another: every table has them in the fiches' order.

    Raises
    ------
    RunError
        If a table is missing or damaged, or has rows of no fiche.
    """
    groups = {name: groupby(read_table(path, name), itemgetter("fiche_id")) for name in TABLES}
    coming = {name: next(group, None) for name, group in groups.items()}
    for fiche in read_fiches(path):
        rows: dict[str, list[Record]] = {name: [] for name in TABLES}
        for name, group in coming.items():
            if group is not None and group[0] == fiche["fiche_id"]:
                rows[name] = list(group[1])
                coming[name] = next(groups[name], None)
        yield Tables(fiches=[fiche], **rows)
    for name, group in coming.items():
        if group is not None:
            raise RunError(f"{path}: table {name} has rows of no fiche; analyse again")


def read_table(path: Path, name: str) -> Iterator[Record]:
    """Yield a table's rows: of its CSV file or, where that is gone, of its Parquet one.

    Raises
    ------
    RunError
        If it is missing or damaged.
    """
    table, parts = path / f"{name}.csv", path / f"{name}.parquet"
    return read_parquet(parts) if parts.exists() and not table.exists() else _read_csv(table)


def _read_csv(path: Path) -> Iterator[Record]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield {k: _value(v, kind_of(path.stem, k)) for k, v in row.items()}
    except (OSError, ValueError, csv.Error) as error:
        raise RunError(f"{path}: missing or damaged; analyse again") from error


def _value(text: str, kind: type) -> Any:
    if text == "":
        return None
    if kind is bool:
        return text == "true"
    if kind is not str:
        number = float(text)
        return int(number) if number.is_integer() and "." not in text else number
    return text[1:] if text[:1] == "'" and text[1:2] in "=+-@\t\r" else text
