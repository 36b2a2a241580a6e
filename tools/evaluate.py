"""Score what ships on the corpus's test writers, beside baselines: `make eval`.

Prints Markdown tables; `--write` puts them between their marks: the scores into README.md, how
faithful explanations are into docs/model.md. The scores, and more, also come from
`assessor evaluate shipped LABELS`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from corpus_build import split_of
from marks import write_between

from assessor.assess import Assessor, assessor_for
from assessor.codebook.load import load_codebook
from assessor.codebook.schema import Codebook
from assessor.labels.tables import LabelledObservation, one_reading, read_labels
from assessor.text_model import load_model
from assessor.training.evaluation import system_scores
from assessor.training.faithfulness import LOWERED, RAISED, mean_move, removals, share_moved
from assessor.training.systems import compared

ROOT = Path(__file__).parents[1]
NAMES = {
    "model": "**shipped**: reader, words and wording",
    "words": "without the reader: words and wording",
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


def score_table(codebook: Codebook, readings: Sequence[LabelledObservation]) -> str:
    """Return the scores as Markdown."""
    train = one_reading(x for x in readings if split_of(x.writer) == "train")
    tested = [x for x in readings if split_of(x.writer) == "test"]
    test = one_reading(tested)
    writers = sorted({x.writer for x in test})
    lines = [
        f"{len(test)} sections of {len({x.fiche_id for x in test})} fiches and observations by "
        f"{len(writers)} test writers ({', '.join(writers)}); 95 % intervals by bootstrap over "
        "fiches.",
        "",
        f"| system | {' | '.join(FIGURES.values())} |",
        f"| --- |{' --- |' * len(FIGURES)}",
    ]
    for system in compared(load_model(), codebook, tested, train):
        scores = system_scores(system, test, codebook)["scores"]
        cells = [
            f"{s['value']:.2f} ({s['low']:.2f}–{s['high']:.2f})"
            for s in (scores[name] for name in FIGURES)
        ]
        lines.append(f"| {NAMES[system.id]} | {' | '.join(cells)} |")
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
    documents = {
        (ROOT / "README.md", "scores"): score_table(codebook, readings),
        (ROOT / "docs" / "model.md", "faithfulness"): faithfulness_table(
            assessor_for(codebook, load_model()), test
        ),
    }
    for (path, name), text in documents.items():
        print(f"{text}\n")
        if "--write" in sys.argv:
            write_between(path, name, text)


if __name__ == "__main__":
    main()
