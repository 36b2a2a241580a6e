"""The long tests: what a run promises, at the size at which it has to hold.

`make soak` runs them all; `make test` runs the same functions small.
"""

# ruff: noqa: S311  # chance that can be repeated is what is wanted

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import chaos
from killed_training import killed_trainings
from mutate import FORMATS
from trial import CLI, SoakError, require

from assessor.codebook.load import shipped_codebook
from assessor.documents.discover import Input, discover
from assessor.documents.document import ObservationTable
from assessor.documents.readers import read_bytes
from assessor.errors import FicheError
from assessor.fiche.parse import parse_document
from assessor.fiche.tables import fiches_of_table
from assessor.runs.analyze import analyze
from assessor.runs.engine import Failure, Task
from assessor.runs.folder import RUN_FILES, read_run
from assessor.runs.limits import Limits
from assessor.runs.settings import Settings
from assessor.runs.source import place_of
from assessor.runs.workers import Workers

CHAOTIC = (
    sys.executable, "-c",
    f"import sys; sys.path[:0] = [{str(Path(__file__).parent)!r}]; import chaos; "
    "import assessor.runs.analyze as module; module.Assess = lambda *_: chaos.chaotic; "
    "from assessor.cli import main; main()",
)  # fmt: skip
FAST = Settings(reader="none")
TABLE = "fiche_id,dimension,text\n{name},gender,Solo se cuenta a las mujeres; no hay plan.\n"
KINDS = {"hog": 0.05, "kill": 0.05, "hang": 0.03, "deep": 0.03}
REASONS = {"hog": "memory", "kill": "crashed", "hang": "timeout", "deep": "internal"}


def fill(folder: Path, names: Sequence[str]) -> list[Input]:
    """Write a small observation table per name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / f"{name}.csv").write_text(TABLE.format(name=name), encoding="utf-8")
    return discover([str(folder)])


def run_bytes(folder: Path) -> dict[str, bytes]:
    """Return the bytes of a run's files."""
    return {name: (folder / name).read_bytes() for name in RUN_FILES if (folder / name).exists()}


def chaos_run(folder: Path, count: int) -> str:
    """Some files eat memory, kill their process, hang or fail deep: all others are assessed."""
    names = [f"{kind}{n}" for kind, share in KINDS.items() for n in range(round(count * share))]
    wanted = Counter(REASONS[name.rstrip("0123456789")] for name in names)
    healthy = [f"sana{n:04}" for n in range(count - len(names))]
    fill(folder / "in", names + healthy)
    options = ["--fast", "--no-report", "--quiet", "--timeout", "4", "--max-memory", "400"]
    paths = ["analyze", str(folder / "in"), "-o", str(folder / "run")]
    done = subprocess.run([*CHAOTIC, *paths, *options], check=False)
    counts = read_run(folder / "run").manifest["counts"]
    require(done.returncode == 1, f"exit status {done.returncode}")
    require(counts["rejected_by_reason"] == dict(wanted), f"{counts}, wanted {wanted}")
    require(counts["fiches"] == len(healthy), f"{counts}, wanted {len(healthy)} fiches")
    return f"exit status 1; {counts}"


def killed_runs(folder: Path, count: int, kills: int) -> str:
    """A run that is killed again and again and resumed gives the undisturbed run's bytes."""
    fill(folder / "in", [f"f{n:04}" for n in range(count)])
    whole, target = folder / "whole", folder / "run"
    command = [*CLI, "analyze", str(folder / "in"), "--fast", "--no-report", "--quiet", "-o"]
    start = time.monotonic()
    subprocess.run([*command, str(whole)], check=True)
    length, draw, stopped = time.monotonic() - start, random.Random(9), 0
    for _ in range(kills):
        process = subprocess.Popen([*command, str(target)])
        try:
            process.wait(draw.uniform(0, length))
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            stopped += 1
        if draw.random() < 0.2:  # so that killed beginnings are among them
            shutil.rmtree(target, ignore_errors=True)
    subprocess.run([*command, str(target)], check=True)
    require(run_bytes(target) == run_bytes(whole), "a resumed run differs")
    return f"{stopped} of {kills} starts killed; {count} fiches, byte-identical"


def flipped_bytes(folder: Path, count: int) -> str:
    """A byte flipped in every stored result: each is noticed and made again."""
    inputs = fill(folder / "in", [f"f{n:04}" for n in range(count)])
    analyze(inputs, folder / "run", FAST)
    before, draw = run_bytes(folder / "run"), random.Random(3)
    for path in (folder / "run" / ".results").glob("*/*"):
        data = bytearray(path.read_bytes())
        data[draw.randrange(len(data))] ^= draw.randrange(1, 256)
        path.write_bytes(data)
    done = analyze(inputs, folder / "run", FAST)
    require((done.damaged, done.reused) == (count, 0), f"{done.damaged} of {count} noticed")
    require(run_bytes(folder / "run") == before, "made again otherwise")
    return f"{count} of {count} noticed and made again"


