from __future__ import annotations

import itertools
import os
import signal
import sqlite3
import subprocess
import sys
import threading

import pytest

from assessor.errors import RunError
from assessor.review.decisions import Decision, Kind
from assessor.review.store import FILE, Store, read_decisions

WRITER = """
import sys
from pathlib import Path
from assessor.review.decisions import Decision, Kind
from assessor.review.store import Store
store, name = Store(Path(sys.argv[1])), sys.argv[2]
for line in sys.stdin:
    made = store.decide(name, lambda earlier: Decision(
        name, "f", "gender", Kind.NOTE, {"note": str(len(earlier))}, "0"))
    print(made.number, flush=True)
"""


def writer(run, name):
    """A process that stores a decision for each line it gets, and answers with its number."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(run), name],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def tell(process, lines=1):
    process.stdin.write("\n" * lines)
    process.stdin.flush()


def note(annotator="Ana", text="x"):
    return lambda earlier: Decision(annotator, "f", "gender", Kind.NOTE, {"note": text}, "0")


def test_two_processes_lose_nothing_in_a_thousand_writes(run):
    writers = [writer(run, name) for name in ("Ana", "Luis")]
    answered = []
    for _ in range(500):  # both write at once, a thousand times in all
        for process in writers:
            tell(process)
        answered += [int(process.stdout.readline()) for process in writers]
    for process in writers:
        process.communicate(timeout=60)
    decisions = read_decisions(run)
    assert [d.number for d in decisions] == list(range(1, 1001))
    assert sorted(answered) == list(range(1, 1001))
    for name in ("Ana", "Luis"):
        own = [d.value["note"] for d in decisions if d.annotator == name]
        assert own == [str(n) for n in range(500)]  # each saw all its earlier ones
    turns = sum(a.annotator != b.annotator for a, b in itertools.pairwise(decisions))
    assert turns > 250


@pytest.mark.parametrize("after", [1, 7, 23])
def test_what_was_answered_survives_a_kill(run, after):
    process = writer(run, "Ana")
    tell(process, 10_000)
    answered = [int(process.stdout.readline()) for _ in range(after)]
    os.kill(process.pid, signal.SIGKILL)
    answered += map(int, process.stdout.read().split())
    process.wait(timeout=30)
    kept = {d.number for d in read_decisions(run)}
    assert set(answered) <= kept
    store = Store(run)
    assert store.decide("Ana", note()).number == len(kept) + 1
    store.close()


def test_a_new_file_may_be_opened_by_two_at_once(run):
    with sqlite3.connect(run / FILE, isolation_level=None, check_same_thread=False) as other:
        other.execute("BEGIN EXCLUSIVE")
        threading.Timer(0.3, other.execute, ("COMMIT",)).start()
        store = Store(run)
        assert store.decide("Ana", note()).number == 1
        store.close()


def test_it_is_on_the_disk_before_the_answer(store):
    connection = store._connection
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL


def test_threads_take_turns(store):
    threads = [threading.Thread(target=store.decide, args=("Ana", note())) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [d.number for d in store.decisions()] == list(range(1, 21))


@pytest.mark.parametrize("sql", ["DELETE FROM decisions", "UPDATE decisions SET annotator = 'x'"])
def test_nothing_is_taken_away(run, store, sql):
    store.decide("Ana", note())
    with sqlite3.connect(run / FILE) as other, pytest.raises(sqlite3.IntegrityError):
        other.execute(sql)


def test_a_decision_that_fails_leaves_nothing(store):
    def fail(earlier):
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        store.decide("Ana", fail)
    assert store.decide("Ana", note()).number == 1


def test_a_run_never_reviewed_is_left_alone(run):
    assert read_decisions(run) == []
    assert not (run / FILE).exists()


def test_a_damaged_or_foreign_file_is_told(run):
    (run / FILE).write_bytes(b"no es una base" * 100)
    for use in (Store, read_decisions):
        with pytest.raises(RunError, match=FILE):
            use(run)
    (run / FILE).unlink()
    with sqlite3.connect(run / FILE) as other:
        other.execute("PRAGMA user_version=9")
    for use in (Store, read_decisions):
        with pytest.raises(RunError, match="version"):
            use(run)


def test_a_link_out_of_the_run_is_refused(run, tmp_path):
    (run / FILE).symlink_to(tmp_path / "fuera.sqlite")
    with pytest.raises(RunError, match="link"):
        Store(run)
    assert not (tmp_path / "fuera.sqlite").exists()


def test_the_file_is_no_more_open_than_the_run(run):
    (run / "run.json").chmod(0o600)
    Store(run).close()
    assert (run / FILE).stat().st_mode & 0o077 == 0
