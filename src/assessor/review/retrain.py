"""`assessor train` as a child process, and what it gained."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assessor.codebook.schema import Codebook
from assessor.labels.tables import LabelledObservation, one_reading
from assessor.review.sections import Section

MODEL = "model"
TOLD = 60  # lines of the command's last words that the page shows
_MAIN = "from assessor.cli import main; main()"


@dataclass(frozen=True, slots=True)
class Scores:
    """Agreement with a person's ratings of the same sections.

    Parameters
    ----------
    exact : float
        Share that is the same, 0 to 1.
    kappa : float
        Quadratic weighted kappa.
    """

    exact: float
    kappa: float


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a training stands.

    Parameters
    ----------
    state : str
        ``idle``, ``running``, ``done`` or ``failed``.
    told : str
        The command's last words.
    before, after : Scores or None
        Of the run's proposals and of the new model, on parts it did not see.
    """

    state: str
    told: str = ""
    before: Scores | None = None
    after: Scores | None = None


class Training:
    """Trains one model at a time, `RUN_DIR/model`.

    Parameters
    ----------
    run : Path
        The run folder.
    codebook : Path or None
        A codebook file of the user's own.
    """

    def __init__(self, run: Path, codebook: Path | None) -> None:
        self._run = run
        self._options = ["--codebook", str(codebook)] if codebook else []
        self._turn = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._told: deque[str] = deque(maxlen=TOLD)
        self._listener = threading.Thread()
        self._measure: Callable[[], Scores | None] = lambda: None

    def start(self, labels: Path, measure: Callable[[], Scores | None]) -> bool:
        """Start training on label tables; False where one is running.

        Parameters
        ----------
        measure : callable
            Returns what the run's proposals score; called when the training has ended.
        """
        with self._turn:
            if self._child is not None and self._child.poll() is None:
                return False
            self._told.clear()
            self._measure = cache(measure)
            self._child = subprocess.Popen(  # noqa: S603  # our own command, no shell
                [sys.executable, "-c", _MAIN, "train", str(labels), "--base", "shipped",
                 "-o", str(self._run / MODEL), *self._options],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )  # fmt: skip
            self._listener = threading.Thread(target=self._listen, args=(self._child,), daemon=True)
            self._listener.start()
            return True

    def progress(self) -> Progress:
        """Say where it stands."""
        with self._turn:
            if self._child is None:
                return Progress("idle")
            status = self._child.poll()
            if status is None:
                return Progress("running", "".join(self._told))
            self._listener.join(timeout=5)
            told = "".join(self._told).strip()
            after = _scores_of(self._run / MODEL / "model.json") if status in {0, 1} else None
            return (
                Progress("done", told, self._measure(), after)
                if after
                else Progress("failed", told)
            )

    def stop(self) -> None:
        """End a training that is running; an earlier model stays as it was."""
        with self._turn:
            if self._child is not None and self._child.poll() is None:
                self._child.terminate()
                self._child.wait(timeout=10)

    def _listen(self, child: subprocess.Popen[bytes]) -> None:
        """Take in what the command says, so that it never waits for a reader."""
        for line in child.stdout or ():
            self._told.append(line.decode("utf-8", "replace"))


def scores_of_proposals(
    sections: Sequence[Section], labels: Sequence[LabelledObservation], codebook: Codebook
) -> Scores | None:
    """Return how far the run's proposals agree with labels; None where nothing is rated.

    Measured on the sections on which a training measures the new model: those that people
    rated. A proposal without a level is not the same level, and has no place in kappa.
    """
    proposed = {section.key: section.proposal.rating for section in sections}
    pairs = [
        (theirs, codebook.level[proposed[label.section]].value)
        for label in one_reading(labels)
        if label.section in proposed and (theirs := codebook.level[label.rating].value)
    ]
    if not pairs:
        return None
    rated = [(theirs, ours) for theirs, ours in pairs if ours is not None]
    exact = sum(theirs == ours for theirs, ours in pairs) / len(pairs)
    return Scores(exact, _kappa(rated, [level.value for level in codebook.assessed_levels]))


def _kappa(pairs: Sequence[tuple[int, int]], levels: Sequence[int | None]) -> float:
    """Return quadratic weighted kappa; 0 where it is undefined, as `assessor train` has it."""
    from sklearn.metrics import cohen_kappa_score

    if len({level for pair in pairs for level in pair}) < 2:
        return 0.0
    theirs, ours = zip(*pairs, strict=True)
    return float(cohen_kappa_score(theirs, ours, labels=levels, weights="quadratic"))


def _scores_of(path: Path) -> Scores | None:
    try:
        scores = json.loads(path.read_text(encoding="utf-8"))["scores"]
        return Scores(float(scores["rating_exact_folds"]), float(scores["rating_kappa_folds"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