def reads() -> Callable[[bytes, Callable[[], None]], bytes]:
    """Work: read and parse; answer what escaped that should not."""
    codebook = shipped_codebook()

    def work(message: bytes, alive: Callable[[], None]) -> bytes:
        suffix, _, data = message.partition(b"\n")
        try:
            read = read_bytes(data, suffix.decode(), "a", "a")
            if isinstance(read, ObservationTable):
                fiches_of_table(read, codebook)
            else:
                parse_document(read, codebook)
        except FicheError as error:
            return str(error.reason).encode()
        except Exception as error:
            return f"!{type(error).__name__} in {place_of(error)}".encode()
        return b"read"

    return work


def mutated_files(folder: Path, count: int) -> str:
    """Files changed by chance: each is read or set aside; nothing else escapes."""
    folder.mkdir(parents=True, exist_ok=True)
    outcomes: Counter[str] = Counter()
    with Workers(reads, Limits(20.0, 1024), 2) as workers:
        for task, answer in workers.answers(_mutations(count)):
            what = str(answer.reason) if isinstance(answer, Failure) else answer.decode()
            outcomes[what] += 1
            if what.startswith(("!", "crashed", "timeout", "memory")):
                suffix, _, data = task.content.partition(b"\n")
                (folder / f"{task.number}{suffix.decode()}").write_bytes(data)
    escaped = {what: n for what, n in outcomes.items() if what.startswith("!")}
    require(not escaped, f"{escaped}; the files are in {folder}")
    return f"{count} a format: {dict(outcomes.most_common())}"


def _mutations(count: int) -> Iterator[Task]:
    for place, (suffix, (seed, mutate)) in enumerate(FORMATS.items()):
        data = seed()
        for number in range(count):
            draw = random.Random(f"{suffix}{number}")
            content = f"{suffix}\n".encode() + mutate(data, draw)
            yield Task(place * count + number, content)


def parent_memory(folder: Path, small: int, large: int) -> str:
    """The parent's memory hardly grows with the number of fiches."""
    peaks = []
    for count in (small, large):
        fill(folder / f"in{count}", [f"f{n:06}" for n in range(count)])
        code = (
            f"import sys; sys.path[:0] = [{str(Path(__file__).parent)!r}]; import soak;"
            f"print(soak.peak_of({str(folder / f'in{count}')!r}, {str(folder / f'run{count}')!r}))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True
        )
        peaks.append(float(done.stdout))
    ratio = peaks[1] / peaks[0]
    require(ratio <= 1.2, f"{peaks} MiB at {small} and {large} fiches: {ratio:.2f} times")
    return f"{peaks[0]:.0f} MiB at {small}, {peaks[1]:.0f} MiB at {large} fiches: {ratio:.2f} times"


def peak_of(source: str, target: str) -> float:
    """Return this process's peak memory, MiB, after a run whose assessments cost nothing."""
    analyze(discover([source]), Path(target), FAST, factory=chaos.canned)
    # ru_maxrss would begin with what the process had that started this one.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


TRIALS: dict[str, tuple[Callable[..., str], tuple[Any, ...], tuple[Any, ...]]] = {
    "chaos": (chaos_run, (500,), (60,)),
    "kills": (killed_runs, (500, 50), (20, 5)),
    "trainings": (killed_trainings, (50,), (4,)),
    "flips": (flipped_bytes, (100,), (20,)),
    "mutations": (mutated_files, (10_000,), (100,)),
    "memory": (parent_memory, (2_000, 20_000), (200, 800)),
}


def main() -> int:
    """Run the trials; exit status 1 if one fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trials", nargs="*", help=f"some of {', '.join(TRIALS)}; all if left out")
    parser.add_argument("--small", action="store_true", help="as in `make test`")
    given = parser.parse_args()
    failed = 0
    for name in given.trials or TRIALS:
        trial, large, small = TRIALS[name]
        folder = Path(tempfile.mkdtemp(prefix=f"soak-{name}-"))
        start = time.monotonic()
        try:
            said = trial(folder, *(small if given.small else large))
            shutil.rmtree(folder)
        except SoakError as error:
            failed, said = 1, f"FAILED: {error}"
        print(f"{name}: {said} ({time.monotonic() - start:.0f} s)", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
