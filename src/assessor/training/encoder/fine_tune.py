"""Fine-tuning a reader on a user's labels: `assessor train --fine-tune`."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from assessor.codebook.schema import Codebook
from assessor.labels.tables import LabelledObservation
from assessor.reader.reader import Reader
from assessor.training.encoder.build import build, check_int8
from assessor.training.encoder.plan import Plan
from assessor.training.encoder.scores import Scores
from assessor.training.encoder.start import Start, continued, from_e5
from assessor.training.held_out import Division, divide

ANEW = Plan()
# Smaller steps for a reader that is already trained, so that it does not forget.
FURTHER = Plan(epochs=4, learning_rate=4e-5, heads_learning_rate=5e-4)
SECONDS = 0.1  # a section and epoch, eight layers over some 90 words on one core
Tell = Callable[[str], None]


def fine_tune(
    folder: Path,
    labels: Sequence[LabelledObservation],
    codebook: Codebook,
    base: Reader | None,
    tell: Tell,
) -> dict[str, Any]:
    """Train a reader on labels and write its folder.

    Parameters
    ----------
    folder : Path
        Where to write it; the reader takes the folder's name.
    base : Reader, optional
        The reader to continue; without one the pretrained e5.
    tell : callable
        Called with each line of progress.

    Returns
    -------
    dict
        For the model's card: numbers of sections trained on and held out, and the reader's own
        scores on the latter, after training and before.

    Raises
    ------
    LabelError
        If there are too few labels, or none that may be held out.
    """
    started = time.monotonic()
    division = divide(labels, codebook, base.learnt_from if base else lambda writer, fiche: False)
    plan = FURTHER if base else ANEW
    tell(_plan_in_words(division, plan))
    start = _start(division, codebook, base, plan)
    built = build(folder, start, division, codebook, plan, tell)
    agreed = check_int8(built, division.choose, codebook)
    tell(f"kept: {built.reached}; int8 names the same level on {agreed['same_level']:.0%}")
    if base is not None:
        tell(_gain_in_words(built.before, built.reached, base))
    tell(f"the reader took {(time.monotonic() - started) / 60:.1f} minutes")
    return {
        "continues": base.name if base else "multilingual-e5-small",
        "sections": len(division.learn),
        "held_out_sections": len(division.choose),
        "held_out": division.held_out,
        "scores": _rounded(built.reached),
        "before": _rounded(built.before) if base else None,
    }


def _start(division: Division, codebook: Codebook, base: Reader | None, plan: Plan) -> Start:
    if base is not None:
        return continued(base, codebook, plan)
    return from_e5((x.text for x in (*division.learn, *division.choose)), codebook, plan)


def _gain_in_words(before: Scores, after: Scores, base: Reader) -> str:
    if after.total > before.total:
        return f"{base.name} before: {before}"
    return (
        f"warning: {base.name} did as well before ({before}): without --fine-tune, or with more "
        "labels, you may fare better"
    )


def _rounded(scores: Scores) -> dict[str, float]:
    return {name: round(value, 4) for name, value in vars(scores).items()}


def _plan_in_words(division: Division, plan: Plan) -> str:
    minutes = math.ceil(plan.epochs * SECONDS * len(division.learn) / 60)
    return (
        f"the reader learns from {len(division.learn)} sections; {division.held_out} "
        f"({len(division.choose)} sections) are held out; {plan.epochs} epochs, "
        f"some {minutes} minutes on one core"
    )
