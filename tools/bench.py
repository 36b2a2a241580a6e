"""How fast the analysis is, as ratios to spaCy on the same texts in the same run.

`make bench` prints fiches and words a second for the whole way and each stage, beside the
plain Spanish spaCy pipeline and the bare tokenizer. Ratios travel between machines; the
seconds do not.
"""

from __future__ import annotations

import resource
import sys
import time
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import spacy

from assessor.assess import Assessor
from assessor.codebook.load import load_codebook
from assessor.documents.discover import discover
from assessor.documents.document import Document
from assessor.documents.readers import read_source
from assessor.fiche.parse import parse_document
from assessor.text_model import load_model

REPEATS = 3


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the best of a few times, in seconds, and the last result."""
    best, result = float("inf"), None
    for _ in range(REPEATS):
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


def main(folder: str) -> None:
    """Print the table."""
    codebook = load_codebook()
    inputs = discover([folder])
    start, assessor = timed(lambda: Assessor(codebook, load_model()))
    reading, documents = timed(lambda: [read_source(i.path, i.source) for i in inputs])
    documents = [d for d in documents if isinstance(d, Document)]
    parsing, parsed = timed(lambda: [parse_document(d, codebook) for d in documents])
    fiches = [fiche for fiches in parsed for fiche in fiches]
    texts = [text for fiche in fiches for text in fiche.sections.values() if text]
    words = sum(len(text.split()) for text in texts)
    judging, _ = timed(lambda: [assessor.assess(fiche) for fiche in fiches])
    whole = reading + parsing + judging
    rows: list[tuple[str, float]] = [
        ("read files", reading), ("parse forms", parsing), ("rate and extract", judging),
        ("whole way", whole),
    ]  # fmt: skip
    blank = spacy.blank("es")
    rows.append(("bare spaCy tokenizer", timed(lambda: _run(blank.pipe(texts)))[0]))
    pipeline = spanish_pipeline()
    if pipeline is not None:
        rows.append((f"full {pipeline.meta['name']}", timed(lambda: _run(pipeline.pipe(texts)))[0]))
    print(f"{len(fiches)} fiches, {len(texts)} sections, {words:,} words; start-up {start:.2f} s")
    print(f"{'stage':<24}{'seconds':>9}{'fiches/s':>10}{'words/s':>12}{'speed of whole way':>22}")
    for name, seconds in rows:
        ratio = f"{seconds / whole:.2f} x" if "way" not in name else ""
        print(
            f"{name:<24}{seconds:>9.2f}{len(fiches) / seconds:>10.1f}{words / seconds:>12,.0f}"
            f"{ratio:>22}"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of this process, spaCy's pipeline included: {peak:,.0f} MiB")


def _run(docs: Iterable[Any]) -> int:
    return sum(1 for _ in docs)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else str(Path("corpus") / "fiches"))
