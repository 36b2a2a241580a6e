"""Train the shipped model on the corpus's train writers: `make model`."""

from __future__ import annotations

import time
from pathlib import Path

from corpus_build import CORPUS, split_of

from assessor.codebook.load import load_codebook
from assessor.labels.tables import one_reading, read_labels
from assessor.training.bundle import write_model
from assessor.training.fit import fit

TARGET = Path(__file__).parents[1] / "src" / "assessor" / "models" / "es-default"


def main() -> None:
    """Fit, write the model folder, and say how long it took."""
    start = time.perf_counter()
    codebook = load_codebook()
    read = one_reading(read_labels(CORPUS / "labels", codebook))
    labels = [x for x in read if split_of(x.writer) == "train"]
    fitted = fit(labels, codebook, progress=print)
    write_model(TARGET, fitted, labels, codebook)
    shown = {k: v for k, v in fitted.options.items() if "." not in k}
    for name, value in sorted((shown | fitted.scores).items()):
        print(f"{name:<32}{value:.3f}")
    print(f"{len(labels)} observations, {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
