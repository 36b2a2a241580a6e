"""How fast the analysis is, as ratios to spaCy on the same whole texts in the same run.

    python tools/bench.py [FOLDER]

`make bench` prints fiches and words a second for each stage, for the ways of judging (with the
Spanish reader, by words, `--fast`) and for the whole way in one and two processes, beside the
plain Spanish spaCy pipeline and the bare tokenizer. Ratios travel between machines; the seconds
do not.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import spacy

from assessor.assess import Assessor, assessor_for
from assessor.codebook.load import load_codebook
from assessor.documents.discover import discover
from assessor.documents.document import Document
from assessor.documents.readers import read_source
from assessor.fiche.parse import FicheParser
from assessor.text_model import load_model

REPEATS = 3


@dataclass(frozen=True)
class Row:
    """A line of the table: what was timed, and over which words."""

    name: str
    seconds: float


def timed(work: Callable[[], Any], repeats: int = REPEATS) -> tuple[float, Any]:
    """Return the best of a few times, in seconds, and the last result."""
    best, result = float("inf"), None
    for _ in range(repeats):
        start = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - start)
    return best, result


def spanish_pipeline() -> Any:
    """Return the installed Spanish pipeline, whole; None where there is none."""
    names = [n for n in spacy.util.get_installed_models() if n.startswith("es_core_news")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the model is older than the library; it works
        return spacy.load(names[0]) if names else None


def command(folder: str, *options: str) -> float:
    """Return the seconds that the whole command takes, start-up, tables and report left out.

    Start-up is what the command takes for one fiche; it is subtracted.
    """
    with TemporaryDirectory() as out:
        run = [sys.executable, "-m", "assessor", "analyze", "--quiet", "--no-report", *options]
        one = str(sorted(Path(folder).glob("*.txt"))[0])
        start, _ = timed(lambda: subprocess.run([*run, one, "-o", f"{out}/one"], check=False), 1)
        whole, _ = timed(lambda: subprocess.run([*run, folder, "-o", f"{out}/all"], check=False), 1)
    return whole - start


def main(folder: str) -> None:
    """Print the table."""
    codebook, model = load_codebook(), load_model()
    parser = FicheParser(codebook)
    inputs = discover([folder])
    start, full = timed(lambda: assessor_for(load_codebook(), load_model()))
    reading, documents = timed(lambda: [read_source(i.path, i.source) for i in inputs], 1)
    documents = [d for d in documents if isinstance(d, Document)]
    parsing, parsed = timed(lambda: [parser.parse(d) for d in documents], 1)
    fiches = [fiche for fiches in parsed for fiche in fiches]
    texts = ["\n".join(row.text for row in document.rows) for document in documents]
    words = sum(len(text.split()) for text in texts)
    sections = sum(1 for fiche in fiches for text in fiche.sections.values() if text)

    def judging(assessor: Assessor) -> float:
        return timed(lambda: [assessor.assess(fiche) for fiche in fiches], 1)[0]

    rows = [
        Row("read files", reading),
        Row("parse forms", parsing),
        Row("judge, with the reader", judging(full)),
        Row("judge, by words", judging(Assessor(codebook, model))),
        Row("judge, --fast", judging(Assessor(codebook, parses=False))),
        Row("analyze, 1 process", command(folder, "--jobs", "1")),
        Row("analyze, 2 processes", command(folder, "--jobs", "2")),
        Row("analyze --fast, 2 processes", command(folder, "--jobs", "2", "--fast")),
        Row("bare spaCy tokenizer", timed(lambda: _run(spacy.blank("es").pipe(texts)))[0]),
    ]
    pipeline = spanish_pipeline()
    against = rows[-1]
    if pipeline is not None:
        against = Row(
            f"full {pipeline.meta['name']}", timed(lambda: _run(pipeline.pipe(texts)), 1)[0]
        )
        rows.append(against)
    size = f"{len(fiches)} fiches, {sections} sections, {words:,} words of whole files"
    print(f"{size}; start-up {start:.2f} s")
    print(f"{'stage':<30}{'seconds':>9}{'fiches/s':>10}{'words/s':>12}  against {against.name}")
    for row in rows:
        print(
            f"{row.name:<30}{row.seconds:>9.2f}{len(fiches) / row.seconds:>10.1f}"
            f"{words / row.seconds:>12,.0f}  {against.seconds / row.seconds:.2f} x"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of this process, spaCy's pipeline included: {peak:,.0f} MiB")


def _run(docs: Iterable[Any]) -> int:
    return sum(1 for _ in docs)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else str(Path("corpus") / "fiches"))
