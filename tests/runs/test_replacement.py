"""A folder replaced by a process that dies at any step: the old one or the new one stands."""

from __future__ import annotations

import os
import sys

import pytest

from assessor.runs import replacement
from assessor.runs.replacement import replacing_folder

OLD, NEW = ({"model.json": name, "reader/heads.npz": name} for name in ("old", "new"))


def write(folder, content):
    (folder / "reader").mkdir(parents=True)
    for name, text in content.items():
        (folder / name).write_text(text)


def read(folder):
    return {str(p.relative_to(folder)): p.read_text() for p in folder.rglob("*") if p.is_file()}


def replaced_until(target, deaths):
    """Replace a folder in a child that dies at its n-th step on the disk; False if it lived."""
    pid = os.fork()
    if pid == 0:
        left = [deaths]

        def dying(event, _):
            if event == "open" or event.startswith(("os.", "shutil.", "ctypes.")):
                left[0] -= 1
                if left[0] < 0:
                    os._exit(9)

        sys.addaudithook(dying)
        with replacing_folder(target) as fresh:
            write(fresh, NEW)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 0


@pytest.fixture(params=[True, False], ids=["in one step", "in two"])
def one_step(request, monkeypatch):
    if not request.param:
        monkeypatch.setattr(replacement, "_exchanged", lambda *_: False)
    elif sys.platform != "linux":
        pytest.skip(
            "only Linux lets two folders change places in one step; in two: the other cases"
        )
    return request.param


@pytest.fixture
def target(tmp_path):
    write(tmp_path / "mio", OLD)
    return tmp_path / "mio"


def replace_but_fail(target):
    with replacing_folder(target) as fresh:
        write(fresh, NEW)
        raise OSError("disk full")


def test_killed_at_any_step_nothing_is_mixed_and_nothing_is_left(one_step, target):
    missing = 0
    for death in range(500):
        died = replaced_until(target, death)
        if not target.exists():
            missing += 1
            with pytest.raises(OSError, match="full"):
                replace_but_fail(target)  # the next writer puts it back, whatever it does
        assert read(target) in (OLD, NEW)
        with replacing_folder(target) as fresh:
            write(fresh, OLD)
        assert [path.name for path in target.parent.iterdir()] == ["mio"]
        if not died:
            break
    assert 20 < death < 499
    assert bool(missing) is not one_step


def test_a_failure_leaves_the_old_one_and_nothing_beside_it(one_step, target):
    with pytest.raises(OSError, match="full"):
        replace_but_fail(target)
    assert read(target) == OLD
    assert [path.name for path in target.parent.iterdir()] == ["mio"]


def test_what_a_link_leads_to_is_replaced(target):
    link = target.with_name("actual")
    link.symlink_to(target)
    with replacing_folder(link) as fresh:
        write(fresh, NEW)
    assert link.is_symlink()
    assert read(target) == NEW
