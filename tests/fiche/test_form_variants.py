"""One fiche in ten layouts: what the parser reads back of each kind of file."""

from __future__ import annotations

import pytest
from form_variants import KINDS, PDF_LAYOUTS, WORD_LAYOUTS
from score_forms import missing_commands, score_all, total

from .. import needs

# Text without its layout may have lost what stood beside what: its floor is lower.
FLOORS = {"docx": (1.0, 1.0), "pdf": (0.97, 0.99), "layout": (0.97, 0.99), "raw": (0.93, 0.93)}


@pytest.fixture(scope="module")
def scores(tmp_path_factory, content, codebook):
    missing = missing_commands()
    if missing:
        pytest.skip(f"laying out needs {' and '.join(missing)}; {needs.LAID_OUT}")
    return score_all([content], tmp_path_factory.mktemp("forms"), codebook)


def test_every_layout_is_laid_out(scores):
    assert {layout for layout, _ in scores} == {*WORD_LAYOUTS, *PDF_LAYOUTS}


@pytest.mark.parametrize("kind", KINDS)
def test_forms_read_back(scores, kind):
    fields, characters = FLOORS[kind]
    assert total(scores, kind).field_share >= fields
    assert total(scores, kind).character_share >= characters
