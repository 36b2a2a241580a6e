"""What labels of one's own add to the shipped model: `make base-curve`, for docs/model.md.

The corpus's test hands stand in for an evaluator's own writers: neither the shipped model nor its
reader saw them. Once they are labelled by the guide, as the shipped model was taught; once by
another standard (`corpus/house/`). A third of the fiches is the test, in turn; from 10 to 80 of
the others are learnt from. Single observations of one hand go by dozens and one, as in a fiche.
"""

from __future__ import annotations

import csv
import random
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from corpus_build import CORPUS, split_of
from marks import write_between

from assessor.assess import Assessor
from assessor.codebook.load import load_codebook
from assessor.codebook.schema import Codebook
from assessor.evidence import Span
from assessor.labels.tables import LabelledObservation, one_reading, read_labels
from assessor.reader.reader import Reader, load_reader
from assessor.reader.reading import Reading
from assessor.text_model import TextModel, load_model
from assessor.training.bundle import write_model
from assessor.training.fit import Fitted, continue_from, fit
from assessor.training.metrics import Bootstrap
from assessor.training.outcomes import Outcomes, exact, issue_f1, kappa, outcomes_of
from assessor.training.predictions import Prediction, analysed

ROOT = Path(__file__).parents[1]
SIZES = (10, 20, 40, 80)
PARTS = 3  # each is the test once
BUNDLE = 13  # single observations to a fiche
SEED = 20111
Labels = list[LabelledObservation]


class Remembering:
    """A reader that does not read a section again."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._known: dict[tuple[str, str], Reading] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)

    def read(self, text: str, heading: str, sentences: Sequence[Span]) -> Reading:
        """Read a section, or say again what was read."""
        key = heading, text
        if key not in self._known:
            self._known[key] = self._reader.read(text, heading, sentences)
        return self._known[key]


@dataclass(frozen=True)
class Bench:
    """What every trial shares."""

    codebook: Codebook
    shipped: TextModel
    reader: Any
    folder: Path

    def stored(self, fitted: Fitted, labels: Labels) -> TextModel:
        """Return a fitted model as it is read back."""
        target = self.folder / "model"
        write_model(target, fitted, labels, self.codebook)
        return load_model(target)

    def said(self, model: TextModel, labels: Labels) -> list[Prediction]:
        """Return what a model says of labelled sections."""
        reader = self.reader if model.reader_digest else None
        found = analysed("model", Assessor(self.codebook, model, reader), labels)
        return [p for p in found.predictions if p is not None]


def bundles(labels: Sequence[LabelledObservation]) -> dict[str, Labels]:
    """Return labels by fiche; single observations of a hand in bundles of a fiche's size."""
    found: dict[str, Labels] = {}
    count: Counter[str] = Counter()
    for label in labels:
        name = label.fiche_id
        if name.startswith(label.writer):
            name = f"{label.writer}-{count[label.writer] // BUNDLE}"
            count[label.writer] += 1
        found.setdefault(name, []).append(label)
    return found


def house_ratings() -> dict[tuple[str, str], str]:
    """Return the ratings by the house's standard: (fiche, dimension) → level."""
    with (CORPUS / "house" / "ratings.csv").open(encoding="utf-8", newline="") as file:
        return {(row["fiche_id"], row["dimension"]): row["rating"] for row in csv.DictReader(file)}


def curve(bench: Bench, fiches: dict[str, Labels]) -> str:
    """Train, score and return a curve as Markdown."""
    names = sorted(fiches)
    random.Random(SEED).shuffle(names)  # noqa: S311  # a shuffle, no secret
    tests = [names[k::PARTS] for k in range(PARTS)]
    order = [name for test in tests for name in test]
    labels = [x for name in order for x in fiches[name]]
    groups = [name for name in order for _ in fiches[name]]
    base = outcomes_of(labels, bench.said(bench.shipped, labels), bench.codebook)
    lines = [HEAD, row(0, "shipped model alone", base, base, groups)]
    for size in SIZES:
        for how, train in WAYS.items():
            said: list[Prediction] = []
            for test in tests:
                learnt = [name for name in names if name not in set(test)][:size]
                own = [x for name in learnt for x in fiches[name]]
                model = bench.stored(train(bench, own), own)
                said += bench.said(model, [x for name in test for x in fiches[name]])
            lines.append(row(size, how, outcomes_of(labels, said, bench.codebook), base, groups))
    return "\n".join(lines)


def moved(bench: Bench, own: Labels) -> Fitted:
    """Move the shipped model to labels of one's own."""
    return continue_from(bench.shipped, own, bench.codebook, reader=bench.reader)


def fresh(bench: Bench, own: Labels) -> Fitted:
    """Train on labels of one's own alone."""
    return fit(own, bench.codebook, reader=bench.reader)


WAYS = {"`--base shipped`": moved, "`--base none`": fresh}
HEAD = (
    "| own fiches | trained | rating: kappa | gained on the shipped model | exact | issues: F1 |\n"
    "| --- | --- | --- | --- | --- | --- |"
)


def row(size: int, how: str, found: Outcomes, base: Outcomes, groups: Sequence[str]) -> str:
    """Write one row of a curve."""
    resample = Bootstrap(groups)

    def interval(figure: Callable[[Outcomes], float]) -> str:
        return str(resample.score(lambda rows: figure(found.pick(rows))))

    gain = resample.score(lambda rows: kappa(found.pick(rows)) - kappa(base.pick(rows)))
    cells = [interval(kappa), str(gain) if size else "", interval(exact), interval(issue_f1)]
    line = f"| {size} | {how} | {' | '.join(cells)} |"
    print(line, flush=True)
    return line


def main() -> None:
    """Print both curves; write them into docs/model.md with `--write`."""
    codebook = load_codebook()
    house = house_ratings()
    read = one_reading(read_labels(CORPUS / "labels", codebook))
    labels = [x for x in read if split_of(x.writer) == "test" and x.section in house]
    by_house = [replace(x, rating=house[x.section]) for x in labels]
    with TemporaryDirectory() as folder:
        bench = Bench(codebook, load_model(), Remembering(load_reader()), Path(folder))
        for name, known in (("base curve", labels), ("house curve", by_house)):
            text = curve(bench, bundles(known))
            if "--write" in sys.argv:
                write_between(ROOT / "docs" / "model.md", name, text)


if __name__ == "__main__":
    main()
