"""Adapting a trained linear model to new labels without forgetting.

The base's weights are the mean of a Gaussian prior and the new weights the posterior mode: few
labels change them little, many labels outweigh the prior. The vocabulary stays the base's, so that
the result is a linear model like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import softmax

from assessor.text_model import LinearModel
from assessor.training.linear import Part

# Precisions of the prior, by the curve in docs/model.md: weights move, levels of all
# sections together only where many labels say so.
STRENGTH, INTERCEPT_STRENGTH = 0.3, 100.0
ITERATIONS = 100
Array = NDArray[Any]
Link = Callable[[Array, Array], tuple[float, Array]]


def matrix(model: LinearModel, found: Sequence[Sequence[str]]) -> csr_matrix:
    """Return the TF-IDF matrix of texts, given by their features, shape (texts, features)."""
    indices: list[int] = []
    values: list[float] = []
    ends = [0]
    for features in found:
        rows, weights = model.values(features)
        indices += rows.tolist()
        values += list(map(float, weights))
        ends.append(len(indices))
    return csr_matrix((values, indices, ends), shape=(len(found), len(model.vocabulary)))


def one_of_several(logits: Array, target: Array) -> tuple[float, Array]:
    """Return the loss of one class per row (softmax), and its gradient by the logits."""
    shares = softmax(logits, axis=1)
    return float(-np.log(np.clip(shares[target > 0], 1e-12, 1)).sum()), shares - target


def each_by_itself(logits: Array, target: Array) -> tuple[float, Array]:
    """Return the loss of independent binary outputs (logistic), and its gradient by the logits."""
    loss = np.logaddexp(0, logits) - target * logits
    return float(loss.sum()), 1 / (1 + np.exp(-np.clip(logits, -30, 30))) - target


def correction(
    x: csr_matrix | Array,
    logits: Array,
    target: Array,
    link: Link,
    strength: float = STRENGTH,
    intercept_strength: float = INTERCEPT_STRENGTH,
) -> tuple[Array, Array]:
    """Return the change of weights and intercept: the posterior mode under the prior.

    Parameters
    ----------
    x : matrix, shape (items, features)
    logits : array, shape (items, outputs)
        Of the base.
    target : array, shape (items, outputs)
        1 for the true outputs, else 0.

    Returns
    -------
    tuple of array
        Shapes (features, outputs) and (outputs,).
    """
    seen = np.flatnonzero(np.asarray(abs(x).sum(axis=0)).ravel())
    own = x[:, seen]
    # Independent outputs are faster to fit one by one.
    parts = (
        [[k] for k in range(target.shape[1])]
        if link is each_by_itself
        else [list(range(target.shape[1]))]
    )
    weights = np.zeros((x.shape[1], target.shape[1]))
    intercept = np.zeros(target.shape[1])
    for part in parts:
        found, intercept[part] = _mode(
            own, logits[:, part], target[:, part], link, strength, intercept_strength
        )
        weights[np.ix_(seen, np.array(part))] = found
    return weights, intercept


def _mode(
    x: csr_matrix | Array,
    logits: Array,
    target: Array,
    link: Link,
    strength: float,
    intercept_strength: float,
) -> tuple[Array, Array]:
    back, count = x.T, target.shape[1]
    size = x.shape[1] * count

    def loss(values: Array) -> tuple[float, Array]:
        weights, intercept = values[:size].reshape(-1, count), values[size:]
        cost, slope = link(logits + x @ weights + intercept, target)
        cost += strength * (weights**2).sum() / 2 + intercept_strength * (intercept**2).sum() / 2
        slopes = (
            (back @ slope + strength * weights).ravel(),
            slope.sum(0) + intercept_strength * intercept,
        )
        return cost, np.concatenate(slopes)

    start = np.zeros(size + count)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS}).x
    return found[:size].reshape(-1, count), found[size:]


def moved(base: LinearModel, x: csr_matrix, target: Array, link: Link) -> Part:
    """Return the base adapted to labels."""
    logits = x @ base.weights + base.intercept
    weights, intercept = correction(x, logits, target, link)
    part = Part.of(base)
    return replace(part, weights=base.weights + weights, intercept=base.intercept + intercept)
