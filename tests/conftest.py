from __future__ import annotations

import csv
from pathlib import Path

import pytest

from assessor.assess import Assessor
from assessor.codebook.load import shipped_codebook
from assessor.codebook.schema import Codebook
from assessor.documents.readers import read_bytes
from assessor.fiche.fiche import Fiche
from assessor.fiche.parse import parse_document
from assessor.text_model import load_model

from . import needs

ROOT = Path(__file__).parents[1]
FIXTURES = Path(__file__).parent / "fixtures"
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def codebook() -> Codebook:
    return shipped_codebook()


@pytest.fixture(scope="session")
def free_texts() -> list[tuple[str, str]]:
    """Return dimension and text of one writer's observations."""
    path = ROOT / "corpus" / "observations" / "o01.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["dimension"], row["text"]) for row in csv.DictReader(file)]


@pytest.fixture(scope="session")
def assessor(codebook: Codebook) -> Assessor:
    return Assessor(codebook, load_model())


@pytest.fixture(scope="session")
def parse(codebook: Codebook):
    """Parse text, or a file's bytes with its suffix, into fiches."""

    def _parse(data: str | bytes, suffix: str = ".txt") -> list[Fiche]:
        raw = data.encode() if isinstance(data, str) else data
        return parse_document(read_bytes(raw, suffix, f"ficha{suffix}", "ficha"), codebook)

    return _parse


@pytest.fixture(scope="session")
def content() -> dict:
    from corpus_form import load_content

    return load_content(FIXTURES / "MDGF-9001_2011-1.yaml")


@pytest.fixture
def memory():
    """Yield a store at `memory://`, empty before and after."""
    store = pytest.importorskip("fsspec", reason=needs.URLS).filesystem("memory")
    store.store.clear()
    store.pseudo_dirs[:] = [""]
    yield store
    store.store.clear()
