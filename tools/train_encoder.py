"""Train the reader's encoder on the corpus's train writers: `make encoder`.

    python tools/train_encoder.py OUT [--epochs N] [--layers N] [--frozen N] [--float FOLDER]

A maintainer's step: needs the extra ``train`` (PyTorch for CPU will do) and one to two hours on
one core. Writes the reader's folder (`encoder.onnx`, `tokenizer.json`, `heads.npz`,
`reader.json`) and prints each epoch's scores on the train writers that are held out. In the end
it reads the corpus with the network in single precision too and tells how often int8 agrees.
"""

from __future__ import annotations

import time
from pathlib import Path

import click
import torch
from corpus_build import held_out, split_of

from assessor.codebook.load import load_codebook
from assessor.codebook.schema import Codebook
from assessor.labels.tables import one_reading, read_labels
from assessor.training.encoder.build import build, check_int8
from assessor.training.encoder.plan import Plan
from assessor.training.encoder.start import from_e5
from assessor.training.held_out import Division, division_of

ROOT = Path(__file__).parents[1]


def divided(codebook: Codebook) -> Division:
    """Return the train writers' observations: to learn from, and to choose by."""
    labels = one_reading(read_labels(ROOT / "corpus" / "labels", codebook))
    usable = [x for x in labels if x.text.strip() and split_of(x.writer) == "train"]
    return division_of(
        [x for x in usable if not held_out(x.writer)],
        [x for x in usable if held_out(x.writer)],
    )


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
    corpus = divided(codebook)
    click.echo(f"{len(corpus.learn)} observations to learn from, {len(corpus.choose)} to choose by")
    plan = Plan(epochs=epochs, layers=layers, frozen=frozen)
    whole_corpus = [*corpus.learn, *corpus.choose]
    start = from_e5((x.text for x in whole_corpus), codebook, plan)
    built = build(
        out, start, corpus, codebook, plan,
        lambda line: click.echo(f"{time.strftime('%H:%M')} {line}"), at_once=True,
    )  # fmt: skip
    click.echo(f"int8 beside single precision: {check_int8(built, whole_corpus, codebook, whole)}")
    click.echo(f"best epoch: {built.reached}; {(time.monotonic() - started) / 60:.0f} minutes")


if __name__ == "__main__":
    main()
