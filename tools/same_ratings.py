"""How often the shipped int8 reader leads to the rating that single precision leads to.

    python tools/same_ratings.py FOLDER [--sections N]

FOLDER holds the reader in single precision, as `tools/train_encoder.py OUT --float FOLDER` keeps
it. Sections of the corpus are drawn by chance; the draw is always the same.
"""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np
from corpus_build import CORPUS

from assessor.assess import Assessor
from assessor.codebook.load import load_codebook
from assessor.labels.tables import one_reading, read_labels
from assessor.reader.reader import load_reader
from assessor.text_model import load_model
from assessor.training.predictions import Prediction, analysed

SEED = 3


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option("--sections", default=1200, show_default=True)
def main(folder: Path, sections: int) -> None:
    """Print the shares of sections with the same rating and with the same issues."""
    codebook, model = load_codebook(), load_model()
    shipped, whole = load_reader(), load_reader(folder)
    whole.sha256 = shipped.sha256  # the model was joined with its twin
    labels = [x for x in one_reading(read_labels(CORPUS / "labels", codebook)) if x.text.strip()]
    drawn = np.random.default_rng(SEED).permutation(len(labels))[:sections]
    chosen = [labels[k] for k in drawn]
    found = [
        analysed("model", Assessor(codebook, model, reader), chosen).predictions
        for reader in (shipped, whole)
    ]
    pairs = [(a, b) for a, b in zip(*found, strict=True) if a is not None and b is not None]
    ratings = np.mean([a.level == b.level for a, b in pairs])
    issues = np.mean([said(a) == said(b) for a, b in pairs])
    click.echo(f"{len(pairs)} sections: ratings the same {ratings:.2%}, issues {issues:.2%}")


def said(prediction: Prediction) -> set[tuple[str, str]]:
    """Return the issues of a prediction, by code and status."""
    return {(issue.code, issue.status) for issue in prediction.issues}


if __name__ == "__main__":
    main()
