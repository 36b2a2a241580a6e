"""The run folder: what it holds, written and read back."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assessor.codebook.schema import Codebook
from assessor.errors import RunError
from assessor.portfolio import Record, Tables
from assessor.runs.files import csv_bytes, json_bytes, jsonl_bytes, write_bytes

SCHEMA = 1
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
TEXT_TABLES = {"findings", "rejected"}  # whose columns hold text only
NUMBERS = {
    "value", "expected", "confidence", "severity", "start", "end", "effect", "rank",
    "budget_total", "risk_index", "assessed_share", "disbursed_share", "elapsed_share",
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


def columns_of(name: str, codebook: Codebook, records: Sequence[Record]) -> list[str]:
    """Return a table's columns, the same whether or not it has rows."""
    if records:
        return list(records[0])
    columns = list(BASE_COLUMNS.get(name, ("fiche_id",)))
    if name == "ratings":
        columns += [f"p_{x.id}" for x in codebook.assessed_levels]
        columns += ["confidence", "review", "method"]
    return columns


def write_run(
    path: Path,
    tables: Tables,
    rejected: Sequence[Record],
    manifest: dict[str, Any],
    codebook: Codebook,
    *,
    parquet: bool = False,
) -> None:
    """Write a run's files; the manifest last, so that it vouches for the others.

    Raises
    ------
    RunError
        If the folder holds something else or cannot be written.
    """
    check_target(path)
    write_bytes(path / "fiches.jsonl", jsonl_bytes(tables.fiches))
    for name in ("ratings", "issues", "programmes", "findings", "explanations"):
        records = getattr(tables, name)
        columns = columns_of(name, codebook, records)
        write_bytes(path / f"{name}.csv", csv_bytes(columns, records))
        if parquet:
            _write_parquet(path / f"{name}.parquet", columns, records)
    write_bytes(path / "rejected.csv", csv_bytes(BASE_COLUMNS["rejected"], rejected))
    write_bytes(path / "run.json", json_bytes({"schema": SCHEMA, **manifest}))


def check_target(path: Path) -> None:
    """Refuse a folder that is not empty and no run: nothing of a user's is overwritten.

    Raises
    ------
    RunError
        If so, or if the path is a file.
    """
    if path.exists() and not path.is_dir():
        raise RunError(f"{path}: is a file; name a folder for the run")
    if path.is_dir() and any(path.iterdir()) and not (path / "run.json").exists():
        raise RunError(f"{path}: holds other files and is no run folder; name another one")


def _write_parquet(path: Path, columns: list[str], records: Sequence[Record]) -> None:
    try:
        import pandas as pd
        import pyarrow  # noqa: F401  # asked for here, so that its absence is told clearly
    except ImportError as error:
        raise RunError("--parquet needs pyarrow: pip install 'assessor[parquet]'") from error
    import io

    buffer = io.BytesIO()
    pd.DataFrame(list(records), columns=columns).to_parquet(buffer, index=False)
    write_bytes(path, buffer.getvalue())


def read_run(path: Path) -> Run:
    """Read a run folder.

    Raises
    ------
    RunError
        If it is no run folder or a file of it is missing or damaged.
    """
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
