"""The multi-task loss: levels, issues, their statuses and the attention on their evidence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from assessor.training.encoder.batches import Batch, Example
from assessor.training.encoder.network import Readings
from assessor.training.encoder.plan import Plan


def loss_of(read: Readings, batch: Batch, examples: Sequence[Example], plan: Plan) -> Tensor:
    """Return the sum of the tasks' losses."""
    chosen = [examples[k] for k in batch.examples]
    level = torch.tensor([x.level for x in chosen])
    rated = level >= 0
    total = functional.binary_cross_entropy_with_logits(read.nothing, (~rated).float())
    if rated.any():
        total = total + _ordinal(read.levels[rated], level[rated])
    issues = torch.from_numpy(np.concatenate([x.issues for x in chosen]))
    weights = torch.from_numpy(np.concatenate([x.weights for x in chosen]))
    cells = functional.binary_cross_entropy_with_logits(read.issues, issues, reduction="none")
    total = total + plan.issue_weight * (cells * weights).sum() / len(chosen)
    statuses = torch.from_numpy(np.concatenate([x.statuses for x in chosen]))
    found = statuses >= 0
    if found.any():
        told = functional.cross_entropy(read.statuses[found], statuses[found])
        total = total + plan.status_weight * told
    return total + plan.evidence_weight * _proof_loss(read, batch, chosen)


def _ordinal(scores: Tensor, level: Tensor) -> Tensor:
    """Cross-entropy with ordinal label smoothing: some of the mass goes to neighbouring levels."""
    count = scores.shape[1]
    distance = (torch.arange(count)[None] - level[:, None]).abs()
    target = torch.where(distance == 0, 0.9, torch.where(distance == 1, 0.08, 0.01))
    return functional.cross_entropy(scores, target / target.sum(1, keepdim=True))


def _proof_loss(read: Readings, batch: Batch, chosen: Sequence[Example]) -> Tensor:
    """Negative log of the attention's mass on the labelled evidence, in the mean."""
    inside = batch.sentence >= 0
    number = torch.full(batch.sentence.shape, -1)
    number[inside] = torch.arange(int(inside.sum()))
    tokens, pairs = [], []
    names: dict[tuple[int, int], int] = {}
    first = 0
    for row, example in enumerate(chosen):
        for token, place, code in example.proof:
            tokens.append(int(number[row, token]))
            pairs.append((names.setdefault((first + place, code), len(names)), code))
        first += len(example.issues)
    if not tokens:
        return read.levels.new_zeros(())
    group, code = torch.tensor(pairs).T
    shares = read.attention[torch.tensor(tokens), code]
    mass = shares.new_zeros(len(names)).index_add(0, group, shares)
    return -mass.clamp(1e-6, 1).log().mean()
