from __future__ import annotations

import json

import pytest

from assessor.labels.batch import Batch, Proposal
from assessor.labels.formats import collect_labels, export_labels

from .conftest import TEXT, reading

QUOTE = "No hay línea de base"
HEAD = {"fiche_id": "A_2011-1", "dimension": "gender", "rating": "high"}


@pytest.fixture
def read(tmp_path, codebook):
    def _read(*lines, annotator=""):
        path = tmp_path / "export.jsonl"
        path.write_text("".join(x if isinstance(x, str) else json.dumps(x) + "\n" for x in lines))
        return collect_labels([path], codebook, annotator)

    return _read


@pytest.mark.parametrize(
    "line",
    [
        {"text": TEXT, "label": [[0, 20, "no_baseline"]], **HEAD},
        {"text": TEXT, "labels": [[0, 20, "no_baseline"]], "meta": HEAD},
        {"data": TEXT, "label": [[0, 20, "NO_BASELINE|Vigente"]], **HEAD},
        {"text": TEXT, "spans": [{"start": 0, "end": 20, "label": "no_baseline"}], "meta": HEAD, "answer": "accept"},
        {"text": TEXT, "spans": [{"start": 3, "end": 9, "label": "no_baseline", "text": QUOTE}], "meta": HEAD, "answer": "accept", "accept": ["high"]},
    ],
)  # fmt: skip
def test_the_ways_the_programs_write_a_span(read, line):
    (label,) = read(line, annotator="ana").labels
    assert label == reading(issues=[("no_baseline", "current", QUOTE)])


def test_only_accepted_answers_are_labels(read):
    base = {"text": TEXT, "spans": [], "meta": HEAD}
    table = read(*(base | {"answer": a} for a in ("reject", "ignore")), base)
    assert (table.labels, len(table.undecided), table.rejected) == ((), 3, ())


def test_a_line_that_is_none_is_set_aside(read):
    table = read(
        "no json\n",
        "[1]\n",
        {"text": TEXT, "label": 3, **HEAD},
        {"text": TEXT, "label": [], **HEAD},
    )
    assert ([x.row for x in table.rejected], len(table.labels)) == ([1, 2, 3], 1)


def test_a_proposal_counts_once_somebody_checked_it(tmp_path, codebook):
    path = tmp_path / "a.jsonl"
    batch = Batch(proposals=[Proposal(reading(annotator="modelo"), 0.5, ())])
    export_labels(batch, codebook, "doccano", path)
    assert collect_labels([path], codebook).labels == ()
    assert collect_labels([path], codebook, "ana").labels == (reading(),)
    export_labels(batch, codebook, "prodigy", path)
    assert collect_labels([path], codebook, "ana").labels == ()
