from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from assessor.assess import Assessor, assessor_for
from assessor.errors import ModelError
from assessor.fiche.fiche import Fiche
from assessor.labels.tables import IssueLabel, LabelledObservation
from assessor.text_model import load_model
from assessor.training.bundle import write_model
from assessor.training.fit import continue_from, fit
from assessor.training.joining import (
    MIN_JOIN,
    LinearScores,
    issue_rows,
    join,
    join_levels,
    join_statuses,
    read_labels_with,
    rejoin,
    status_rows,
    weigh_issues,
)
from assessor.training.sentences import labelled_sentences
from tests.training.made import labels as plain_labels
from tests.training.told import ToldReader

CODES = ("inactive_governance_body", "no_baseline")
OPTIONS = {
    "issue_threshold": -2.0, "wording_bonus": 3.0, "threshold.no_baseline": -1.0,
    "not_assessed_threshold": 0.5, "confidence_slope": 1.0, "confidence_offset": 0.0,
}  # fmt: skip


def made(count: int = 120) -> list[LabelledObservation]:
    """Return labels of texts of one to four sentences, by four writers, all levels."""
    levels = ("low", "moderate", "substantial", "high")
    found = []
    for k in range(count):
        more = [f"Frase {k} y {n}." for n in range(k % 3)]
        issues = []
        if k % 2:
            more.append(f"El timón {k} no tiene manos.")
            issues.append(IssueLabel(CODES[0], ("current", "resolved")[k % 4 // 2], more[-1][:-1]))
        if k % 5 == 0:
            more.insert(0, f"Nada consta de {k}.")
            issues.append(IssueLabel(CODES[1], "potential", more[0][:-1]))
        text = "\n".join([*more, f"Cierre {k}."])
        rating = "not_assessed" if k % 11 == 10 else levels[k % 4]
        found.append(
            LabelledObservation(
                f"f{k}", "gender", text, rating, tuple(issues), "a", f"w{k // 4 % 4}"
            )
        )  # fmt: skip
    return found


def by_words(labels, codebook, skill: float = 0.0, codes=CODES) -> LinearScores:
    """Return what words say: the truth times `skill`, plus noise."""
    random = np.random.default_rng(2)
    rated = [x for x in labels if codebook.level[x.rating].value is not None]
    names = [level.id for level in codebook.assessed_levels]
    statuses = [status.id for status in codebook.statuses]
    sentences = labelled_sentences(labels)
    levels = skill * np.array([[x.rating == name for name in names] for x in rated])
    issues = skill * np.array([[2.0 * (c in s.codes) - 1 for c in codes] for s in sentences])
    y = np.array([statuses.index(v) for s in sentences for v in s.codes.values()], dtype=int)
    told = skill * np.eye(len(statuses))[y]
    return LinearScores(
        levels + random.normal(size=levels.shape), tuple(codes),
        issues + random.normal(size=issues.shape), told + random.normal(size=told.shape), y, OPTIONS,
    )  # fmt: skip


@pytest.fixture(scope="module")
def labels():
    return made()


@pytest.fixture(scope="module")
def sentences(labels):
    return labelled_sentences(labels)


def joined(labels, codebook, skill_read, skill_words, **names):
    reader = ToldReader(labels, codebook, skill_read, **names)
    codes = names.pop("by_words", CODES)
    words = by_words(labels, codebook, skill_words, codes)
    return join(reader, labels, labelled_sentences(labels), words, codebook)


def test_only_labels_of_other_writers_are_read(labels, codebook):
    blank = replace(labels[1], text=" \n")
    read = read_labels_with(ToldReader(labels, codebook), [blank, *labels], codebook)
    assert read.rows.tolist() == [k + 1 for k, x in enumerate(labels) if x.writer != "w0"]
    assert {x.writer for x in read.of([blank, *labels])} == {"w1", "w2", "w3"}
    rated = {read.of([blank, *labels])[k].rating for k in read.rated([blank, *labels], codebook)}
    assert rated == {"low", "moderate", "substantial", "high"}


def test_rows_of_sentences_and_issues_are_the_readers_own(labels, sentences, codebook):
    """Row by row against a reading of each text by itself, found by its words."""
    reader = ToldReader(labels, codebook, statuses=("resolved", "current", "potential"))
    read = read_labels_with(reader, labels, codebook)
    place = {int(row): k for k, row in enumerate(read.rows)}
    own = [
        replace(s, observation=place[s.observation]) for s in sentences if s.observation in place
    ]
    names = [status.id for status in codebook.statuses]
    rows, told = issue_rows(read, CODES), status_rows(read, own, names)
    assert len(rows) == len(own)
    issue = 0
    for sentence, row in zip(own, rows, strict=True):
        reading = read.readings[sentence.observation]
        label = read.of(labels)[sentence.observation]
        texts = [span.of(label.text) for span in reading.sentences]
        number = texts.index(sentence.text)
        columns = [reader.codes.index(code) for code in CODES]
        assert (row == reading.findings.issues[number][columns]).all()
        for code in sentence.codes:
            found = reading.findings.statuses[number, reader.codes.index(code)]
            assert told[issue] == pytest.approx([found[reader.statuses.index(n)] for n in names])
            issue += 1
    assert issue == len(told)


@pytest.mark.parametrize("better", ["reader", "words"])
def test_the_better_source_weighs_more(labels, codebook, better):
    skills = (4.0, 0.0) if better == "reader" else (0.0, 4.0)
    found = joined(labels, codebook, *skills)
    other = {"reader": "words", "words": "reader"}[better]
    assert found.options[f"issue_{better}"] > 5 * abs(found.options[f"issue_{other}"])
    assert found.options[f"status_{better}"] > found.options[f"status_{other}"]
    traces = {
        name: np.trace(found.combination.weights[k])
        for k, name in enumerate(found.combination.sources)
    }
    assert traces[better] > traces[other]
    assert found.scores["rating_kappa_folds"] > 0.9
    assert found.scores["status_accuracy_folds"] > 0.9
    assert found.scores["issue_f1_folds"] > 0.9
    assert found.scores["sections"] == sum(x.writer != "w0" for x in labels)


def test_issues_are_weighed_by_what_is_true():
    random = np.random.default_rng(0)
    truth = random.random((300, 4)) < 0.2
    good, bad = 4.0 * truth + random.normal(size=truth.shape), random.normal(size=truth.shape)
    scores, options = weigh_issues(bad, good, truth)
    assert options["issue_reader"] > 1 > abs(options["issue_words"])
    again = options["issue_words"] * bad + options["issue_reader"] * good + options["issue_offset"]
    assert scores == pytest.approx(again)


def test_a_code_unknown_to_the_reader_passes_as_without_it(labels, codebook):
    words = by_words(labels, codebook, 1.0)
    known = [code for code in codebook.issue if code != "no_baseline"]
    found = joined(labels, codebook, 4.0, 1.0, codes=known)
    scale, bonus = found.options["issue_alone"], found.options["wording_bonus"]
    assert scale == bonus / OPTIONS["wording_bonus"]
    for hit in (0, 1):
        alone = (
            words.issues[:, 1] + OPTIONS["wording_bonus"] * hit > OPTIONS["threshold.no_baseline"]
        )
        now = scale * words.issues[:, 1] + bonus * hit > found.options["threshold.no_baseline"]
        assert (alone == now).all()
    assert found.options["not_assessed_threshold"] == OPTIONS["not_assessed_threshold"]


def test_words_of_a_code_stay_beside_the_readers_of_that_code(labels, codebook):
    known = [code for code in codebook.issue if code != CODES[0]]
    found = joined(labels, codebook, 0.0, 4.0, codes=known)
    assert found.options["issue_words"] > 1 > abs(found.options["issue_reader"])


def test_a_reader_of_no_code_leaves_issues_to_the_words(labels, codebook):
    found = joined(labels, codebook, 4.0, 1.0, codes=("other_code",))
    assert {name: found.options[name] for name in OPTIONS} == OPTIONS
    assert "issue_reader" not in found.options
    assert found.combination.sources == ("words", "reader")


def test_a_reader_of_other_levels_leaves_them_to_the_words(labels, codebook):
    for levels in (("low", "high"), ("high", "substantial", "moderate", "low")):
        found = joined(labels, codebook, 4.0, 1.0, levels=levels)
        assert found.combination.sources == ("words",)
        assert found.options["issue_reader"] > 0


def test_statuses_that_the_reader_does_not_know_are_left_to_the_words(labels, codebook):
    found = joined(labels, codebook, 0.0, 4.0, statuses=("open", "closed"))
    assert found.scores["status_accuracy_folds"] > 0.9


def test_labels_without_issues_leave_issues_and_statuses_to_the_words(labels, codebook):
    bare = [replace(x, issues=() if x.writer != "w0" else x.issues) for x in labels]
    found = joined(bare, codebook, 4.0, 1.0)
    assert found.options == OPTIONS
    assert "status_accuracy_folds" not in found.scores
    assert np.isfinite(list(found.scores.values())).all()


def test_no_issue_no_weights():
    assert join_statuses(np.zeros((0, 3)), np.zeros((0, 3)), np.zeros(0, int)) == ({}, {})


def test_too_few_labels_that_the_reader_did_not_see(labels, codebook):
    assert joined(labels, codebook, 4.0, 0.0, writers=("w0", "w1", "w2")) is None
    read = [x for x in labels if x.writer != "w0"]
    few = {x.fiche_id for x in read[MIN_JOIN - 1 :]}
    unrated = [replace(x, rating="not_assessed") if x.fiche_id in few else x for x in labels]
    assert joined(unrated, codebook, 4.0, 0.0) is None


def test_levels_are_joined_on_rated_labels_only(labels, codebook):
    reader = ToldReader(labels, codebook)
    read = read_labels_with(reader, labels, codebook)
    words = by_words(labels, codebook).levels
    combination, _, scores = join_levels(read, labels, words, codebook)
    assert scores["rating_kappa_folds"] > 0.9
    marked = words.copy()
    seen = [
        k for k, x in enumerate(x for x in labels if x.rating != "not_assessed") if x.writer == "w0"
    ]
    marked[seen] = 99.0  # rows of the reader's own writers bear on nothing
    assert (join_levels(read, labels, marked, codebook)[0].weights == combination.weights).all()


@pytest.fixture(scope="module")
def learnt(codebook, tmp_path_factory):
    """A model joined with a reader, written and loaded."""
    labels = plain_labels(80)
    reader = ToldReader(labels, codebook)
    folder = tmp_path_factory.mktemp("models") / "junto"
    write_model(folder, fit(labels, codebook, reader=reader), labels, codebook)
    return load_model(folder), reader, labels


def assessed(assessor, text):
    found = assessor.assess(Fiche("x", "", "", sections={"accountability": text}))
    rating = next(r for r in found.ratings if r.dimension == "accountability")
    return rating, [i for i in found.issues if i.dimension == "accountability"]


def test_a_joined_model_goes_by_its_reader(learnt, codebook):
    model, reader, labels = learnt
    bad = labels[0]
    rating, issues = assessed(Assessor(codebook, model, reader), bad.text)
    assert (rating.level, [i.code for i in issues]) == ("high", ["inactive_governance_body"])
    assert issues[0].status == bad.issues[0].status
    turned = ToldReader(
        [replace(bad, rating="low", issues=())], codebook, skill=60.0
    )  # fmt: skip
    rating, issues = assessed(Assessor(codebook, model, turned), bad.text)
    assert (rating.level, issues) == ("low", [])


def test_without_a_reader_it_goes_by_its_words(learnt, codebook):
    model, _, labels = learnt
    alone = assessed(assessor_for(codebook, model, reads=False), labels[0].text)
    bare = replace(model, about={**model.about, "with_reader": None})
    assert alone == assessed(assessor_for(codebook, bare), labels[0].text)
    assert alone[0].level == "high"


def test_another_reader_is_refused(learnt, codebook):
    model, reader, labels = learnt
    other = ToldReader(labels, codebook)
    other.sha256 = "0" * 64
    with pytest.raises(ModelError, match="was not trained with this reader.*--reader words"):
        Assessor(codebook, model, other)
    bare = replace(model, about={**model.about, "with_reader": None})
    with pytest.raises(ModelError, match="was not trained with this reader"):
        Assessor(codebook, bare, reader)


def test_model_json_holds_both_ways(learnt):
    model, reader, _ = learnt
    held = model.joined_with(reader.sha256)
    assert model.reader_digest == reader.sha256
    assert held.options.issue_reader > 0
    assert held.about["rating"]["sources"] == ["words", "reader"]
    assert "issue_reader" not in model.about["options"]
    assert model.about["rating"]["sources"] == ["words"]
    assert "NaN" not in json.dumps(model.about)


def test_a_model_that_goes_on_keeps_its_joining(learnt, codebook):
    model, reader, labels = learnt
    further = [replace(x, writer=f"n{k % 3}") for k, x in enumerate(labels[:24])]
    fitted = continue_from(model, further, codebook, reader=reader)
    held = model.joined_with(reader.sha256)
    assert fitted.joined.options.items() >= held.about["options"].items()
    other = ToldReader(labels, codebook)
    other.sha256 = "0" * 64
    assert continue_from(model, further, codebook, reader=other).joined is None


def test_rejoining_bears_labels_without_a_level(learnt, codebook):
    model, reader, labels = learnt
    unseen = [replace(x, rating="not_assessed") for x in labels[:6]]
    used = [
        *(replace(x, writer="w0") for x in labels[:40]),
        *(replace(x, writer="n") for x in unseen),
    ]
    found = rejoin(reader, model, used, np.zeros((40, 4)), codebook)
    held = model.joined_with(reader.sha256)
    assert found.combination.as_json() == held.about["rating"]


def test_a_code_that_joins_later_and_is_unknown_to_the_reader(learnt, codebook):
    model, reader, labels = learnt
    reader = ToldReader(labels, codebook, codes=[c for c in codebook.issue if c != "no_baseline"])
    held = model.joined_with(reader.sha256).options
    options = rejoin(reader, model, labels, np.zeros((80, 4)), codebook).options
    scale = held.wording_bonus / model.options.wording_bonus
    assert options["threshold.no_baseline"] == scale * model.options.issue_threshold
