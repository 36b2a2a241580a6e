from __future__ import annotations

from dataclasses import replace

import pytest

from assessor.errors import LabelError
from assessor.labels.vocabulary import Vocabulary

KINDS = ("rating", "status", "code", "dimension")


@pytest.mark.parametrize("lang", [None, "es", "en"])
def test_what_is_shown_is_read_back(codebook, lang):
    names = Vocabulary(codebook, lang)
    for kind, entries in zip(
        KINDS,
        (codebook.levels, codebook.statuses, codebook.issues, codebook.dimensions),
        strict=True,
    ):
        for entry in entries:
            assert names.read(kind, names.shown(kind, entry.id)) == entry.id
        if lang:
            assert names.choices(kind) == [getattr(x, lang) for x in entries]


def test_names_that_look_alike_are_shown_by_their_identifiers(codebook):
    first, second, *rest = codebook.levels
    book = replace(codebook, levels=(first, replace(second, es=first.es), *rest))
    names = Vocabulary(book, "es")
    assert names.choices("rating")[:3] == [first.id, second.id, rest[0].es]
    with pytest.raises(LabelError, match="may mean low or moderate"):
        names.read("rating", first.es)
