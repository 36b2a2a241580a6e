"""Score what ships on the corpus's test writers, beside baselines: `make eval`.

Prints Markdown tables; `--write` puts them between their marks: the scores into README.md, how
statuses, probabilities and explanations do into docs/model.md. The scores, and more, also come
from `assessor evaluate shipped LABELS`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from corpus_build import split_of
from marks import write_between
from sklearn.metrics import f1_score

from assessor.assess import Assessor, assessor_for
from assessor.codebook.load import load_codebook
from assessor.codebook.schema import Codebook
from assessor.labels.tables import IssueLabel, LabelledObservation, one_reading, read_labels
from assessor.language import sentences_of
from assessor.reader.reader import Reader, load_reader
from assessor.reader.reading import Reading
from assessor.text_model import load_model
from assessor.training.evaluation import evaluate
from assessor.training.faithfulness import LOWERED, RAISED, mean_move, removals, share_moved
from assessor.training.predictions import Prediction, System
from assessor.training.systems import compared

ROOT = Path(__file__).parents[1]
MOST = 0.8  # of the ratings, those that are least doubtful
THRESHOLDS = np.arange(-3.0, 1.0, 0.1)
Record = dict[str, Any]
Labels = Sequence[LabelledObservation]
NAMES = {
    "model": "**shipped**: reader, words and wording",
    "words": "without the reader: words and wording",
    "reader": "the reader alone",
    "lexicon": "wording and lexicon alone (`--reader none`)",
    "majority": "always the most frequent level",
    "usual_codes": "every usual code always",
    "tfidf": "TF-IDF, logistic regression",
    "second_reader": "a second reader, on what two have read",
}
FIGURES = {
    "kappa": "rating: quadratic kappa",
    "within_one": "within one level",
    "not_assessed_f1": "not assessed: F1",
    "issue_f1": "issues: F1",
    "issue_precision": "precision",
    "issue_recall": "recall",
}


REMOVED = {
    (RAISED, False): "the clause that raised it most",
    (RAISED, True): "another clause of the same text, at random",
    (LOWERED, False): "the clause that lowered it most",
    (LOWERED, True): "another clause of the same text, at random",
}


def test_writers(codebook: Codebook, readings: Sequence[LabelledObservation]) -> Record:
    """Score what ships, and what it is compared with, on the test writers."""
    train = one_reading(x for x in readings if split_of(x.writer) == "train")
    tested = [x for x in readings if split_of(x.writer) == "test"]
    once = one_reading(tested)
    systems = compared(load_model(), codebook, tested, train)
    systems.insert(2, reader_alone(codebook, train, once))
    return evaluate(systems, once, codebook)


def reader_alone(codebook: Codebook, train: Labels, test: Labels) -> System:
    """Return what the reader says by itself, issues above a threshold for all codes.

    It is chosen by F1 on the train writers that the reader did not learn from.
    """
    reader = load_reader()
    unseen = [x for x in train if x.text.strip() and not reader.learnt_from(x.writer, x.fiche_id)]
    found = np.array([read(reader, x, codebook).findings.issues.max(axis=0) for x in unseen])
    truth = np.array([[c in {i.code for i in x.issues} for c in reader.codes] for x in unseen])

    def f1(threshold: float) -> float:
        return float(f1_score(truth, found > threshold, average="micro"))

    limit = max(THRESHOLDS, key=f1)
    return System("reader", tuple(said_by(reader, x, codebook, limit) for x in test))


def read(reader: Reader, label: LabelledObservation, codebook: Codebook) -> Reading:
    """Read a labelled section."""
    spans = [sentence.span for sentence in sentences_of(label.text)]
    return reader.read(label.text, codebook.dimension[label.dimension].es, spans)


def said_by(
    reader: Reader, label: LabelledObservation, codebook: Codebook, limit: float
) -> Prediction:
    """Return the most probable level, and the codes above a limit in some sentence."""
    if not label.text.strip():
        return Prediction("not_assessed")
    reading = read(reader, label, codebook)
    level = "not_assessed" if reading.nothing > 0 else reader.levels[reading.levels.argmax()]
    issues = set()
    for place, column in zip(*np.nonzero(reading.findings.issues > limit), strict=True):
        status = reader.statuses[reading.findings.statuses[place, column].argmax()]
        issues.add(IssueLabel(reader.codes[column], status, ""))
    return Prediction(level, tuple(issues))


def score_table(record: Record, writers: Sequence[str]) -> str:
    """Return the systems' scores as Markdown."""
    lines = [
        f"{record['sections']} sections of {record['fiches']} fiches and observations by "
        f"{record['writers']} test writers ({', '.join(writers)}); 95 % intervals by bootstrap "
        "over fiches.",
        "",
        f"| system | {' | '.join(FIGURES.values())} |",
        f"| --- |{' --- |' * len(FIGURES)}",
    ]
    for system in record["systems"]:
        cells = [interval(system["scores"][name]) for name in FIGURES]
        lines.append(f"| {NAMES[system['id']]} | {' | '.join(cells)} |")
    return "\n".join(lines)


