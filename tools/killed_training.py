"""`assessor train` killed at any moment: what stands is the old model or the new one, whole."""

# ruff: noqa: S311  # chance that can be repeated is what is wanted

from __future__ import annotations

import csv
import itertools
import os
import random
import shutil
import time
from collections import Counter
from importlib import resources
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from trial import require

from assessor.cli import main
from assessor.reader.choice import OWN
from assessor.runs.settings import Settings
from assessor.text_model import load_model

GOOD = "El comité se reúne cada mes y cumple."
BAD = "Nadie acude al comité. Falta todo."
SECTIONS = 60
FINISHED = "finished before the kill"
PRELOAD = ["assessor.runs.preload", "assessor.training.bundle", "assessor.training.inputs"]


def killed_trainings(folder: Path, kills: int) -> str:
    """Train a model anew and anew; half the kills fall on any moment, half on its writing."""
    base, model = folder / "base", folder / "models" / "mio"
    labels = [_label(folder / word, word) for word in ("Acta", "Sesión")]
    _base(labels[0], base)
    trainings = [_command(one, model, base) for one in labels]
    digests, length, writing = [], 0.0, 0.0
    for training in trainings:
        length, writing = _undisturbed(training, model)
        digests.append(_digest(model))
    require(digests[0] != digests[1], "two labellings give one model")
    draw, moments = random.Random(9), Counter[str]()
    for number in itertools.count():
        if moments.total() - moments[FINISHED] == kills:
            break
        training, new = trainings[number % 2], digests[number % 2]
        aimed = number // 2 % 2 == 1
        ended = _killed(training, model, draw.uniform(0, 1.1 * writing if aimed else length), aimed)
        found = _digest(model)
        require(found in digests, f"kill {number}: neither the old model nor the new one")
        moments[_moment(ended, found == new, _being_written(model))] += 1
        length, writing = _undisturbed(training, model)
        require(_digest(model) == new, f"kill {number}: trained again, it is another model")
        beside = {path.name for path in model.parent.iterdir() if path.is_dir()}
        require(beside == {model.name}, f"kill {number}: left {beside}")
    return f"{kills} kills; {dict(moments)}; writing takes {writing:.2f} of {length:.1f} s"


def _label(folder: Path, word: str) -> Path:
    """Write labels that are plain to learn; `word` makes them others."""
    folder.mkdir(parents=True)
    ratings = [["fiche_id", "dimension", "rating", "annotator", "writer", "text"]]
    issues = [["fiche_id", "dimension", "code", "status", "evidence", "annotator"]]
    for k in range(SECTIONS):
        name, good = f"f{k}", k % 2
        text = f"{GOOD if good else BAD} {word} {k}."
        level = "low" if good else "high"
        ratings.append([name, "accountability", level, "a", f"w{k // 4 % 4}", text])
        if not good:
            code, status = "inactive_governance_body", "current" if k % 4 else "potential"
            issues.append([name, "accountability", code, status, BAD.partition(".")[0], "a"])
    for name, rows in (("ratings.csv", ratings), ("issues.csv", issues)):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    return folder


def _base(labels: Path, base: Path) -> None:
    """Train a model from nothing; it gets a reader of its own, which goes with what follows it."""
    _undisturbed(_command(labels, base, "none"), base)
    require(load_model(base).reader_digest is not None, "needs pip install 'assessor[reader]'")
    with resources.as_file(resources.files("assessor") / "models" / "es-reader") as reader:
        shutil.copytree(reader, base / OWN)


def _command(labels: Path, model: Path, base: Path | str) -> list[str]:
    return ["train", str(labels), "-o", str(model), "--base", str(base), "--quiet"]


def _started(command: list[str]) -> BaseProcess:
    """Start a process for a command; it is forked from one that has the libraries imported."""
    context = get_context("forkserver")
    context.set_forkserver_preload(PRELOAD)
    process = context.Process(target=_run, args=(command,))
    process.start()
    return process


def _run(command: list[str]) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 2)
    main(command)


def _digest(model: Path) -> str:
    """Load a model with its reader, and hash all its files as a run does."""
    settings = Settings(model=model)
    require(settings.assessor() is not None and settings.reads, "a model without its reader")
    digest: str = settings.fingerprint()["model"]
    return digest


def _undisturbed(training: list[str], model: Path) -> tuple[float, float]:
    """Train; return the seconds that it took, and those of them in which it wrote."""
    process, written = _started(training), 0.0
    start = before = time.monotonic()
    while process.is_alive():
        now = time.monotonic()
        written += (now - before) * _being_written(model)
        before = now
        time.sleep(0.001)
    require(process.exitcode == 0, f"a training ended with status {process.exitcode}")
    return time.monotonic() - start, written


def _killed(training: list[str], model: Path, delay: float, once_written: bool) -> bool:
    """Kill a training some time after its start, or after it began to write; False if too late."""
    process = _started(training)
    while once_written and process.is_alive() and not _being_written(model):
        time.sleep(0.0005)
    process.join(delay)
    alive = process.is_alive()
    process.kill()
    process.join()
    return alive


def _being_written(model: Path) -> bool:
    """Say whether a writer's folder stands beside a model's place."""
    return any(path.is_dir() for path in model.parent.glob(f".{model.name}.*"))


def _moment(killed: bool, new: bool, left: bool) -> str:
    if not killed:
        return FINISHED
    if new:
        return "killed when the new model stood"
    return "killed while it wrote" if left else "killed before it wrote"
