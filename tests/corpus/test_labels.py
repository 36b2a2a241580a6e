"""Labels of the corpus: inside the codebook, quoting the texts, divided by writer."""

from __future__ import annotations

import csv
import re
from collections import defaultdict

import pytest
from corpus_build import fiche_sections, split_of

from assessor.codebook.load import shipped_codebook
from assessor.folding import words_of
from assessor.labels.tables import REFEREE, one_reading, read_labels

from ..conftest import ROOT

CORPUS = ROOT / "corpus"
FLAG_LINE = re.compile(r"\APlan [^\n:]+: *(?:si|sí|no)\.?\n", re.IGNORECASE)
RUN = 6  # words
RECURRING = 0.005  # among half a million runs: pairs that meet by chance grow with their square
HALF_A_MILLION = 500_000


def table(name):
    csv.field_size_limit(10**7)
    with (CORPUS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def labels(codebook):
    return read_labels(CORPUS / "labels", codebook)  # refuses what is outside the codebook


def test_evidence_stands_at_its_offsets():
    for row in table("labels/issues.csv"):
        assert row["text"][int(row["start"]) : int(row["end"])] == row["evidence"]


def test_labels_quote_the_texts_as_they_are(labels):
    texts = {(f, d): t for f, _, d, t in fiche_sections()}
    for path in sorted((CORPUS / "observations").glob("*.csv")):
        texts |= {
            (r["fiche_id"], r["dimension"]): r["text"] for r in table(f"observations/{path.name}")
        }
    changed = [x.fiche_id for x in labels if texts[x.fiche_id, x.dimension] != x.text]
    assert changed == []


def test_no_writer_or_programme_is_on_both_sides():
    sides = defaultdict(set)
    for row in table("splits.csv"):
        assert row["split"] == split_of(row["writer"])
        sides[row["writer"]].add(row["split"])
        sides[row["programme"]].add(row["split"])
    assert all(len(found) == 1 for found in sides.values())


def test_a_labelled_fiche_is_labelled_whole(labels, codebook):
    dimensions = defaultdict(set)
    for label in labels:
        if label.writer.startswith("h") and label.annotator != REFEREE:
            dimensions[label.fiche_id, label.annotator].add(label.dimension)
    assert {len(found) for found in dimensions.values()} == {len(codebook.dimensions)}


@pytest.mark.parametrize("code", [issue.id for issue in shipped_codebook().issues])
def test_every_code_is_there(labels, code):
    found = [i for x in one_reading(labels) for i in x.issues]
    assert sum(i.code == code and i.status == "current" for i in found) >= 20


def test_every_level_and_status_is_there(labels, codebook):
    once = one_reading(labels)
    assessed = [x for x in once if codebook.level[x.rating].value is not None]
    for level in codebook.assessed_levels:
        assert sum(x.rating == level.id for x in assessed) >= 0.08 * len(assessed)
    issues = [i for x in once for i in x.issues]
    for status in ("resolved", "potential"):
        assert sum(i.status == status for i in issues) >= 0.08 * len(issues)


def test_no_text_is_copied_from_another():
    """Share of six-word runs, without capitals and figures, that recur in another text."""
    owners = defaultdict(set)
    total = 0
    texts = [(f, t) for f, _, _, t in fiche_sections()]
    for path in sorted((CORPUS / "observations").glob("*.csv")):
        texts += [(r["fiche_id"], r["text"]) for r in table(f"observations/{path.name}")]
    for name, text in texts:
        prose = FLAG_LINE.sub("", text)  # the form's own words, in a quarter of the sections
        spelled = [(w.text, prose[w.start]) for w in words_of(prose)]
        plain = [w for w, first in spelled if not first.isupper() and not first.isdigit()]
        runs = {tuple(plain[k : k + RUN]) for k in range(len(plain) - RUN + 1)}
        total += len(runs)
        for run in runs:
            owners[run].add(name)
    recurring = sum(len(names) for names in owners.values() if len(names) > 1)
    assert recurring / total < RECURRING * max(1, total / HALF_A_MILLION)
