"""What the encoder's parts and its labels are worth: short trainings, `make ablations`.

    python tools/encoder_ablations.py [LABELS]

Each variant learns three epochs from a fifth of the train writers' observations, the points of
the learning curve from other shares of the observations or of the writers. All are scored on
the train writers held out, and on LABELS where they are given; the table goes into
docs/encoder.md. Some 90 minutes on one core beside other work.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from marks import write_between
from train_encoder import divided

from assessor.codebook.load import load_codebook
from assessor.labels.tables import LabelledObservation
from assessor.training.encoder.build import examples_of
from assessor.training.encoder.loop import scores_of, train
from assessor.training.encoder.plan import Plan
from assessor.training.encoder.start import from_e5
from assessor.training.inputs import gather

PAGE = Path(__file__).parents[1] / "docs" / "encoder.md"
EPOCHS = 3
HEAD = (
    "| variant | writers | observations | kappa | issue F1 | status | attention in evidence "
    "| other hands: kappa | issue F1 | minutes |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
)
Labels = Sequence[LabelledObservation]


@dataclass(frozen=True)
class Variant:
    """A way of training; by default the shipped one, on every fifth observation.

    Parameters
    ----------
    every : int
        One of so many observations is learnt from, or all of one of so many writers.
    by_writer : bool
    """

    name: str
    plan: Plan = field(default_factory=lambda: Plan(epochs=EPOCHS))
    every: int = 5
    by_writer: bool = False

    def part(self, labels: Labels) -> Labels:
        """Return the labels that this variant learns from."""
        if not self.by_writer:
            return labels[:: self.every]
        writers = {x.writer for x in labels}
        kept = set(sorted(writers, key=lambda name: (name[1:], name))[:: self.every])
        return [x for x in labels if x.writer in kept]


VARIANTS = (
    Variant("as shipped: 8 layers, the first 2 as they were"),
    Variant("8 layers, all as they were", Plan(epochs=EPOCHS, layers=8, frozen=8)),
    Variant("without supervised evidence", Plan(epochs=EPOCHS, evidence_weight=0.0)),
    Variant("6 layers", Plan(epochs=EPOCHS, layers=6, frozen=0)),
    Variant("12 layers, the first 6 as they were", Plan(epochs=EPOCHS, layers=12, frozen=6)),
    Variant("as shipped, every tenth observation", every=10),
    Variant("as shipped, every fifth writer", by_writer=True),
    Variant("as shipped, every second writer", every=2, by_writer=True),
    Variant("as shipped, every second observation", every=2),
)


def rows(others: Labels) -> Iterator[str]:
    """Train each variant and yield its row."""
    codebook = load_codebook()
    corpus = divided(codebook)
    for variant in VARIANTS:
        started = time.monotonic()
        labels = variant.part(corpus.learn)
        start = from_e5((x.text for x in (*labels, *corpus.choose)), codebook, variant.plan)
        learn, choose, apart = (
            examples_of(part, start.tokenizer, codebook) for part in (labels, corpus.choose, others)
        )
        network = start.network(variant.plan)
        reached = train(network, learn, choose, variant.plan, lambda line: None)
        network.stored = {}
        other = scores_of(network, apart, range(len(apart))) if apart else None
        cells = [
            f"{len({x.writer for x in labels})} | {len(labels):,}",
            *(f"{x:.2f}" for x in (reached.kappa, reached.issue_f1, reached.status, reached.proof)),
            f"{other.kappa:.2f} | {other.issue_f1:.2f}" if other else "– | –",
            f"{(time.monotonic() - started) / 60:.0f}",
        ]
        yield f"| {variant.name} | {' | '.join(cells)} |"


def main() -> None:
    """Write the table, row by row as it comes."""
    torch.set_num_threads(1)
    given = gather([Path(path) for path in sys.argv[1:]], load_codebook(), {})
    others = [x for x in given.readings if x.text.strip()]
    table = HEAD
    for row in rows(others):
        print(row, flush=True)
        table += f"\n{row}"
        write_between(PAGE, "ablations", table)


if __name__ == "__main__":
    main()
