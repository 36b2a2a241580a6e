"""On a cluster of worker processes of this machine: the same bytes, whatever becomes of workers."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
from types import SimpleNamespace
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import chaos
import pytest
import soak

from assessor.documents.discover import discover
from assessor.errors import RunError
from assessor.runs.analyze import Plan, analyze
from assessor.runs.engine import Task
from assessor.runs.limits import Limits

from .. import needs
from .conftest import ASSESSOR, FAST, rows, tables
from .test_privacy import SECRET, told  # noqa: F401

pytest.importorskip("distributed", reason=needs.DASK)

import dask
from distributed import Client, LocalCluster

from assessor.runs.dask_engine import OWN_CLUSTER, DaskEngine, on_dask

LIMITS = Limits(8.0, 400)  # seconds enough for a healthy file on a machine that has much to do


@pytest.fixture(scope="module")
def on_cluster():
    """A plan on a cluster that is there already, as at `--scheduler`."""
    with (
        dask.config.set(OWN_CLUSTER),
        LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None,
            memory_limit=None, silence_logs=logging.CRITICAL,
        ) as cluster,
    ):  # fmt: skip
        engine = on_dask(cluster.scheduler_address)
        yield lambda **options: Plan(jobs=2, engine=engine, **options)


def test_same_bytes_as_on_this_machine_in_whatever_order(folder, made, tmp_path):
    plan = Plan(jobs=2, engine=on_dask())
    names = [str(path) for path in folder.iterdir()]
    random.Random(7).shuffle(names)
    named = {item.path.absolute(): item for item in discover([str(folder)])}
    inputs = sorted(named[item.path.absolute()] for item in discover(names))
    analyze(inputs, tmp_path / "run", FAST, plan=plan)
    assert tables(tmp_path / "run") == tables(made)


def test_a_worker_killed_on_the_way_loses_nothing(on_cluster, tmp_path):
    inputs = soak.fill(tmp_path / "in", [f"f{n:02}" for n in range(30)])
    analyze(inputs, tmp_path / "local", FAST)
    seen = []

    def kill_one(head):
        seen.append(head.source)
        if len(seen) == 5:
            os.kill(dask_workers()[0], signal.SIGKILL)

    done = analyze(inputs, tmp_path / "run", FAST, plan=on_cluster(), progress=kill_one)
    assert (done.counts.fiches, done.counts.rejected) == (30, 0)
    assert tables(tmp_path / "run") == tables(tmp_path / "local")


class Loop:
    """Dask's event loop, for one engine."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def add_callback(self, function, *arguments):
        asyncio.run_coroutine_threadsafe(function(*arguments), self.loop)


class Answer:
    """A future whose result Dask goes on asking of a worker that is gone, until it is let go."""

    def __init__(self, task, released=None):
        self.key, self._answer, self._released = str(task.number), task.content, released

    def __await__(self):
        while self._released and not self._released.is_set():
            yield from asyncio.sleep(0.01).__await__()
        return self._answer


def test_what_a_lost_worker_had_finished_holds_back_nothing_else(monkeypatch):
    released = threading.Event()
    monkeypatch.setattr(DaskEngine, "_client", lambda self: SimpleNamespace(loop=Loop()))
    monkeypatch.setattr(
        DaskEngine,
        "_submit",
        lambda self, client, task: Answer(task, released if not task.number else None),
    )
    with DaskEngine(chaos.canned, Limits(), 1) as engine:
        came = []
        for task, _ in engine.answers(Task(n, b"x") for n in range(4)):
            came.append(task.number)
            if len(came) == 3:
                released.set()
    assert came == [1, 2, 3, 0]


def dask_workers():
    return [p.pid for p in multiprocessing.active_children() if p.name.startswith("Dask Worker")]


@pytest.fixture(scope="module")
def chaotic(on_cluster, tmp_path_factory):
    """Files that end their process or their Dask worker, hang or take memory; others healthy."""
    folder = tmp_path_factory.mktemp("chaos")
    bad = ["lose", "kill", "hang", "hog"]
    inputs = soak.fill(folder / "in", [*bad, *(f"sana{n}" for n in range(12))])
    plan = on_cluster(limits=LIMITS)
    analyze(inputs, folder / "run", FAST, plan=plan, factory=chaos.chaotic)
    return folder


