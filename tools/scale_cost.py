"""How cost grows with the number of fiches: `make scale-cost` writes docs/scale.md's table.

    python tools/scale_cost.py [--write] [COUNT …]

The corpus's text fiches are repeated under new programme codes until there are enough of them,
and analysed by `assessor analyze --fast --no-report`; the smallest number also by the reader.
"""

from __future__ import annotations

import argparse
import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from corpus_build import CORPUS
from marks import write_between

PAGE = Path(__file__).parents[1] / "docs" / "scale.md"
COUNTS = (100, 1_000, 10_000)
MIB = 2**20
POLL = 0.2  # seconds between looks at the memory of the processes


def fill(folder: Path, count: int) -> None:
    """Write fiches of as many programmes."""
    folder.mkdir()
    texts = [path.read_text(encoding="utf-8") for path in sorted(CORPUS.glob("fiches/*.txt"))]
    for number, text in enumerate(itertools.islice(itertools.cycle(texts), count)):
        code = f"MDGF-{number:05}"
        name = folder / f"{code}.txt"
        name.write_text(re.sub(r"MDGF-\d{4}", code, text), encoding="utf-8")


def peak_of(pid: int) -> int:
    """Return a process's peak memory in bytes; 0 where it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
        return int(status.split("VmHWM:")[1].split()[0]) * 1024
    except (OSError, IndexError):
        return 0


def row(count: int, reads: bool, jobs: int) -> str:
    """Analyse so many fiches; return a row of the table."""
    folder = Path(tempfile.mkdtemp(prefix="cost-"))
    fill(folder / "in", count)
    command = [sys.executable, "-m", "assessor", "analyze", str(folder / "in"), "--no-report"]
    command += ["--quiet", "--jobs", str(jobs), "-o", str(folder / "run")]
    start, parent = time.monotonic(), 0
    process = subprocess.Popen(command if reads else [*command, "--fast"])
    while process.poll() is None:
        parent = max(parent, peak_of(process.pid))
        time.sleep(POLL)
    seconds = time.monotonic() - start
    if process.returncode:
        raise SystemExit(f"analyze ended with {process.returncode}")
    size = sum(path.stat().st_size for path in (folder / "run").rglob("*") if path.is_file())
    shutil.rmtree(folder)
    cells = [
        f"{count:,}", "reader" if reads else "`--fast`", f"{seconds:,.0f} s",
        f"{count / seconds:.1f}", f"{parent / MIB:.0f} MiB", f"{size / MIB:,.1f} MiB",
    ]  # fmt: skip
    line = f"| {' | '.join(cells)} |"
    print(line, flush=True)
    return line


def main() -> None:
    """Print the table; write it into docs/scale.md with `--write`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", nargs="*", type=int, default=COUNTS)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    jobs = min(2, os.cpu_count() or 1)
    lines = [
        f"`analyze --no-report --jobs {jobs}`, text fiches, start-up included:",
        "",
        "| fiches | judged by | time | fiches/s | parent's peak | run folder |",
        "| --- | --- | --- | --- | --- | --- |",
        row(min(given.counts), True, jobs),
        *(row(count, False, jobs) for count in given.counts),
    ]
    if given.write:
        write_between(PAGE, "scale cost", "\n".join(lines))


if __name__ == "__main__":
    main()
