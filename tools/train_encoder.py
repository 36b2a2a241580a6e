"""Train the reader's encoder on the corpus's train writers: `make encoder`.

    python tools/train_encoder.py OUT [--epochs N] [--layers N] [--frozen N] [--float FOLDER]

A maintainer's step: needs the extra ``train`` (PyTorch for CPU will do) and one to two hours on
one core. Writes the reader's folder (`encoder.onnx`, `tokenizer.json`, `heads.npz`,
`reader.json`) and prints each epoch's scores on the train writers that are held out. In the end
it reads the corpus with the network in single precision too and tells how often int8 agrees.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import numpy as np
import torch
from corpus_build import held_out, split_of
from numpy.typing import NDArray
from tokenizers import Tokenizer

from assessor.codebook.load import load_codebook
from assessor.codebook.schema import Codebook
from assessor.labels.tables import LabelledObservation, one_reading, read_labels
from assessor.language import sentences_of
from assessor.reader.reader import Reader, load_reader
from assessor.training.encoder.batches import Example, example_of
from assessor.training.encoder.e5 import E5, bundled_path, read_e5
from assessor.training.encoder.export import export, write_about
from assessor.training.encoder.loop import Network, train
from assessor.training.encoder.network import Heads, pretrained
from assessor.training.encoder.plan import Plan
from assessor.training.encoder.vocabulary import prune, spanish_words

ROOT = Path(__file__).parents[1]
CALIBRATION = 150  # texts by which int8 is scaled
Labels = Sequence[LabelledObservation]


def divided(
    codebook: Codebook,
) -> tuple[list[LabelledObservation], list[LabelledObservation]]:
    """Return the train writers' observations: to learn from, and to choose by."""
    labels = one_reading(read_labels(ROOT / "corpus" / "labels", codebook))
    usable = [x for x in labels if x.text.strip() and split_of(x.writer) == "train"]
    return (
        [x for x in usable if not held_out(x.writer)],
        [x for x in usable if held_out(x.writer)],
    )


def describe(codebook: Codebook, name: str, labels: Labels) -> dict:
    """Return what `reader.json` tells beside the format and the digest."""
    return {
        "name": name,
        "levels": [level.id for level in codebook.assessed_levels],
        "codes": list(codebook.issue),
        "statuses": list(codebook.status),
        "training": {
            "observations": len(labels),
            "writers": sorted({x.writer for x in labels}),
        },
    }


@dataclass(frozen=True)
class Material:
    """What a network is trained with: the pretrained one, its pieces, the labels."""

    e5: E5
    tokenizer: Tokenizer
    rows: NDArray[np.int64]
    codebook: Codebook
    learn: list[Example]
    choose: list[Example]


def material(
    codebook: Codebook,
    learn: Labels,
    choose: Labels,
) -> Material:
    """Prune the vocabulary to what Spanish and these texts need, and tokenize them."""
    e5 = read_e5(bundled_path())
    tokenizer, rows = prune(e5, [*(x.text for x in [*learn, *choose]), *spanish_words()])
    examples = [[example_of(x, tokenizer, codebook) for x in labels] for labels in (learn, choose)]
    return Material(e5, tokenizer, rows, codebook, *examples)


def fresh(used: Material, plan: Plan) -> Network:
    """Return a network as pretrained, with heads that know nothing."""
    torch.manual_seed(plan.seed)
    codebook = used.codebook
    counts = (len(codebook.assessed_levels), len(codebook.issue), len(codebook.statuses))
    heads = Heads(used.e5.shape.hidden, *counts)
    return Network(pretrained(used.e5, used.rows, plan.layers), heads, plan.frozen, {})


def agreement(reader: Reader, whole: Reader, labels: Labels, codebook: Codebook) -> dict[str, Any]:
    """Return on how many sections two readers name the same level, and how near they are.

    Returns
    -------
    dict
        ``sections``; ``same_level``, their share; ``cosine``, the least of their vectors'.
    """
    same, cosines = 0, []
    for label in labels:
        spans = [sentence.span for sentence in sentences_of(label.text)]
        heading = codebook.dimension[label.dimension].es
        ours, theirs = (r.read(label.text, heading, spans) for r in (reader, whole))
        same += nearest(ours.levels) == nearest(theirs.levels)
        cosines.append(float(ours.embedding @ theirs.embedding))
    share = round(same / len(labels), 4)
    return {"sections": len(labels), "same_level": share, "cosine": round(min(cosines), 3)}


def nearest(levels: NDArray[np.float32]) -> int:
    """Return the level nearest to the expected one, lowest 0."""
    shares = np.exp(levels - levels.max())
    return round(float(shares @ np.arange(len(shares)) / shares.sum()))


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--epochs", default=Plan.epochs, show_default=True)
@click.option("--layers", default=Plan.layers, show_default=True)
@click.option("--frozen", default=Plan.frozen, show_default=True)
@click.option("--threads", default=1, show_default=True)
@click.option("--float", "whole", type=click.Path(path_type=Path), help="Keep it unquantised too.")
def main(
    out: Path, epochs: int, layers: int, frozen: int, threads: int, whole: Path | None
) -> None:
    """Train and export the encoder."""
    started = time.monotonic()
    torch.set_num_threads(threads)
    codebook = load_codebook()
    learn, choose = divided(codebook)
    click.echo(f"{len(learn)} observations to learn from, {len(choose)} to choose by")
    used = material(codebook, learn, choose)
    plan = Plan(epochs=epochs, layers=layers, frozen=frozen)
    network = fresh(used, plan)
    about = describe(codebook, out.name, learn)

    some = [example.tokens.ids for example in used.learn[:: len(used.learn) // CALIBRATION or 1]]

    def keep(best: Network) -> None:
        export(out, best.encoder, best.heads, used.tokenizer, about, some)

    reached = train(
        network,
        used.learn,
        used.choose,
        plan,
        lambda line: click.echo(f"{time.strftime('%H:%M')} {line}"),
        keep,
    )
    with TemporaryDirectory() as folder:
        whole = whole or Path(folder)
        export(whole, network.encoder, network.heads, used.tokenizer, about)
        agreed = agreement(load_reader(out), load_reader(whole), [*learn, *choose], codebook)
    write_about(out, about | {"int8": agreed})
    click.echo(f"int8 beside single precision: {agreed}")
    click.echo(f"best epoch: {reached}; {(time.monotonic() - started) / 60:.0f} minutes")


if __name__ == "__main__":
    main()
