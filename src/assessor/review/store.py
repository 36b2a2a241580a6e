"""Decisions on disk: one append-only SQLite table in the run folder.

A decision is in the file, and the file on the disk, before `decide` returns (write-ahead log,
`synchronous=FULL`). Processes take turns by SQLite's own locks, so two reviewers, or two tabs,
may write at once.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from assessor.errors import RunError
from assessor.review.decisions import Decision, Kind

FILE = "review.sqlite"
VERSION = 1
WAIT = 30.0  # seconds that a writer waits for its turn
_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS decisions (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        annotator TEXT NOT NULL,
        fiche_id TEXT NOT NULL,
        dimension TEXT NOT NULL,
        kind TEXT NOT NULL,
        value TEXT NOT NULL,
        text_sha256 TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX IF NOT EXISTS by_annotator ON decisions (annotator)",
    """CREATE TRIGGER IF NOT EXISTS keep_as_is BEFORE UPDATE ON decisions
        BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END""",
    """CREATE TRIGGER IF NOT EXISTS keep_all BEFORE DELETE ON decisions
        BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END""",
    f"PRAGMA user_version={VERSION}",
)
_COLUMNS = "annotator, fiche_id, dimension, kind, value, text_sha256, number, at"
_SELECT = f"SELECT {_COLUMNS} FROM decisions"  # noqa: S608  # no value of others stands in it


class Store:
    """The decisions of one run.

    Parameters
    ----------
    run : Path
        The run folder.

    Raises
    ------
    RunError
        If the file is damaged, of another version, or cannot be opened.
    """

    def __init__(self, run: Path) -> None:
        self._path = run / FILE
        self._turn = threading.Lock()
        if self._path.is_symlink():
            raise RunError(f"{self._path}: is a link; decisions are kept in the run folder itself")
        with self._as_run_error():
            mode = (run / "run.json").stat().st_mode & 0o666
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, mode))
            self._connection = _connect(self._path, "rw")
            _use_write_ahead_log(self._connection)
            self._connection.execute("PRAGMA synchronous=FULL")
            with self._transaction():
                _check_version(self._path, self._connection)
                for statement in _SCHEMA:
                    self._connection.execute(statement)

    def decide(self, annotator: str, choose: Callable[[Sequence[Decision]], Decision]) -> Decision:
        """Store the decision that an annotator's earlier ones lead to.

        Parameters
        ----------
        choose : callable
            Gets the annotator's decisions, in order, and returns the next one; no other
            writer comes between. What it raises leaves the store as it was.

        Returns
        -------
        Decision
            As stored: on the disk, numbered and dated.
        """
        with self._as_run_error(), self._turn, self._transaction():
            new = choose(_read(self._connection, annotator))
            at = datetime.now(UTC).isoformat(timespec="seconds")
            value = json.dumps(new.value, ensure_ascii=False, sort_keys=True)
            cursor = self._connection.execute(
                "INSERT INTO decisions (at, annotator, fiche_id, dimension, kind, value, "
                "text_sha256) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (at, new.annotator, new.fiche_id, new.dimension, new.kind, value, new.text_sha256),
            )
            return replace(new, number=cursor.lastrowid or 0, at=at)

    def decisions(self, annotator: str | None = None) -> list[Decision]:
        """Return all decisions, or one annotator's, in the order they were made."""
        with self._as_run_error(), self._turn:
            return _read(self._connection, annotator)

    def annotators(self) -> list[str]:
        """Return who has decided something, by name."""
        with self._as_run_error(), self._turn:
            rows = self._connection.execute(
                "SELECT DISTINCT annotator FROM decisions ORDER BY annotator"
            )
            return [name for (name,) in rows]

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    @contextmanager
    def _as_run_error(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise RunError(f"{self._path}: cannot be used ({error})") from error


def read_decisions(run: Path) -> list[Decision]:
    """Return a run's decisions in order, changing nothing; none where it was never reviewed.

    Raises
    ------
    RunError
        If the file is damaged or of another version.
    """
    path = run / FILE
    if not path.exists():
        return []
    try:
        connection = _connect(path, "ro" if os.access(run, os.W_OK) else "ro&immutable=1")
        try:
            _check_version(path, connection)
            return _read(connection) if _has_table(connection) else []
        finally:
            connection.close()
    except (OSError, sqlite3.Error) as error:
        raise RunError(f"{path}: cannot be read ({error})") from error


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.resolve().as_uri()}?mode={mode}",
        uri=True,
        timeout=WAIT,
        isolation_level=None,
        check_same_thread=False,
    )


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Wait until others who open a new file at the same time are done: SQLite does not, here."""
    deadline = time.monotonic() + WAIT
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _check_version(path: Path, connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version not in {0, VERSION}:
        raise RunError(f"{path}: was written by another version of assessor; use that one")


def _has_table(connection: sqlite3.Connection) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE name = 'decisions'"
    return connection.execute(query).fetchone() is not None


def _read(connection: sqlite3.Connection, annotator: str | None = None) -> list[Decision]:
    if annotator is None:
        rows = connection.execute(f"{_SELECT} ORDER BY number")
    else:
        rows = connection.execute(f"{_SELECT} WHERE annotator = ? ORDER BY number", (annotator,))
    return [
        Decision(who, fiche, dimension, Kind(kind), json.loads(value), sha, number, at)
        for who, fiche, dimension, kind, value, sha, number, at in rows
    ]
