"""Linear models over words: what a trained model is, how it is stored and how it reads.

A model folder holds JSON and a plain NumPy archive, never a pickle: loading it runs no code
of its own.
"""

from __future__ import annotations

import json
import math
import re
import zipfile
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assessor.errors import ModelError
from assessor.evidence import Span
from assessor.folding import bare_words, words_of

FORMAT = 2
# An option's name is a field of `ModelOptions`, or begins with one of these:
OWN_THRESHOLD = "threshold."  # of a code
STEM = 6  # letters of a word that count: Spanish endings matter less than its beginnings
Floats = NDArray[np.float32]


def stems(text: str) -> list[str]:
    """Return the beginnings of a text's words, in order.

    >>> stems("Las actividades atrasadas")
    ['las', 'activi', 'atrasa']
    """
    return [word[:STEM] for word in bare_words(text)]


def features(text: str, dimension: str) -> list[str]:
    """Return a text's features: truncated words, their bigrams, and each word by dimension."""
    words = stems(text)
    pairs = [f"{a}_{b}" for a, b in pairwise(words)]
    own = [f"{dimension}|{word}" for word in words]
    return [*words, *pairs, *own, f"{dimension}|"]


# Endings that tell when: it used to, it will, it would.
_TENSES = (
    ("past", re.compile(r"(?:aba|aban|ia|ian|aron|ieron)$")),
    ("future", re.compile(r".{2}(?:ara|aran|era|eran|ira|iran)$")),
    ("conditional", re.compile(r"(?:ria|rian)$")),
)


def status_features(
    sentence: str, before: str, after: str, code: str, cues: Sequence[str]
) -> list[str]:
    """Return what tells an issue's status: its sentence, its neighbours, cues and tenses.

    Parameters
    ----------
    code : str
        The issue: a shock passes more often than a missing plan comes.
    cues : sequence of str
        Marks of the cues in the sentence and the next one (`ScopeEngine.marks`).
    """
    own, following = bare_words(sentence), bare_words(after)
    short, short_next = [word[:STEM] for word in own], [word[:STEM] for word in following]
    return [
        *short,
        *(f"{a}_{b}" for a, b in pairwise(short)),
        *(f"R:{word}" for word in own),
        *(f"N:{word}" for word in short_next),
        *(f"N:{a}_{b}" for a, b in pairwise(short_next)),
        *(f"RN:{word}" for word in following),
        *(f"P:{word}" for word in stems(before)),
        *(f"T:{tense}" for tense in _tenses(own)),
        *(f"TN:{tense}" for tense in _tenses(following)),
        *cues,
        f"C:{code}",
        f"C:{code}",
    ]


def _tenses(words: Sequence[str]) -> list[str]:
    return [name for word in words for name, ending in _TENSES if ending.search(word)]


@cache  # nearly all counts are 1 or 2
def _damped(count: int) -> float:
    return 1 + math.log(count)


@dataclass(frozen=True)
class LinearModel:
    """One linear model over weighted, length-normalised features.

    Parameters
    ----------
    outputs : tuple of str
        Names of the columns of `weights`.
    vocabulary : mapping
        Feature to row.
    idf : array, shape (features,)
        Inverse document frequencies.
    weights : array, shape (features, outputs)
    intercept : array, shape (outputs,)
    """

    outputs: tuple[str, ...]
    vocabulary: Mapping[str, int]
    idf: Floats
    weights: Floats
    intercept: Floats

    def scores(self, found: Sequence[str]) -> Floats:
        """Return the linear scores of a text given by its features, shape (outputs,)."""
        return self.scores_of_rows(self.rows(found))

    def rows(self, found: Iterable[str]) -> list[int | None]:
        """Return each feature's row; None where the model does not know it."""
        return list(map(self.vocabulary.get, found))

    def scores_of_rows(self, found: Sequence[int | None]) -> Floats:
        """Return the linear scores of a text given by its features' rows, shape (outputs,)."""
        rows, values = _weighed(found, self.idf)
        if not len(rows):
            return self.intercept
        result: Floats = values @ self.weights[rows] + self.intercept
        return result

    def shares(self, found: Sequence[str], output: int) -> dict[str, float]:
        """Return what each feature adds to one output's score."""
        rows, values = self.values(found)
        names = [name for name in dict.fromkeys(found) if name in self.vocabulary]
        return {
            name: float(value * self.weights[row, output])
            for name, row, value in zip(names, rows, values, strict=True)
        }

    def values(self, found: Sequence[str]) -> tuple[NDArray[np.intp], Floats]:
        """Return the rows that a text's features have and their weights, of length 1."""
        return _weighed(self.rows(found), self.idf)