def test_what_ends_its_worker_each_time_is_set_aside_and_nothing_else(chaotic):
    aside = {row["source"]: row["reason"] for row in rows(chaotic / "run" / "rejected.csv")}
    assert aside == {
        "lose.csv": "crashed", "kill.csv": "crashed", "hang.csv": "timeout", "hog.csv": "memory",
    }  # fmt: skip
    assert len(rows(chaotic / "run" / "programmes.csv")) == 12


def test_limits_and_reasons_are_those_of_this_machine(chaotic, tmp_path):
    inputs = [item for item in discover([str(chaotic / "in")]) if item.source != "lose.csv"]
    plan = Plan(jobs=2, limits=LIMITS)
    analyze(inputs, tmp_path / "run", FAST, plan=plan, factory=chaos.chaotic)
    here = rows(tmp_path / "run" / "rejected.csv")
    assert [r for r in rows(chaotic / "run" / "rejected.csv") if r["source"] != "lose.csv"] == here


def test_no_text_in_what_dask_says(on_cluster, told, tmp_path, capfd):  # noqa: F811
    logging.getLogger("distributed").addHandler(logging.StreamHandler())
    inputs = discover([str(told)])
    analyze(inputs, tmp_path / "run", FAST, plan=on_cluster(), factory=chaos.leaking)
    out, err = capfd.readouterr()
    rejected = (tmp_path / "run" / "rejected.csv").read_text()
    assert "unexpected ValueError" in rejected
    assert not [secret for secret in SECRET if secret in out + err + rejected]


def test_its_own_cluster_is_open_to_nobody():
    with DaskEngine(chaos.canned, Limits(), 1) as engine, engine._own_cluster() as cluster:
        workers = cluster.scheduler_info["workers"]
        assert {str(urlsplit(a).hostname) for a in [cluster.scheduler_address, *workers]} == {
            "127.0.0.1"
        }
        pages = cluster.scheduler.http_server._sockets.values()
        for place in [socket.getsockname() for socket in pages]:
            assert place[0] == "127.0.0.1"
            for page in (
                "/",
                "/status",
                "/info/main/workers.html",
                "/json/counts.json",
                "/metrics",
            ):
                with pytest.raises(HTTPError, match="404"):
                    urlopen(f"http://{place[0]}:{place[1]}{page}", timeout=5)
        address = cluster.scheduler_address
        assert address.startswith("tls://")
        with pytest.raises(OSError, match="closed|Timed out"):
            Client(address.replace("tls://", "tcp://"), timeout=1)


def test_a_finished_run_needs_no_cluster(on_cluster, small, tmp_path, monkeypatch):
    inputs = discover([str(small)])
    analyze(inputs, tmp_path / "run", FAST)
    monkeypatch.delattr(DaskEngine, "_client")
    assert analyze(inputs, tmp_path / "run", FAST, plan=on_cluster()).reused == 3


def test_workers_of_another_version_and_schedulers_that_are_not_there_are_told(
    on_cluster, small, tmp_path
):
    inputs = discover([str(small)])
    with pytest.raises(RunError, match="another assessor"):
        analyze(inputs, tmp_path / "run", FAST, plan=on_cluster(), factory=chaos.of_another_version)
    nowhere = Plan(engine=on_dask("carrier://pigeon:1"))
    with pytest.raises(RunError, match="--scheduler carrier://pigeon:1"):
        analyze(inputs, tmp_path / "run", FAST, plan=nowhere)


def test_without_the_extra_it_says_what_to_install(small, tmp_path):
    code = "import sys; sys.modules['distributed'] = None; from assessor.cli import main; main()"
    command = [sys.executable, "-c", code, "analyze", str(small), "-o", str(tmp_path / "run")]
    done = subprocess.run([*command, "--engine", "dask"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "pip install 'assessor[scale]'" in done.stderr
    assert not (tmp_path / "run").exists()


def test_a_scheduler_without_dask_is_a_wrong_command(small, tmp_path):
    command = [*ASSESSOR, "analyze", str(small), "-o", str(tmp_path / "run"), "--scheduler", "x"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert "--engine dask" in done.stderr
