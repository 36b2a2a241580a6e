"""What the comparison report costs at 500 programmes: seconds and megabytes per format.

The corpus is parsed and assessed once and repeated under new codes; where Chromium is there,
the page's opening is timed too, until its first screen is drawn.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from chromium import CHROMIUM, Browser

from assessor.assess import Assessment
from assessor.codebook.load import load_codebook
from assessor.codebook.schema import Codebook
from assessor.documents.discover import Input, discover
from assessor.reports.formats import RENDERERS
from assessor.reports.summary import ReportOptions, summarise
from assessor.runs.folder import Run, read_run, write_run
from assessor.runs.manifest import about_run
from assessor.runs.result import result_of
from assessor.runs.settings import Settings
from assessor.runs.source import Outcome, Worker

PROGRAMMES = 500
OPENINGS = 5


def repeated(assessments: list[Assessment], count: int) -> list[Assessment]:
    """Repeat assessments under new codes, until there are enough fiches."""
    made = []
    for number in range(count):
        turn, place = divmod(number, len(assessments))
        one = assessments[place]
        mark = f"-{turn}" if turn else ""
        code = f"{one.fiche.code}{mark}" if one.fiche.code else None
        fiche = replace(one.fiche, fiche_id=f"{one.fiche.fiche_id}{mark}", code=code)
        made.append(replace(one, fiche=fiche))
    return made


def large_run(
    path: Path, inputs: Sequence[Input], codebook: Codebook, count: int = PROGRAMMES
) -> Run:
    """Write a run of many fiches and read it back."""
    worker = Worker(Settings().assessor())
    assessments = [a for item in inputs for a in worker(item).assessments]
    large = Outcome("corpus", tuple(repeated(assessments, count)))
    write_run(path, [result_of(large, codebook)], codebook, about_run(codebook, {}))
    return read_run(path)


def main(corpus: str) -> None:
    """Print the table."""
    codebook = load_codebook()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run = large_run(folder / "run", discover([corpus]), codebook)
        start = time.perf_counter()
        summary = summarise([run], codebook, ReportOptions())
        print(f"{PROGRAMMES} fiches; summary {time.perf_counter() - start:.2f} s")
        print(f"{'format':<12}{'seconds':>9}{'MB':>8}")
        for form, renderer in RENDERERS.items():
            start = time.perf_counter()
            data = renderer.render(summary)
            seconds = time.perf_counter() - start
            (folder / renderer.file).write_bytes(data)
            print(f"{form:<12}{seconds:>9.2f}{len(data) / 1e6:>8.2f}")
        opening(folder / RENDERERS["html"].file, folder / "profile")


def opening(page: Path, profile: Path) -> None:
    """Print how long the page takes to open, at desk and phone width."""
    if not CHROMIUM:
        print("opening the page: not timed, chromium is not installed")
        return
    browser = Browser(profile)
    for label, width, phone in (("1300 px", 1300, False), ("400 px", 400, True)):
        browser.size(width, 900, phone=phone)
        seconds = sorted(browser.opening(page) for _ in range(OPENINGS))
        print(
            f"opens in {label}: {seconds[OPENINGS // 2]:.2f} s "
            f"({seconds[0]:.2f}–{seconds[-1]:.2f}, {OPENINGS} times)"
        )
    browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else str(Path("corpus") / "fiches"))
