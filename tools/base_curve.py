"""What labels of one's own add: `make base-curve` writes docs/model.md's table.

Hands of the corpus's train side stand in for an evaluator's own writers: a base model is trained
on the other hands, then moved to, or replaced by, what 10 to 80 of their fiches teach.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from corpus_build import CORPUS, split_of
from marks import write_between

from assessor.assess import Assessor
from assessor.codebook.load import load_codebook
from assessor.codebook.schema import Codebook
from assessor.labels.tables import LabelledObservation, one_reading, read_labels
from assessor.text_model import TextModel, load_model
from assessor.training.bundle import write_model
from assessor.training.evaluation import system_scores
from assessor.training.fit import Fitted, continue_from, fit
from assessor.training.predictions import analysed

SIZES = (10, 20, 40, 80)
BASE_HANDS = 6  # of those that wrote whole fiches; all of the others are new
FIGURES = ("kappa", "within_one", "issue_f1")
SEED = 20111
Labels = list[LabelledObservation]


def parts(labels: Sequence[LabelledObservation]) -> tuple[Labels, list[Labels], Labels]:
    """Return labels for the base, new fiches in a random order, and new fiches for the test."""
    hands = sorted({x.writer for x in labels if x.writer.startswith("h")})
    new = set(hands[BASE_HANDS:])
    fiches: dict[str, Labels] = {}
    for label in labels:
        if label.writer in new and not label.fiche_id.startswith(label.writer):
            fiches.setdefault(label.fiche_id, []).append(label)
    order = [fiches[name] for name in sorted(fiches)]
    random.Random(SEED).shuffle(order)  # noqa: S311  # a shuffle, no secret
    pool, rest = order[: SIZES[-1]], order[SIZES[-1] :]
    return [x for x in labels if x.writer not in new], pool, [x for f in rest for x in f]


def stored(fitted: Fitted, labels: Labels, codebook: Codebook, folder: Path) -> TextModel:
    """Return a fitted model as it is read back."""
    write_model(folder, fitted, labels, codebook)
    return load_model(folder)


def scores(model: TextModel, test: Labels, codebook: Codebook) -> dict[str, Any]:
    """Return the figures of a model on the test fiches."""
    found = analysed("model", Assessor(codebook, model), test)
    return dict(system_scores(found, test, codebook)["scores"])


def row(fiches: int | str, how: str, found: dict[str, Any]) -> str:
    """Write one row of the table."""
    cells = [
        f"{found[n]['value']:.2f} ({found[n]['low']:.2f}–{found[n]['high']:.2f})" for n in FIGURES
    ]
    line = f"| {fiches} | {how} | {' | '.join(cells)} |"
    print(line, flush=True)
    return line


def table(codebook: Codebook, labels: Sequence[LabelledObservation], folder: Path) -> str:
    """Train, score and return the curve as Markdown."""
    known, pool, test = parts(labels)
    lines = [
        f"Base: {len({x.writer for x in known})} writers. New: {len(pool)} fiches to learn from, "
        f"{len({x.fiche_id for x in test})} for the test, by the same "
        f"{len({x.writer for x in test})} writers.",
        "",
        "| own fiches | trained | rating: kappa | within one level | issues: F1 |",
        "| --- | --- | --- | --- | --- |",
    ]
    base = stored(fit(known, codebook), known, codebook, folder / "base")
    lines.append(row(0, "base alone", scores(base, test, codebook)))
    for size in SIZES:
        own = [label for fiche in pool[:size] for label in fiche]
        moved = stored(continue_from(base, own, codebook), own, codebook, folder / f"moved{size}")
        lines.append(row(size, "`--base`", scores(moved, test, codebook)))
        fresh = stored(fit(own, codebook), own, codebook, folder / f"fresh{size}")
        lines.append(row(size, "from nothing", scores(fresh, test, codebook)))
    return "\n".join(lines)


def main() -> None:
    """Print the table; write it into docs/model.md with `--write`."""
    codebook = load_codebook()
    where = Path(sys.argv[1]) if sys.argv[1:2] and sys.argv[1] != "--write" else CORPUS / "labels"
    labels = [x for x in one_reading(read_labels(where, codebook)) if split_of(x.writer) == "train"]
    with TemporaryDirectory() as folder:
        text = table(codebook, labels, Path(folder))
    if "--write" in sys.argv:
        write_between(Path(__file__).parents[1] / "docs" / "model.md", "base curve", text)


if __name__ == "__main__":
    main()
