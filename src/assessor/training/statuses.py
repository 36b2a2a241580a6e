"""Training the status classifier: whether an issue is current, resolved or potential."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assessor.codebook.schema import Codebook
from assessor.errors import LabelError
from assessor.issues.scope import ScopeEngine
from assessor.labels.tables import LabelledObservation
from assessor.text_model import LinearModel, status_features
from assessor.training.linear import Part, classes, cross_fitted, groups_of
from assessor.training.prior import matrix, moved, one_of_several
from assessor.training.sentences import LabelledSentence

C_STATUS = 10.0
Array = NDArray[Any]


def fit_statuses(
    used: Sequence[LabelledObservation], sentences: Sequence[LabelledSentence], codebook: Codebook
) -> tuple[Part, Array, Array]:
    """Fit the classifier on the sentences that hold evidence.

    Returns
    -------
    part : Part
    scores : array, shape (issues, statuses)
        Cross-validated, in order of sentences and of issues within them.
    y : array, shape (issues,)
        Indices of the true statuses.

    Raises
    ------
    LabelError
        If all issues have one status.
    """
    names = [status.id for status in codebook.statuses]
    found, y, groups = _items(used, sentences, codebook)
    if len(set(y)) < 2:
        raise LabelError("issues of at least two statuses are needed")
    fit = classes(y, len(names), C_STATUS, balance=True)
    fitted, scores = cross_fitted(found, groups, names, fit)
    return fitted, scores, y


def moved_statuses(
    base: LinearModel,
    used: Sequence[LabelledObservation],
    sentences: Sequence[LabelledSentence],
    codebook: Codebook,
) -> Part:
    """Adapt a base's classifier to labels."""
    found, y, _ = _items(used, sentences, codebook)
    return moved(base, matrix(base, found), np.eye(len(base.outputs))[y], one_of_several)


def _items(
    used: Sequence[LabelledObservation], sentences: Sequence[LabelledSentence], codebook: Codebook
) -> tuple[list[list[str]], Array, list[str]]:
    """Return features, status and group of each issue whose evidence stands in a sentence."""
    names = [status.id for status in codebook.statuses]
    items = [(s, code, status) for s in sentences for code, status in s.codes.items()]
    engine, groups = ScopeEngine(codebook), groups_of(used)
    found = [
        status_features(s.text, s.before, s.after, code, engine.marks(s.text, s.after))
        for s, code, _ in items
    ]
    y = np.array([names.index(status) for *_, status in items], dtype=int)
    return found, y, [groups[s.observation] for s, *_ in items]
