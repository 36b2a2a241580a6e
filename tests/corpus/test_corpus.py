"""The corpus holds together: what was written is what the parser reads and the labels quote."""

from __future__ import annotations

import pytest
from corpus_form import fiche_id, load_content

from assessor.documents.readers import read_source
from assessor.fiche.parse import parse_document

from ..conftest import ROOT
from ..fiche.form_check import field_errors, section_errors

CORPUS = ROOT / "corpus"
CONTENT = sorted((CORPUS / "content").rglob("*.yaml"))


def rendered(name: str):
    return next((CORPUS / "fiches").glob(f"{name}.*"), None)


@pytest.mark.parametrize("path", CONTENT, ids=lambda p: p.stem)
def test_the_parser_reads_back_what_the_author_wrote(path, codebook):
    content = load_content(path)
    file = rendered(fiche_id(content))
    if file is None:
        pytest.fail(f"{path.stem} is not laid out: python tools/corpus_build.py fiches")
    (fiche,) = parse_document(read_source(file, file.name), codebook)
    assert section_errors(content, fiche) == []
    assert field_errors(content, fiche) == []


def test_every_file_has_its_content():
    names = {fiche_id(load_content(path)) for path in CONTENT}
    assert {path.stem for path in (CORPUS / "fiches").iterdir()} == names
