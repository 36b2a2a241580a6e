"""Every write, fsync and renaming made to fail in turn: the old output is intact."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
from contextlib import suppress

import pytest
import soak

from assessor.errors import RunError
from assessor.runs import commit, files
from assessor.runs.files import write_bytes
from assessor.runs.folder import RUN_FILES, read_run

from .. import needs
from .conftest import ASSESSOR, run, tables

ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES)


class Fault:
    """Lets some calls pass and fails the next, or all from there on."""

    def __init__(self, after, error, lasting=False):
        self.left, self.error, self.lasting, self.struck = after, error, lasting, False

    def check(self):
        self.left -= 1
        if self.left < 0 and (self.lasting or not self.struck):
            self.struck = True
            raise OSError(self.error, os.strerror(self.error))


class FaultyFile:
    def __init__(self, file, fault):
        self._file, self._fault = file, fault

    def write(self, data):
        self._file.write(data[: len(data) // 2])  # a disk that fills up takes a part
        self._fault.check()
        return self._file.write(data[len(data) // 2 :])

    def __getattr__(self, name):
        return getattr(self._file, name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()


def arm(monkeypatch, what, fault):
    if what == "write":
        opened = files.Path.open
        monkeypatch.setattr(
            files.Path, "open",
            lambda self, mode="r", *a, **k: (
                FaultyFile(opened(self, mode, *a, **k), fault) if mode == "xb"
                else opened(self, mode, *a, **k)
            ),
        )  # fmt: skip
        return
    name = {"fsync": "fsync", "replace": "replace"}[what]
    original = getattr(os, name)

    def failing(*arguments):
        fault.check()
        return original(*arguments)

    monkeypatch.setattr(os, name, failing)


@pytest.fixture
def old(small, tmp_path):
    """A run, and inputs that have changed since."""
    target = tmp_path / "run"
    run(small, target)
    for path in small.iterdir():
        path.write_text(path.read_text() + "X,gender,Falta un plan\n")
    return target


@pytest.mark.parametrize("first", range(3 if os.environ.get("SOAK") else 1))
@pytest.mark.parametrize("what", ["write", "fsync", "replace"])
def test_a_run_is_the_old_one_or_the_new_one(small, old, monkeypatch, what, first):
    before, told = tables(old), []
    for after in range(200):
        error = ERRORS[(first + after) % 3]
        fault = Fault(after, error)
        with monkeypatch.context() as patch:
            arm(patch, what, fault)
            try:
                done = run(small, old)
            except RunError as error_told:
                told.append(str(error_told))
                assert tables(old) == before, (what, after)
                assert not list(old.rglob("*.tmp"))
                assert not commit.interrupted(old)
                read_run(old)
                continue
        assert not fault.struck
        assert done.written
        break
    assert after > 7
    assert all("cannot be written" in message for message in told)
    assert tables(old) != before


@pytest.mark.parametrize("after", range(3, 26, 1 if os.environ.get("SOAK") else 4))
def test_what_cannot_be_put_back_at_once_is_put_back_by_the_next_writer(
    small, old, monkeypatch, after
):
    before = tables(old)
    fault = Fault(after, errno.EIO, lasting=True)
    with monkeypatch.context() as patch:
        arm(patch, "replace", fault)
        with suppress(RunError):
            run(small, old)
    if fault.struck and commit.interrupted(old):
        with pytest.raises(RunError, match="run 'analyze' again"):
            read_run(old)
    commit.restore(old, [*before])
    assert tables(old) == before or not fault.struck


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    write_bytes(path, b"viejo")
    monkeypatch.setattr("os.fsync", lambda *_: (_ for _ in ()).throw(OSError(28, "disk full")))
    with pytest.raises(RunError, match="disk full"):
        write_bytes(path, b"nuevo")
    assert path.read_bytes() == b"viejo"
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


def replaced_until(folder, names, deaths):
    """Replace the files in a child that dies at its n-th renaming; False if it lived."""
    pid = os.fork()
    if pid == 0:
        left, original = [deaths], os.replace

        def dying(*arguments):
            left[0] -= 1
            if left[0] < 0:
                os._exit(9)
            return original(*arguments)

        os.replace = dying
        if names is None:
            commit.restore(folder, RUN_FILES)
            os._exit(0)
        with commit.replacing(folder, RUN_FILES) as new:
            for name in names:
                (new / name).write_bytes(b"nuevo")
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 0


def test_killed_between_any_two_renamings_and_while_putting_back_nothing_is_mixed(old):
    before = tables(old)
    for death in range(60):
        if not replaced_until(old, before, death):
            break
        for again in range(60):
            if not replaced_until(old, None, again):
                break
        assert tables(old) == before or set(tables(old).values()) == {b"nuevo"}
    assert 10 < death < 59
    assert set(tables(old).values()) == {b"nuevo"}


def test_a_model_whose_training_is_killed_is_the_old_one_or_the_new_one(tmp_path):
    pytest.importorskip("onnxruntime", reason=needs.READER)
    soak.killed_trainings(tmp_path, 3)


def test_private_files_are_the_owner_s(small, tmp_path):
    command = [*ASSESSOR, "analyze", str(small), "-o", str(tmp_path / "run"), "--fast"]
    subprocess.run([*command, "--private"], check=True)
    made = list((tmp_path / "run").rglob("*"))
    assert {stat.S_IMODE(p.stat().st_mode) for p in made if p.is_file()} == {0o600}
    assert {stat.S_IMODE(p.stat().st_mode) for p in made if p.is_dir()} == {0o700}
