from __future__ import annotations

import pytest

from assessor.codebook.load import shipped_codebook
from assessor.errors import RunError
from assessor.fiche.fiche import Fiche
from assessor.reports import pdf
from assessor.reports.write import write_reports

from .. import needs
from .test_html import make_run


@pytest.fixture
def run(tmp_path):
    book = shipped_codebook()
    return make_run(
        tmp_path / "run", book, [Fiche("B", "b", "1", sections={"gender": "Solo se cuenta."})]
    )


def test_without_a_browser_it_says_what_to_do(run, tmp_path, monkeypatch):
    monkeypatch.setattr(pdf, "browser", lambda: None)
    with pytest.raises(RunError, match="install one"):
        write_reports([run], tmp_path / "r", formats=["pdf"], codebook=shipped_codebook())


@pytest.mark.skipif(pdf.browser() is None, reason=needs.PRINTER)
def test_it_prints(run, tmp_path):
    write_reports([run], tmp_path / "r", formats=["pdf"], codebook=shipped_codebook())
    assert (tmp_path / "r" / "report.pdf").read_bytes().startswith(b"%PDF-")
