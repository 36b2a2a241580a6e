"""What the encoder's parts are worth: short trainings of variants, `make ablations`.

    python tools/encoder_ablations.py

Each variant learns three epochs from a fifth of the train writers' observations (the learning
curve from more) and is scored on the train writers held out; the table goes into
docs/encoder.md. Half an hour on one core.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import torch
from train_encoder import divided

from assessor.codebook.load import load_codebook
from assessor.training.encoder.build import examples_of
from assessor.training.encoder.loop import train
from assessor.training.encoder.plan import Plan
from assessor.training.encoder.start import from_e5

PAGE = Path(__file__).parents[1] / "docs" / "encoder.md"
MARKS = ("<!-- ablations: make ablations -->", "<!-- end of ablations -->")
EPOCHS = 3


@dataclass(frozen=True)
class Variant:
    """A way of training; by default the shipped one, on every fifth observation."""

    name: str
    plan: Plan = field(default_factory=lambda: Plan(epochs=EPOCHS))
    every: int = 5


VARIANTS = (
    Variant("as shipped: 8 layers, the first 2 as they were"),
    Variant("6 layers", Plan(epochs=EPOCHS, layers=6, frozen=0)),
    Variant("12 layers, the first 6 as they were", Plan(epochs=EPOCHS, layers=12, frozen=6)),
    Variant("8 layers, all as they were", Plan(epochs=EPOCHS, layers=8, frozen=8)),
    Variant("without supervised evidence", Plan(epochs=EPOCHS, evidence_weight=0.0)),
    Variant("as shipped, half as many observations", every=10),
)


def rows() -> Iterator[str]:
    """Train each variant and yield its row."""
    codebook = load_codebook()
    corpus = divided(codebook)
    for variant in VARIANTS:
        started = time.monotonic()
        labels = corpus.learn[:: variant.every]
        start = from_e5((x.text for x in (*labels, *corpus.choose)), codebook, variant.plan)
        learn, choose = (
            examples_of(part, start.tokenizer, codebook) for part in (labels, corpus.choose)
        )
        reached = train(start.network(variant.plan), learn, choose, variant.plan, lambda line: None)
        minutes = (time.monotonic() - started) / 60
        yield (
            f"| {variant.name} | {len(learn):,} | {reached.kappa:.2f} | "
            f"{reached.issue_f1:.2f} | {reached.status:.2f} | {reached.proof:.2f} | {minutes:.0f} |"
        )


def main() -> None:
    """Write the table, row by row as it comes."""
    torch.set_num_threads(1)
    head = [
        "| variant | observations | kappa | issue F1 | status | attention in evidence | minutes |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    before, rest = PAGE.read_text(encoding="utf-8").split(MARKS[0])
    after = rest.split(MARKS[1])[1]
    for row in rows():
        print(row, flush=True)
        head.append(row)
        table = "\n".join(head)
        PAGE.write_text(f"{before}{MARKS[0]}\n{table}\n{MARKS[1]}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
