"""Labels needed to reach a score, chosen by `labels suggest` against chosen at random.

The train writers' sections are the pool, the test writers' the yardstick. The learner is a
small one over words (TF-IDF, logistic regression), retrained after every batch: what is
measured is the choice of sections, not the shipped model.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

import numpy as np
from corpus_build import CORPUS, split_of
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from assessor.assess import Assessor
from assessor.codebook.load import load_codebook
from assessor.codebook.schema import Codebook
from assessor.labels.by_model import labels_by
from assessor.labels.suggest import Candidate, suggest
from assessor.labels.tables import LabelledObservation, one_reading, read_labels
from assessor.training.metrics import quadratic_kappa

SEED_SIZE, BATCH = 60, 60
Labels = Sequence[LabelledObservation]
Choice = Callable[[np.ndarray, list[int], int], list[int]]


def curve(
    pool: Labels,
    x: csr_matrix,
    test: Labels,
    x_test: csr_matrix,
    values: dict[str, int],
    choose: Choice,
    rounds: int,
    seed: int,
) -> list[float]:
    """Return kappa on the test sections after the seed and after every batch."""
    y = np.array([values[label.rating] for label in pool])
    y_test = [values[label.rating] for label in test]
    known = list(np.random.default_rng(seed).permutation(len(pool))[:SEED_SIZE])
    scores = []
    for _ in range(rounds + 1):
        learner = LogisticRegression(C=10, max_iter=200).fit(x[known], y[known])
        scores.append(quadratic_kappa(y_test, learner.predict(x_test).tolist(), 4))
        probabilities = np.zeros((len(pool), len(values)))
        probabilities[:, learner.classes_ - 1] = learner.predict_proba(x)
        known += choose(probabilities, known, seed)
    return scores


def at_random(probabilities: np.ndarray, known: list[int], seed: int) -> list[int]:
    """Choose a batch at random."""
    free = np.setdiff1d(np.arange(len(probabilities)), known)
    return list(np.random.default_rng(seed + len(known)).permutation(free)[:BATCH])


def by_suggestion(pool: Labels, worded: Labels, codebook: Codebook) -> Choice:
    """Return the choice that `labels suggest` makes; issues are those of the wording."""
    levels = [level.id for level in codebook.assessed_levels]
    places = {(x.fiche_id, x.dimension): n for n, x in enumerate(pool)}

    def choose(probabilities: np.ndarray, known: list[int], seed: int) -> list[int]:
        candidates = [
            Candidate(LabelledObservation(w.fiche_id, w.dimension, w.text,
                                          levels[int(p.argmax())], w.issues, "model"),
                      w, tuple(map(float, p)), float(p.max()))
            for w, p in zip(worded, probabilities, strict=True)
        ]  # fmt: skip
        labelled = [candidates[k].section for k in known]
        return [places[s.candidate.section] for s in suggest(candidates, codebook, BATCH, labelled)]

    return choose


def main() -> None:
    """Print the mean curves and what it takes to reach the random choice's last score."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--pool", type=int, default=2000, help="sections to choose from")
    options = parser.parse_args()
    codebook = load_codebook()
    values = {level.id: level.value for level in codebook.assessed_levels if level.value}
    labels = [
        x for x in one_reading(read_labels(CORPUS / "labels", codebook)) if x.rating in values
    ]
    pool = [x for x in labels if split_of(x.writer) == "train"]
    order = np.random.default_rng(0).permutation(len(pool))[: options.pool]
    pool = [pool[k] for k in order]
    test = [x for x in labels if split_of(x.writer) == "test"]
    worded = {(x.fiche_id, x.dimension): x for x in labels_by(Assessor(codebook), pool, "wording")}
    vectors = TfidfVectorizer(sublinear_tf=True, min_df=3)
    x = vectors.fit_transform([f"{a.dimension} {a.text}" for a in pool])
    x_test = vectors.transform([f"{a.dimension} {a.text}" for a in test])
    same = [worded[a.fiche_id, a.dimension] for a in pool]
    choices = {"random": at_random, "suggest": by_suggestion(pool, same, codebook)}
    means = {
        name: np.mean([curve(pool, x, test, x_test, values, choose, options.rounds, seed)
                       for seed in range(options.repeats)], axis=0)
        for name, choose in choices.items()
    }  # fmt: skip
    sizes = [SEED_SIZE + BATCH * n for n in range(options.rounds + 1)]
    print("| labels | " + " | ".join(map(str, sizes)) + " |")
    for name, scores in means.items():
        print(f"| {name} | " + " | ".join(f"{score:.2f}" for score in scores) + " |")
    goal = means["random"][-1]
    reached = [size for size, score in zip(sizes, means["suggest"], strict=True) if score >= goal]
    print(f"kappa {goal:.2f}: {sizes[-1]} at random, {reached[0] if reached else 'more'} suggested")


if __name__ == "__main__":
    main()
