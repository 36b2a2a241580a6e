"""The run folder: what it holds, written and read back."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
from assessor.runs.result import Result
from assessor.runs.table_files import BASE_COLUMNS, TABLES, columns_of, table_files

SCHEMA = 1
RUN_FILES = (
    SEAL, "fiches.jsonl", "rejected.csv", *(f"{name}.csv" for name in TABLES),
    *(f"{name}.parquet" for name in TABLES),
)  # fmt: skip
OWN = {LOCK, NEW, MOVING, OLD}  # what an interrupted run may have left
TEXT_TABLES = {"findings", "rejected"}  # whose columns hold text only
NUMBERS = {
    "value", "expected", "confidence", "severity", "start", "end", "effect", "rank",
    "budget_total", "risk_index", "risk_index_low", "risk_index_high",
    "assessed_share", "disbursed_share", "elapsed_share",
    "findings", "review",
}  # fmt: skip


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
        In order of source, names of fiches unique; gone through once, and once more per
        Parquet table.
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
        with table_files(new, codebook) as files:
            for result in results:
                counts.add(result.head)
                inputs += input_line(result.head)
                files.add(result)
        if parquet:
            for name in TABLES:
                records = [r for result in results for f in result.fiches for r in getattr(f, name)]
                _write_parquet(
                    new / f"{name}.parquet", columns_of(name, codebook, records), records
                )
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


def _write_parquet(path: Path, columns: list[str], records: Sequence[Record]) -> None:
    try:
        import pandas as pd
        import pyarrow  # noqa: F401  # asked for here, so that its absence is told clearly
    except ImportError as error:
        raise RunError("--parquet needs pyarrow: pip install 'assessor[parquet]'") from error
    with new_file(path) as file:
        pd.DataFrame(list(records), columns=columns).to_parquet(file, index=False)


def read_run(path: Path) -> Run:
    """Read a run folder.

    Raises
    ------
    RunError
        If it is no run folder or a file of it is missing or damaged.
    """
    if interrupted(path):
        raise RunError(
            f"{path}: was interrupted while its tables were written; run 'analyze' again, "
            "it goes on from there"
        )
    try:
        manifest = json.loads((path / "run.json").read_text(encoding="utf-8"))
        with (path / "fiches.jsonl").open(encoding="utf-8") as file:
            fiches = [json.loads(line) for line in file]
    except FileNotFoundError as error:
        name = Path(error.filename).name
        raise RunError(f"{path}: no run folder ({name} is missing); see 'analyze'") from error
    except (OSError, ValueError) as error:
        raise RunError(f"{path}: run.json or fiches.jsonl is damaged; analyse again") from error
    read = {name: _read_csv(path / f"{name}.csv") for name in (*BASE_COLUMNS, "programmes")}
    rejected = read.pop("rejected")
    return Run(path, manifest, Tables(fiches=fiches, **read), rejected)


def _read_csv(path: Path) -> list[Record]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            typed = path.stem not in TEXT_TABLES
            return [{k: _value(k, v, typed) for k, v in r.items()} for r in csv.DictReader(file)]
    except (OSError, ValueError, csv.Error) as error:
        raise RunError(f"{path}: missing or damaged; analyse again") from error


def _value(column: str, text: str, typed: bool) -> Any:
    if text == "":
        return None
    if text in {"true", "false"}:
        return text == "true"
    if typed and (column in NUMBERS or column.startswith(("p_", "n_", "issues_"))):
        number = float(text)
        return int(number) if number.is_integer() and "." not in text else number
    return text[1:] if text[:1] == "'" and text[1:2] in "=+-@\t\r" else text
