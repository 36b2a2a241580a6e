"""Files that eat memory, kill their process, hang or fail: each is set aside, none harms others."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import chaos
import pytest
import soak

from assessor.documents.discover import discover
from assessor.errors import ModelError, RunError
from assessor.runs.analyze import Plan, analyze
from assessor.runs.limits import Limits
from assessor.runs.settings import Settings

from .conftest import FAST

PLAN = Plan(jobs=2, limits=Limits(3.0, 400))


def fill(folder, *names):
    return soak.fill(folder, names)


def test_every_healthy_file_is_assessed_and_the_others_set_aside_by_kind(tmp_path):
    soak.chaos_run(tmp_path, 60)


@pytest.mark.parametrize(("name", "reason"), [("crash", "crashed"), ("spin", "timeout")])
def test_a_segmentation_fault_and_an_endless_loop(tmp_path, name, reason):
    inputs = fill(tmp_path / "in", name, "sana")
    done = analyze(inputs, tmp_path / "run", FAST, plan=PLAN, factory=chaos.chaotic)
    assert dict(done.counts.by_reason) == {reason: 1}
    assert done.counts.fiches == 1


def test_a_table_of_many_fiches_may_take_longer_than_the_limit_of_one(tmp_path):
    (tmp_path / "in").mkdir()
    rows = "".join(f"F{n},gender,Solo se cuenta a las mujeres\n" for n in range(12))
    (tmp_path / "in" / "slow.csv").write_text("fiche_id,dimension,text\n" + rows)
    plan = Plan(jobs=1, limits=Limits(1.0, 400))
    inputs = discover([str(tmp_path / "in")])
    done = analyze(inputs, tmp_path / "run", FAST, plan=plan, factory=chaos.slow)
    assert done.counts.fiches == 12


def test_what_was_set_aside_is_tried_again_when_asked_or_when_the_limit_changed(tmp_path):
    inputs = fill(tmp_path / "in", "hang", "deep", "sana")
    analyze(inputs, tmp_path / "run", FAST, plan=PLAN, factory=chaos.chaotic)
    assert analyze(inputs, tmp_path / "run", FAST, plan=PLAN).reused == 3
    longer = Plan(jobs=1, limits=Limits(30.0, 400))
    done = analyze(inputs, tmp_path / "run", FAST, plan=longer)
    assert (done.reused, dict(done.counts.by_reason)) == (2, {"internal": 1})
    again = Plan(jobs=1, limits=Limits(30.0, 400), retry_rejected=True)
    done = analyze(inputs, tmp_path / "run", FAST, plan=again)
    assert (done.reused, done.counts.rejected) == (2, 0)


def test_a_used_worker_that_dies_is_not_held_against_its_file(tmp_path):
    inputs = fill(tmp_path / "in", "a", "b", "c")
    done = analyze(inputs, tmp_path / "run", FAST, plan=Plan(jobs=1), factory=chaos.dies_when_used)
    assert done.counts.rejected == 0


def test_workers_that_cannot_start_are_told(tmp_path):
    inputs = fill(tmp_path / "in", "a")
    with pytest.raises(ModelError, match="nada"):
        analyze(inputs, tmp_path / "run", Settings(model=tmp_path / "nada"))
    (tmp_path / "roto").mkdir()
    (tmp_path / "roto" / "model.json").write_text("{}")
    with pytest.raises((RunError, ModelError), match="roto"):
        analyze(inputs, tmp_path / "run", Settings(model=tmp_path / "roto"))
    with pytest.raises(RunError, match="could not start"):
        analyze(inputs, tmp_path / "run", FAST, factory=chaos.cannot_start)


def test_no_worker_outlives_its_parent(tmp_path):
    fill(tmp_path / "in", "hang", "a", "b")
    paths = ["analyze", str(tmp_path / "in"), "-o", str(tmp_path / "run")]
    options = ["--timeout", "2", "--fast", "--jobs", "2"]
    parent = subprocess.Popen([*soak.CHAOTIC, *paths, *options])
    mine = wait_for(lambda: descendants(parent.pid), 30)
    wait_for(lambda: list((tmp_path / "run" / ".results").glob("*/*")), 30)
    mine = descendants(parent.pid)
    assert len(mine) >= 2
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    wait_for(lambda: not [pid for pid in mine if running(pid)], 15)


def wait_for(condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if result := condition():
            return result
        time.sleep(0.05)
    raise AssertionError("did not come about in time")


def running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def descendants(pid):
    children: dict[int, list[int]] = {}
    for entry in (path.name for path in Path("/proc").iterdir()):
        if entry.isdigit() and running(entry):
            parent = int(Path(f"/proc/{entry}/stat").read_text().rsplit(")", 1)[1].split()[1])
            children.setdefault(parent, []).append(int(entry))
    found, front = [], [pid]
    while front:
        front = [child for one in front for child in children.get(one, [])]
        found += front
    return found
