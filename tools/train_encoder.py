"""Train the reader's encoder on the corpus's train writers: `make encoder`.

    python tools/train_encoder.py OUT [--epochs N] [--layers N] [--frozen N] [--share S]

A maintainer's step: needs the extra ``train`` (PyTorch for CPU will do) and one to two hours on
one core. Writes the reader's folder (`encoder.onnx`, `tokenizer.json`, `heads.npz`,
`reader.json`) and prints each epoch's scores on the train writers that are held out.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import click
import torch
from corpus_build import held_out, split_of

from assessor.codebook.load import load_codebook
from assessor.codebook.schema import Codebook
from assessor.labels.tables import LabelledObservation, one_reading, read_labels
from assessor.training.encoder.batches import example_of
from assessor.training.encoder.e5 import bundled_path, read_e5
from assessor.training.encoder.export import export
from assessor.training.encoder.loop import Network, train
from assessor.training.encoder.network import Heads, pretrained
from assessor.training.encoder.plan import Plan
from assessor.training.encoder.vocabulary import prune, spanish_words

ROOT = Path(__file__).parents[1]


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


def describe(codebook: Codebook, name: str, labels: Sequence[LabelledObservation]) -> dict:
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


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--epochs", default=Plan.epochs, show_default=True)
@click.option("--layers", default=Plan.layers, show_default=True)
@click.option("--frozen", default=Plan.frozen, show_default=True)
@click.option("--share", default=1.0, help="Of the observations, for a learning curve.")
@click.option("--threads", default=1, show_default=True)
def main(out: Path, epochs: int, layers: int, frozen: int, share: float, threads: int) -> None:
    """Train and export the encoder."""
    started = time.monotonic()
    torch.set_num_threads(threads)
    codebook = load_codebook()
    learn, choose = divided(codebook)
    if share < 1:
        learn = learn[:: round(1 / share)]
    click.echo(f"{len(learn)} observations to learn from, {len(choose)} to choose by")
    e5 = read_e5(bundled_path())
    tokenizer, rows = prune(e5, [*(x.text for x in [*learn, *choose]), *spanish_words()])
    encoder = pretrained(e5, rows, layers)
    size = e5.shape.hidden
    del e5  # a gigabyte of other languages
    heads = Heads(size, len(codebook.assessed_levels), len(codebook.issue), len(codebook.statuses))
    network = Network(encoder, heads, frozen, {})
    about = describe(codebook, out.name, learn)
    reached = train(
        network,
        [example_of(x, tokenizer, codebook) for x in learn],
        [example_of(x, tokenizer, codebook) for x in choose],
        Plan(epochs=epochs, layers=layers, frozen=frozen),
        lambda line: click.echo(f"{time.strftime('%H:%M')} {line}"),
        keep=lambda: export(out, encoder, heads, tokenizer, about),
    )
    click.echo(f"best epoch: {reached}; {(time.monotonic() - started) / 60:.0f} minutes")


if __name__ == "__main__":
    main()
