"""Hyperparameters of the encoder's training."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """Hyperparameters.

    Parameters
    ----------
    layers : int
        Layers of the pretrained encoder that are kept, from the first.
    frozen : int
        Of these, how many are not trained; their output is computed once.
    learning_rate, heads_learning_rate : float
        Peak rates of AdamW for the encoder's layers and for the heads.
    warmup : float
        Share of the steps over which the rates rise from 0; then they fall linearly to 0.
    issue_weight, evidence_weight, status_weight : float
        Weights of the tasks in the loss, beside the rating's 1.
    ema_decay : float
        Decay of the exponential moving average of the weights; the average is exported where
        it scores better than the last step's weights.
    """

    epochs: int = 5
    batch: int = 16
    layers: int = 8
    frozen: int = 2
    learning_rate: float = 8e-5
    heads_learning_rate: float = 2e-3
    weight_decay: float = 0.01
    warmup: float = 0.1
    issue_weight: float = 0.5
    evidence_weight: float = 0.3
    status_weight: float = 0.5
    ema_decay: float = 0.998
    seed: int = 0