def interval(score: Record) -> str:
    """Write a score with its interval."""
    return f"{score['value']:.2f} ({score['low']:.2f}–{score['high']:.2f})"


def detail_table(record: Record) -> str:
    """Return as Markdown how statuses, denials and probabilities of what ships do."""
    scores = record["systems"][0]["scores"]
    lines = ["| issues told as | labelled | found | precision | recall |", "| --- |" + " --- |" * 4]
    lines += [
        f"| {x['status']} | {x['listed']} | {x['found']} | {x['precision']:.2f} | "
        f"{x['recall']:.2f} |"
        for x in record["statuses"]
    ]
    denied, review = record["denied"], record["review"]
    most = next(x for x in record["coverage"] if x["coverage"] == MOST)
    facts = {
        "status right, on matched issues": interval(scores["status_accuracy"]),
        "overlap of the quoted words with the labelled ones": interval(scores["evidence_overlap"]),
        "denied mentions of the codebook's wording reported as issues":
            f"{denied['reported']} of {denied['mentions']}",
        "expected calibration error of ratings": interval(scores["calibration_error"]),
        f"kappa of the {MOST:.0%} least doubtful ratings": f"{most['kappa']:.2f}",
        "ratings flagged for review": f"{review['flagged']:.1%}",
        "unflagged and two levels off or more, mean over writers":
            f"{review['unflagged_and_far']:.1%}",
    }  # fmt: skip
    lines += ["", "| figure | value |", "| --- | --- |"]
    lines += [f"| {name} | {value} |" for name, value in facts.items()]
    return "\n".join(lines)


def faithfulness_table(assessor: Assessor, labels: Sequence[LabelledObservation]) -> str:
    """Return as Markdown whether ratings move as their explanations say."""
    found = removals(assessor, labels)
    lines = [
        "| taken out | cases | moves as foretold | by, in levels |",
        "| --- | --- | --- | --- |",
    ]
    for (side, by_chance), name in REMOVED.items():
        own = [r for r in found if (r.side, r.by_chance) == (side, by_chance)]
        lines.append(f"| {name} | {len(own)} | {share_moved(own)} | {mean_move(own):+.2f} |")
    return "\n".join(lines)


def main() -> None:
    """Print the tables, and write them into the documents with `--write`."""
    codebook = load_codebook()
    readings = read_labels(ROOT / "corpus" / "labels", codebook)
    test = one_reading(x for x in readings if split_of(x.writer) == "test")
    record = test_writers(codebook, readings)
    model = ROOT / "docs" / "model.md"
    documents = {
        (ROOT / "README.md", "scores"): score_table(record, sorted({x.writer for x in test})),
        (model, "details"): detail_table(record),
        (model, "faithfulness"): faithfulness_table(assessor_for(codebook, load_model()), test),
    }
    for (path, name), text in documents.items():
        print(f"{text}\n")
        if "--write" in sys.argv:
            write_between(path, name, text)


if __name__ == "__main__":
    main()
