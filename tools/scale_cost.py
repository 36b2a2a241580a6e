"""How cost grows with the number of fiches: `make scale-cost` writes docs/scale.md's tables.

    python tools/scale_cost.py [--write] [--only analyze|report] [COUNT …]

The corpus's text fiches are repeated under new programme codes until there are enough of them,
and analysed by `assessor analyze --fast --no-report`; the smallest number also by the reader.
Reports are written on the numbers up to 1,000.
"""

from __future__ import annotations

import argparse
import itertools
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from corpus_build import CORPUS
from marks import write_between

PAGE = Path(__file__).parents[1] / "docs" / "scale.md"
COUNTS = (100, 1_000, 10_000)
REPORTED = 1_000  # fiches of a report, at most
FORMATS = ("md,json", "html", "xlsx", "docx")
KIB, MIB = 2**10, 2**20
POLL = 0.1  # seconds between looks at the memory of a process


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
        return int(status.split("VmHWM:")[1].split()[0]) * KIB
    except (OSError, IndexError):
        return 0


def cost(*arguments: str) -> tuple[float, int]:
    """Run a command of `assessor`; return its seconds and its own process's peak in bytes."""
    start, peak = time.monotonic(), 0
    process = subprocess.Popen([sys.executable, "-m", "assessor", *arguments, "--quiet"])
    while process.poll() is None:
        peak = max(peak, peak_of(process.pid))
        time.sleep(POLL)
    if process.returncode:
        raise SystemExit(f"{arguments[0]} ended with {process.returncode}")
    return time.monotonic() - start, peak


def analysed(folder: Path, count: int, reads: bool, jobs: int) -> tuple[Path, float, int]:
    """Analyse so many fiches; return the run, seconds and the parent's peak."""
    fill(folder / "in", count)
    run = folder / "run"
    arguments = ["analyze", str(folder / "in"), "--no-report", "--jobs", str(jobs), "-o", str(run)]
    return run, *cost(*arguments, *([] if reads else ["--fast"]))


def analysis(counts: Sequence[int], jobs: int) -> list[str]:
    """Return the table of analyses."""
    lines = [
        f"`analyze --no-report --jobs {jobs}`, text fiches, start-up included:",
        "",
        *head("fiches", "judged by", "time", "fiches/s", "parent's peak", "run folder"),
    ]
    for count, reads in ((min(counts), True), *((count, False) for count in counts)):
        with tempfile.TemporaryDirectory(prefix="cost-") as name:
            run, seconds, peak = analysed(Path(name), count, reads, jobs)
            size = sum(path.stat().st_size for path in run.rglob("*") if path.is_file())
        cells = (
            f"{count:,}", "reader" if reads else "`--fast`", f"{seconds:,.0f} s",
            f"{count / seconds:.1f}", f"{peak / MIB:.0f} MiB", f"{size / MIB:,.1f} MiB",
        )  # fmt: skip
        lines.append(row(*cells))
    return lines


def reports(counts: Sequence[int]) -> list[str]:
    """Return the table of reports, and what each fiche adds to a report's memory."""
    lines = [
        "Peak memory of `report`, by format (runs with `--fast`, programmes at one period):",
        "",
        *head("fiches", *(f"`{formats}`" for formats in FORMATS)),
    ]
    peaks: list[list[int]] = []
    for count in counts:
        with tempfile.TemporaryDirectory(prefix="cost-") as name:
            run, *_ = analysed(Path(name), count, False, 1)
            target = str(Path(name) / "report")
            peaks.append(
                [cost("report", str(run), "-o", target, "--format", f)[1] for f in FORMATS]
            )
        lines.append(row(f"{count:,}", *(f"{peak / MIB:.0f} MiB" for peak in peaks[-1])))
    more = counts[-1] - counts[0]
    growth = [(last - first) / more for first, last in zip(peaks[0], peaks[-1], strict=True)]
    return [*lines, row("each more", *(f"{grown / KIB:.0f} KiB" for grown in growth))]


def head(*cells: str) -> list[str]:
    """Return a table's head."""
    return [row(*cells), row(*["---"] * len(cells))]


def row(*cells: str) -> str:
    """Print a row of a table; return it."""
    line = f"| {' | '.join(cells)} |"
    print(line, flush=True)
    return line


def main() -> None:
    """Print the tables; write them into docs/scale.md with `--write`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", nargs="*", type=int, default=COUNTS)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only", choices=("analyze", "report"))
    given = parser.parse_args()
    jobs = min(2, os.cpu_count() or 1)
    tables = {}
    if given.only != "report":
        tables["scale cost"] = analysis(given.counts, jobs)
    if given.only != "analyze":
        tables["report cost"] = reports([n for n in given.counts if n <= REPORTED])
    for name, lines in tables.items() if given.write else ():
        write_between(PAGE, name, "\n".join(lines))


if __name__ == "__main__":
    main()
