"""Durable writing and safe cells: a file is whole or is not there."""

from __future__ import annotations

import csv
import itertools
import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from assessor.errors import RunError

# A spreadsheet takes a cell that begins so for a formula.
FORMULA_LEADS = ("=", "+", "-", "@", "\t", "\r")


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file whole: temporary file, fsync, replace.

    Raises
    ------
    RunError
        If it cannot be written; an old file then stays as it was.
    """
    with whole_file(path) as file:
        file.write(data)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file to be written, which takes the place of an old one when the block is left.

    Raises
    ------
    RunError
        If it cannot be written; an old file then stays as it was, as it does after any error.
    """
    with as_run_error(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name[:40]}.{secrets.token_hex(4)}.tmp")
        try:
            with new_file(temporary) as file:
                yield file
            replace(temporary, path)
            sync(path.parent)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that must not exist yet; it is on the disk when the block is left.

    Its mode is the process's umask's affair: `--private` sets that.
    """
    with path.open("xb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def replace(source: Path, target: Path) -> None:
    """Put a file in another's place, in one step."""
    os.replace(source, target)  # noqa: PTH105  # named so that tests can make it fail


def sync(path: Path) -> None:
    """Wait until a file, or a folder's list of names, is on the disk, where the system can."""
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_leftovers(folder: Path) -> None:
    """Remove temporary files that a killed process left below a folder."""
    for path in folder.rglob(".*.tmp"):
        with suppress(OSError):
            path.unlink()


def make_private(folder: Path) -> None:
    """Take from others what they may do with a folder's files; new ones follow the umask."""
    os.umask(0o077)
    for path in (folder, *folder.rglob("*")) if folder.is_dir() else ():
        if not path.is_symlink():
            path.chmod(0o700 if path.is_dir() else 0o600)


@contextmanager
def as_run_error(path: Path) -> Iterator[None]:
    """Turn an error of the file system into one that names the path."""
    try:
        yield
    except OSError as error:
        raise RunError(f"{path}: cannot be written ({error.strerror or 'output error'})") from error


def csv_bytes(columns: Sequence[str], records: Iterable[Mapping[str, Any]]) -> bytes:
    """Return records as UTF-8 CSV with a header, text made safe for spreadsheets."""
    return csv_rows(columns, itertools.chain([{name: name for name in columns}], records))


def csv_rows(columns: Sequence[str], records: Iterable[Mapping[str, Any]]) -> bytes:
    """Return the rows of records as UTF-8 CSV, text made safe for spreadsheets."""
    lines = _Lines()
    csv.writer(lines).writerows(
        [cell(record.get(column)) for column in columns] for record in records
    )
    return "".join(lines).encode()


class _Lines(list[str]):
    """Rows that end in a line feed; csv, told so, would leave a lone carriage return unquoted."""

    def write(self, row: str) -> None:
        self.append(row.removesuffix("\r\n") + "\n")


def cell(value: Any) -> str:
    """Return a value as a CSV cell, text guarded against spreadsheets.

    >>> cell("=1+1"), cell(-0.5), cell(None), cell(True)
    ("'=1+1", '-0.5', '', 'true')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    return guarded(str(value))


def guarded(text: str) -> str:
    """Put a quote before text that looks like a formula, quoted already or not.

    >>> guarded("=1+1"), guarded("'=1+1"), guarded("'tis")
    ("'=1+1", "''=1+1", "'tis")
    """
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_LEADS) else text


def unguarded(text: str) -> str:
    """Remove the quote that `guarded` put there.

    >>> unguarded("'=1+1"), unguarded("=1+1"), unguarded("'tis")
    ('=1+1', '=1+1', "'tis")
    """
    if text.startswith("'") and text.lstrip("'").startswith(FORMULA_LEADS):
        return text[1:]
    return text


def jsonl_bytes(records: Iterable[Mapping[str, Any]]) -> bytes:
    """Return records as JSON Lines."""
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records).encode()


def json_bytes(record: Mapping[str, Any]) -> bytes:
    """Return a record as indented JSON."""
    return (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode()
