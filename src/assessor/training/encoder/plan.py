"""How the network is trained."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """How to train.

    Parameters
    ----------
    layers : int
        Layers of the pretrained encoder that are kept, from the first.
    frozen : int
        Of these, how many stay as they were; what they say is computed once.
    memory : float
        How much of the running mean of the weights a step keeps; the mean is what is exported
        where it does better than the last step's weights.
    """

    epochs: int = 5
    batch: int = 16
    layers: int = 8
    frozen: int = 2
    rate: float = 8e-5
    heads_rate: float = 2e-3
    decay: float = 0.01
    warm_up: float = 0.1
    issue_weight: float = 0.5
    proof_weight: float = 0.3
    status_weight: float = 0.5
    memory: float = 0.998
    seed: int = 0
