"""Train the shipped model on the corpus's train writers, with its card: `make model`.

    python tools/train_model.py [-o DIR] [--curve]

The card holds scores on the test writers and, with `--curve`, the learning curve over writers.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from corpus_build import CORPUS, split_of

from assessor.assess import assessor_for
from assessor.codebook.load import load_codebook
from assessor.codebook.schema import Codebook
from assessor.labels.tables import LabelledObservation, one_reading, read_labels
from assessor.reader.reader import load_reader
from assessor.text_model import load_model
from assessor.training.bundle import write_model
from assessor.training.evaluation import system_scores
from assessor.training.fit import Fitted, fit
from assessor.training.predictions import analysed

TARGET = Path(__file__).parents[1] / "src" / "assessor" / "models" / "es-default"
SHARES = (0.125, 0.25, 0.5)  # of the writers, for the learning curve
Labels = Sequence[LabelledObservation]


def test_scores(fitted: Fitted, labels: Labels, test: Labels, codebook: Codebook) -> dict[str, Any]:
    """Return what a model scores on the test writers, as it is read back."""
    with TemporaryDirectory() as folder:
        write_model(Path(folder) / "model", fitted, labels, codebook)
        assessor = assessor_for(codebook, load_model(Path(folder) / "model"))
    found = system_scores(analysed("model", assessor, test), test, codebook)
    return {
        "sections": len(test),
        "writers": len({x.writer for x in test}),
        "scores": found["scores"],
    }


def curve(labels: Labels, test: Labels, codebook: Codebook) -> list[dict[str, Any]]:
    """Return scores of models trained on ever more writers, whole fiches and others mixed."""
    writers = sorted({x.writer for x in labels}, key=lambda name: (name[1:], name))
    points = []
    for share in SHARES:
        kept = set(writers[: max(2, round(share * len(writers)))])
        part = [x for x in labels if x.writer in kept]
        points.append(point(part, test_scores(fit(part, codebook), part, test, codebook)))
    return points


def point(labels: Labels, tested: dict[str, Any]) -> dict[str, Any]:
    """Return one point of the curve."""
    return {
        "writers": len({x.writer for x in labels}),
        "fiches": len({x.fiche_id for x in labels}),
        "sections": len(labels),
        "kappa": tested["scores"]["kappa"],
        "issue_f1": tested["scores"]["issue_f1"],
    }


def main() -> None:
    """Fit, write the model folder, and say how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=TARGET)
    parser.add_argument("--labels", type=Path, default=CORPUS / "labels")
    parser.add_argument("--curve", action="store_true")
    options = parser.parse_args()
    start = time.perf_counter()
    codebook = load_codebook()
    read = one_reading(read_labels(options.labels, codebook))
    labels = [x for x in read if split_of(x.writer) == "train"]
    test = [x for x in read if split_of(x.writer) == "test"]
    fitted = fit(labels, codebook, print, load_reader())
    print(f"fitted on {len(labels)} sections: {time.perf_counter() - start:.0f} s")
    measured: dict[str, Any] = {"test": test_scores(fitted, labels, test, codebook)}
    if options.curve:
        measured["curve"] = [*curve(labels, test, codebook), point(labels, measured["test"])]
    write_model(options.output, fitted, labels, codebook, measured)
    print(f"{options.output}: {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
