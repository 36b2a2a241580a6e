from __future__ import annotations

from pathlib import Path

from bench_report import PROGRAMMES, large_run

from assessor.documents.discover import discover
from assessor.reports.formats import RENDERERS
from assessor.reports.summary import ReportOptions, summarise

FICHES = Path(__file__).parents[2] / "corpus" / "fiches"


def test_a_page_of_500_fiches_of_the_corpus_stays_small(tmp_path, codebook):
    run = large_run(tmp_path / "run", discover([str(FICHES)])[::6], codebook)
    summary = summarise([run], codebook, ReportOptions())
    page = RENDERERS["html"].render(summary).decode()
    assert summary["fiches"] == PROGRAMMES
    assert len(page.encode()) < 15_000_000
    assert page.count("<article ") == page.count('<details class="whybox">') == PROGRAMMES
    texts = {g["text"] for p in summary["programmes"] for c in p["sections"] for g in c["segments"]}
    plain = [t for t in texts if not set(t) & set("&<>\"'")]
    assert all(text in page for text in plain[::40])
