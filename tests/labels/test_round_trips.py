"""Labels that go out in any format come back as they were."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessor.codebook.load import shipped_codebook
from assessor.labels.anchor import canonical
from assessor.labels.batch import Batch
from assessor.labels.formats import FORMATS, collect_labels, export_labels
from assessor.labels.tables import IssueLabel, LabelledObservation
from assessor.labels.write import write_labels

BOOK = shipped_codebook()
NAMES = st.text(st.sampled_from("abñÉ🌊_-. =+@'|·"), max_size=8).map(str.strip)
# What programs trip over: breaks, marks, quotes, leads of formulas, XML, separators of lines.
CHARS = st.sampled_from(list("aeñ🌊é \t\r\n='+-@\"';,|<&>…\ufeff\u2028\x85\u0301\x00\x0b")) | (
    st.characters(exclude_categories=["Cs"])
)
TEXTS = st.text(CHARS, max_size=60) | st.just("Sí.\r\nNo hay línea de base 👩‍🌾.\r\n")


@st.composite
def issues(draw, text):
    code = draw(st.sampled_from(list(BOOK.issue)))
    status = draw(st.sampled_from(list(BOOK.status)))
    start = draw(st.integers(0, max(0, len(text) - 1)))
    quote = text[start : draw(st.integers(start, len(text)))]
    if not quote.strip():
        return IssueLabel(code, status, "")
    return IssueLabel(code, status, quote, start)


@st.composite
def readings(draw):
    """Several annotators on the sections of a few fiches; a fiche has one writer."""
    found = []
    for fiche in draw(st.lists(NAMES.filter(bool), min_size=1, max_size=2, unique=True)):
        writer = draw(NAMES)
        for dimension in draw(
            st.lists(st.sampled_from(list(BOOK.dimension)), min_size=1, max_size=3, unique=True)
        ):
            text = canonical(canonical(draw(TEXTS)))
            for who in draw(st.lists(NAMES, min_size=1, max_size=2, unique=True)):
                listed = draw(st.lists(issues(text), max_size=3, unique=True)) if text else []
                rating = draw(st.sampled_from(list(BOOK.level)))
                found.append(
                    LabelledObservation(fiche, dimension, text, rating, tuple(listed), who, writer)
                )
    return found


def by_key(labels):
    """Readings by what tells them apart; the issues of a section are a set."""
    return {x.key: (replace(x, issues=()), set(x.issues)) for x in labels}


def come_back(labels, name, folder, **options):
    target = folder / f"labels.{name}" if name != "csv" else folder / "csv"
    suffix = {"label-studio": ".json", "doccano": ".jsonl", "prodigy": ".jsonl"}.get(name)
    target = target.with_suffix(suffix) if suffix else target
    export_labels(Batch(labels), BOOK, name, target, **options)
    return collect_labels([target], BOOK)


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "qdc"])
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(labels=readings())
def test_nothing_is_lost(labels, name, tmp_path):
    table = come_back(labels, name, tmp_path)
    assert (table.rejected, table.undecided) == ((), ())
    assert by_key(table.labels) == by_key(labels)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(labels=readings(), dialect=st.sampled_from(["plain", "excel-es"]))
def test_tables_and_their_dialects(labels, dialect, tmp_path):
    assert by_key(come_back(labels, "csv", tmp_path, dialect=dialect).labels) == by_key(labels)
    write_labels(tmp_path / "written", collect_labels([tmp_path / "csv"], BOOK))
    assert by_key(collect_labels([tmp_path / "written"], BOOK).labels) == by_key(labels)


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "qdc"])
def test_other_breaks_and_marks_move_no_quotation(name, tmp_path):
    text = "\ufeffPrimera línea 🌊.\r\nNo hay línea de base.\rFin"
    quote = "línea de base"
    label = LabelledObservation(
        "A", "gender", canonical(text), "high",
        (IssueLabel("no_baseline", "current", quote, canonical(text).index(quote)),), "ana",
    )  # fmt: skip
    (back,) = come_back([label], name, tmp_path).labels
    assert back.text[back.issues[0].start : back.issues[0].end] == quote
    assert back == label


@pytest.mark.parametrize("lang", ["es", "en"])
def test_either_language_is_read(lang, tmp_path, labels):
    for name in ("xlsx", "label-studio", "qdpx"):
        assert by_key(come_back(labels, name, tmp_path, lang=lang).labels) == by_key(labels)


def test_a_text_too_long_for_a_cell_is_spread_over_several(tmp_path):
    text = "palabra 🌊 " * 9000
    label = LabelledObservation(
        "A", "gender", text, "low", (IssueLabel("no_baseline", "current", "palabra", 0),), ""
    )
    assert come_back([label], "xlsx", tmp_path).labels == (label,)


def test_exports_repeat_byte_by_byte(tmp_path, labels):
    for name in ("label-studio", "doccano", "prodigy", "qdpx", "qdc"):
        paths = [tmp_path / f"{n}.{name}" for n in (1, 2)]
        for path in paths:
            export_labels(Batch(labels), BOOK, name, path)
        assert paths[0].read_bytes() == paths[1].read_bytes(), name