def _weighed(found: Sequence[int | None], idf: Floats) -> tuple[NDArray[np.intp], Floats]:
    counts = Counter(found)
    counts.pop(None, None)
    rows = np.array(list(counts), dtype=np.intp)
    values = np.array(list(map(_damped, counts.values())), np.float32) * idf[rows]
    norm = float(np.sqrt((values**2).sum()))
    return rows, values / norm if norm else values


class TextRows:
    """A text's features as a model's rows: cheap to score without some of its words.

    Examples
    --------
    >>> from assessor.evidence import Span
    >>> model = load_model().parts["rating"]
    >>> text = "Hay avances, pero faltan fondos"
    >>> rest = TextRows(model, text, "execution").scores_without(Span(13, 31))
    >>> bool((rest == model.scores(features("Hay avances,", "execution"))).all())
    True
    """

    def __init__(self, model: LinearModel, text: str, dimension: str) -> None:
        self._model = model
        self._words = words_of(text)
        rows = model.rows(features(text, dimension))
        count = len(self._words)
        pairs = max(0, count - 1)
        self._single, self._pairs = rows[:count], rows[count : count + pairs]
        self._own, self._dimension = rows[count + pairs : -1], rows[-1:]

    def scores_without(self, span: Span) -> Floats:
        """Return the scores of the text without the words that a span covers or cuts.

        They come as `LinearModel.scores` gives them, in the same order of sums.
        """
        first = bisect_right(self._words, span.start, key=lambda word: word.end)
        after = bisect_left(self._words, span.end, key=lambda word: word.start)
        bridge: list[int | None] = []
        if first and after < len(self._words):
            one, other = self._words[first - 1].text, self._words[after].text
            bridge = self._model.rows([f"{one[:STEM]}_{other[:STEM]}"])
        return self._model.scores_of_rows(
            [
                *self._single[:first], *self._single[after:],
                *self._pairs[: max(0, first - 1)], *bridge, *self._pairs[after:],
                *self._own[:first], *self._own[after:], *self._dimension,
            ]
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """The numbers that training chose; those without a default are in every model.

    Parameters
    ----------
    issue_threshold : float
        Log-odds above which a sentence reports a code.
    thresholds : mapping
        Those of codes that have one of their own.
    wording_bonus : float
        Log-odds that a hit of the codebook's wording adds.
    confidence_slope, confidence_offset : float
        From the distance above the threshold to log-odds that the issue is right.
    issue_words, issue_reader, issue_offset : float
        How the linear model's and the encoder's log-odds of a code are combined.
    issue_alone : float
        Scale of a code's log-odds where the encoder does not know the code.
    status_words, status_reader : float
        The weights of both in a status.
    not_assessed_words, not_assessed_reader : float
        The weights of both in the score that a section holds nothing to judge.
    not_assessed_threshold : float
        Score above which it holds nothing.
    """

    issue_threshold: float
    wording_bonus: float
    confidence_slope: float
    confidence_offset: float
    thresholds: Mapping[str, float]
    issue_words: float = 1.0
    issue_reader: float = 0.0
    issue_offset: float = 0.0
    issue_alone: float = 1.0
    status_words: float = 1.0
    status_reader: float = 0.0
    not_assessed_words: float = 1.0
    not_assessed_reader: float = 0.0
    not_assessed_threshold: float = 0.0

    @classmethod
    def of(cls, held: Mapping[str, Any]) -> ModelOptions:
        """Return the options that a `model.json` holds.

        Raises
        ------
        TypeError, ValueError
            If one that is needed is missing or one is no number.
        """
        numbers = {name: float(value) for name, value in held.items()}

        def named(prefix: str) -> dict[str, float]:
            return {k.removeprefix(prefix): v for k, v in numbers.items() if k.startswith(prefix)}

        return cls(
            thresholds=named(OWN_THRESHOLD),
            **{field.name: numbers[field.name] for field in fields(cls) if field.name in numbers},
        )

    def threshold(self, code: str) -> float:
        """Return the log-odds above which a sentence reports a code."""
        return self.thresholds.get(code, self.issue_threshold)


@dataclass(frozen=True)
class TextModel:
    """All linear models of a model folder, and what it was made of.

    Parameters
    ----------
    parts : mapping
        Name (``rating``, ``issues``, ``status``) to its model.
    about : dict
        `model.json`: versions, hashes, options, scores.
    folder : Path, optional
        Where it was loaded from: a reader of its own stands there.
    """

    name: str
    parts: Mapping[str, LinearModel]
    about: dict[str, Any]
    folder: Path | None = None

    @property
    def options(self) -> ModelOptions:
        """The numbers that training chose."""
        return ModelOptions.of(self.about["options"])

    @property
    def reader_digest(self) -> str | None:
        """SHA-256 of the reader that it was joined with; None where it knows none."""
        joined = self.about.get("with_reader") or {}
        digest: str | None = joined.get("sha256")
        return digest

    def joined_with(self, digest: str) -> TextModel:
        """Return the model with the numbers that weigh a reader in.

        Raises
        ------
        ModelError
            If it was joined with another reader, or with none.
        """
        if self.reader_digest != digest:
            raise ModelError(
                f"{self.name}: was not trained with this reader; train it anew, or leave the "
                "reader out (--reader words)"
            )
        joined = self.about["with_reader"]
        return replace(
            self, about={**self.about, **{k: joined[k] for k in ("options", "rating", "review")}}
        )


def load_model(path: Path | None = None) -> TextModel:
    """Load a model folder; the shipped one when no path is given.

    Raises
    ------
    ModelError
        If the folder is missing, damaged or of another format; says what to do.
    """
    if path is None:
        return _shipped()
    return _load(path)


def shipped_model() -> TextModel | None:
    """Return the shipped model, None where the package has none."""
    try:
        return _shipped()
    except ModelError:
        return None


@lru_cache(maxsize=1)
def _shipped() -> TextModel:
    with resources.as_file(resources.files("assessor") / "models" / "es-default") as folder:
        return _load(folder)


def _load(path: Path) -> TextModel:
    try:
        about = json.loads((path / "model.json").read_text(encoding="utf-8"))
        words = json.loads((path / "vocabulary.json").read_text(encoding="utf-8"))
        with np.load(path / "weights.npz", allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        if not isinstance(about, dict) or not isinstance(words, dict):
            raise ValueError("not a mapping")
    except FileNotFoundError as error:
        missing = Path(error.filename).name
        raise ModelError(f"{path}: no model folder ({missing} is missing)") from error
    except (OSError, EOFError, ValueError, zipfile.BadZipFile) as error:
        raise ModelError(f"{path}: the model is damaged; train it anew or reinstall") from error
    if about.get("format") != FORMAT:
        raise ModelError(
            f"{path}: model of format {about.get('format')!r}; this version reads {FORMAT}: "
            "train it anew"
        )
    try:
        ModelOptions.of(about["options"])
        about["rating"]["weights"]
        parts = {name: _part(name, about, words[name], arrays) for name in about["outputs"]}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path}: the model is damaged; train it anew or reinstall") from error
    return TextModel(path.name, parts, about, path)


def _part(
    name: str, about: Mapping[str, Any], words: Sequence[str], arrays: Mapping[str, Any]
) -> LinearModel:
    model = LinearModel(
        outputs=tuple(about["outputs"][name]),
        vocabulary={word: row for row, word in enumerate(words)},
        idf=arrays[f"{name}.idf"].astype(np.float32),
        weights=arrays[f"{name}.weights"].astype(np.float32),
        intercept=arrays[f"{name}.intercept"].astype(np.float32),
    )
    if model.weights.shape != (len(words), len(model.outputs)) or len(model.idf) != len(words):
        raise ValueError("shapes do not fit")
    return model
