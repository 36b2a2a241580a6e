"""Score what ships on the corpus's test writers, beside baselines: `make eval`.

Prints a Markdown table; `--write` puts it into README.md between its marks.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assessor.assess import Assessment, Assessor
from assessor.codebook.load import load_codebook
from assessor.codebook.schema import Codebook
from assessor.fiche.fiche import Fiche
from assessor.labels.tables import LabelledObservation, one_reading, read_labels
from assessor.text_model import TextModel, load_model
from assessor.training.metrics import (
    Counts,
    Score,
    bootstrap,
    count_matches,
    f1,
    quadratic_kappa,
    within_one,
)

ROOT = Path(__file__).parents[1]
MARKS = ("<!-- scores: make eval -->", "<!-- end of scores -->")


def test_writers(labels: Sequence[LabelledObservation]) -> tuple[list, list]:
    """Divide labels into train and test by the corpus's split."""
    from corpus_build import split_of

    parts: dict[str, list[LabelledObservation]] = {"train": [], "test": []}
    for label in labels:
        parts[split_of(label.writer)].append(label)
    return parts["train"], parts["test"]


@dataclass(frozen=True)
class Guess:
    """What one system says of an observation: a level and a set of codes."""

    name: str
    rate: Callable[[LabelledObservation], str]
    codes: Callable[[LabelledObservation], set[str]]


def analysis(name: str, codebook: Codebook, model: TextModel | None) -> Guess:
    """Return the analysis with a model, or with wording and lexicon alone."""
    assessor = Assessor(codebook, model)

    @cache
    def assessed(label: LabelledObservation) -> Assessment:
        fiche = Fiche(label.fiche_id, "", "", sections={label.dimension: label.text})
        return assessor.assess(fiche)

    def level(label: LabelledObservation) -> str:
        ratings = assessed(label).ratings
        return next(r.level for r in ratings if r.dimension == label.dimension)

    return Guess(name, level, lambda label: {issue.code for issue in assessed(label).issues})


def systems(codebook: Codebook, train: Sequence[LabelledObservation]) -> list[Guess]:
    """Return the shipped analysis and the trivial baselines."""
    majority = Counter(x.rating for x in train if x.rating != "not_assessed").most_common(1)[0][0]
    usual = defaultdict(set)
    for issue in codebook.issues:
        usual[issue.usual].add(issue.id)
    return [
        analysis("**shipped**: model with wording", codebook, load_model()),
        analysis("wording and lexicon alone (`--reader none`)", codebook, None),
        Guess(f"always «{majority}»", lambda x: majority, lambda x: set()),
        Guess("every usual code always", lambda x: majority, lambda x: usual[x.dimension]),
    ]


def rating_scores(
    codebook: Codebook, test: Sequence[LabelledObservation], guess: Guess
) -> list[Score]:
    """Return kappa and within-one on sections that both sides rate."""
    pairs = defaultdict(list)
    for label in test:
        truth, said = codebook.level[label.rating].value, codebook.level[guess.rate(label)].value
        if truth and said:
            pairs[label.fiche_id].append((truth, said))
    return [
        bootstrap(pairs, lambda items: quadratic_kappa(*zip(*items, strict=True))),
        bootstrap(pairs, lambda items: within_one(*zip(*items, strict=True))),
    ]


def issue_scores(test: Sequence[LabelledObservation], guess: Guess) -> list[Score]:
    """Return F1, precision and recall at (fiche, dimension, code)."""
    counts = defaultdict(list)
    for label in test:
        truth = {issue.code for issue in label.issues}
        counts[label.fiche_id].append(count_matches(truth, guess.codes(label)))

    def total(items: Sequence[Counts]) -> tuple[int, ...]:
        return tuple(sum(column) for column in zip(*items, strict=True))

    return [
        bootstrap(counts, lambda items: f1(total(items))),
        bootstrap(counts, lambda items: total(items)[0] / max(1, sum(total(items)[:2]))),
        bootstrap(
            counts, lambda items: total(items)[0] / max(1, total(items)[0] + total(items)[2])
        ),
    ]


def table(codebook: Codebook, labels: Sequence[LabelledObservation]) -> str:
    """Return the scores as Markdown."""
    train, test = test_writers(labels)
    writers = sorted({x.writer for x in test})
    lines = [
        f"{len(test)} sections of {len({x.fiche_id for x in test})} fiches and observations by "
        f"{len(writers)} test writers ({', '.join(writers)}); 95 % intervals by bootstrap over "
        "fiches.",
        "",
        "| system | rating: quadratic kappa | within one level | issues: F1 | precision | recall |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for guess in systems(codebook, train):
        scores = [*rating_scores(codebook, test, guess), *issue_scores(test, guess)]
        lines.append(f"| {guess.name} | " + " | ".join(map(str, scores)) + " |")
    return "\n".join(lines)


def main() -> None:
    """Print the table, and write it into the README with `--write`."""
    codebook = load_codebook()
    text = table(codebook, one_reading(read_labels(ROOT / "corpus" / "labels", codebook)))
    print(text)
    if "--write" in sys.argv:
        readme = ROOT / "README.md"
        content = readme.read_text(encoding="utf-8")
        before, rest = content.split(MARKS[0])
        after = rest.split(MARKS[1])[1]
        readme.write_text(f"{before}{MARKS[0]}\n{text}\n{MARKS[1]}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
