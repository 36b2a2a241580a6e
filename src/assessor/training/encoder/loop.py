"""The training loop: several tasks at once, the best epoch by writers held out."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from assessor.errors import LabelError
from assessor.training.encoder.batches import Batch, Example, batch_of, batches
from assessor.training.encoder.losses import loss_of
from assessor.training.encoder.network import Encoder, Heads, Readings
from assessor.training.encoder.plan import Plan
from assessor.training.encoder.scores import Predicted, Scores, score

INFERENCE_BATCH = 32


@dataclass
class Network:
    """Encoder and heads; `stored` caches the frozen layers' output for each example."""

    encoder: Encoder
    heads: Heads
    frozen: int
    stored: dict[int, Tensor]

    def trained(self) -> list[Any]:
        """Return the parameters that training changes: word embeddings stay as they were."""
        layers = self.encoder.layers[self.frozen :]
        return [*layers.parameters(), *self.heads.parameters()]

    def read(self, batch: Batch) -> Readings:
        """Return the heads' outputs for a batch."""
        if self.stored:
            x = nn.utils.rnn.pad_sequence(
                [self.stored[k].float() for k in batch.examples], batch_first=True
            )
        else:
            x = self.encoder.embed(batch.ids)
            for layer in self.encoder.layers[: self.frozen]:
                x = layer(x, batch.mask)
        for layer in self.encoder.layers[self.frozen :]:
            x = layer(x, batch.mask)
        out: Readings = self.heads(x.float(), batch.mask, batch.sentence, batch.count)
        return out


def store(network: Network, examples: Sequence[Example]) -> None:
    """Cache the output of embeddings and frozen layers for every example."""
    network.encoder.eval()
    stored = {}
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for chosen in batches(examples, range(len(examples)), INFERENCE_BATCH):
            batch = batch_of(examples, chosen)
            x = network.encoder.embed(batch.ids)
            for layer in network.encoder.layers[: network.frozen]:
                x = layer(x, batch.mask)
            for row, k in enumerate(chosen):
                stored[k] = x[row, batch.mask[row]].half()
    network.stored = stored


def predict(
    network: Network, examples: Sequence[Example], places: Sequence[int]
) -> dict[int, Predicted]:
    """Return the outputs for the examples at `places`, as arrays."""
    network.encoder.eval()
    network.heads.eval()
    found = {}
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for chosen in batches(examples, places, INFERENCE_BATCH):
            batch = batch_of(examples, chosen)
            read = network.read(batch)
            for row, k in enumerate(chosen):
                found[k] = _one_text(read, batch, row)
    return found


def scores_of(network: Network, examples: Sequence[Example], places: Sequence[int]) -> Scores:
    """Score a network on the examples at `places`."""
    found = predict(network, examples, places)
    return score([found[k] for k in places], [examples[k] for k in places])


def _one_text(read: Readings, batch: Batch, row: int) -> Predicted:
    own = batch.text_of == row
    inside = (batch.sentence >= 0).nonzero()[:, 0] == row
    parts = {
        "levels": read.levels[row],
        "nothing": read.nothing[row],
        "issues": read.issues[own],
        "statuses": read.statuses[own],
        "attention": read.attention[inside],
    }
    return {name: part.float().numpy() for name, part in parts.items()}


def train(
    network: Network,
    examples: Sequence[Example],
    held_out: Sequence[Example],
    plan: Plan,
    progress: Callable[[str], None],
    keep: Callable[[Network], None] = lambda network: None,
) -> Scores:
    """Train in place; keep the weights of the epoch with the best scores on `held_out`.

    Parameters
    ----------
    keep : callable
        Called with each network that is the best so far.
    """
    torch.manual_seed(plan.seed)
    random = np.random.default_rng(plan.seed)
    whole = [*examples, *held_out]
    mine, others = range(len(examples)), range(len(examples), len(whole))
    if network.frozen:
        store(network, whole)
    steps = plan.epochs * math.ceil(len(examples) / plan.batch)
    optimizer, schedule = _optimizer(network, plan, steps)
    mean = _mean_of(network, plan)
    best: Scores | None = None
    kept: tuple[dict[str, Any], dict[str, Any]] | None = None
    for epoch in range(plan.epochs):
        started, total = time.monotonic(), 0.0
        network.encoder.train()
        network.heads.train()
        groups = list(batches(whole, mine, plan.batch, random))
        for chosen in groups:
            batch = batch_of(whole, chosen)
            with torch.autocast("cpu", torch.bfloat16):
                read = network.read(batch)
            loss = loss_of(read, batch, whole, plan)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.trained(), 1.0)
            optimizer.step()
            schedule.step()
            mean.update_parameters(nn.ModuleList([network.encoder, network.heads]))
            total += float(loss.detach())
        spent = time.monotonic() - started
        progress(
            f"epoch {epoch + 1} of {plan.epochs}: loss {total / len(groups):.3f}, {spent:.0f} s"
        )
        averaged = replace(network, encoder=mean.module[0], heads=mean.module[1])
        for name, candidate in (("last weights", network), ("mean weights", averaged)):
            reached = scores_of(candidate, whole, others)
            progress(f"  {name}: {reached}")
            if best is None or reached.total > best.total:
                best = reached
                kept = copy.deepcopy((candidate.encoder.state_dict(), candidate.heads.state_dict()))
                keep(candidate)
    if best is None or kept is None:
        raise LabelError("at least one epoch is needed")
    network.encoder.load_state_dict(kept[0])
    network.heads.load_state_dict(kept[1])
    return best


def _mean_of(network: Network, plan: Plan) -> AveragedModel:
    """Return the moving average of the weights; its decay rises over the first steps."""

    def follow(means: Any, weights: Any, steps: Tensor) -> None:
        decay = min(plan.ema_decay, (1 + float(steps)) / (10 + float(steps)))
        torch._foreach_lerp_(means, weights, 1 - decay)

    return AveragedModel(
        nn.ModuleList([network.encoder, network.heads]), multi_avg_fn=torch.no_grad()(follow)
    )


def _optimizer(network: Network, plan: Plan, steps: int) -> tuple[Any, Any]:
    layers = network.encoder.layers[network.frozen :]
    groups = [
        {"params": list(layers.parameters()), "lr": plan.learning_rate},
        {"params": list(network.heads.parameters()), "lr": plan.heads_learning_rate},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=plan.weight_decay)
    rising = max(1.0, plan.warmup * steps)

    def pace(step: int) -> float:
        return min((step + 1) / rising, (steps - step) / max(1.0, steps - rising))

    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, pace)
