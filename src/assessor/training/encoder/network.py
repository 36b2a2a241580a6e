"""The network: a BERT encoder and, over its tokens, ratings, issues and statuses."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from assessor.training.encoder.e5 import E5, Shape

DROPOUT = 0.1


class Layer(nn.Module):
    """One post-norm transformer layer, as BERT has them."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        size = shape.hidden
        self.heads = shape.heads
        self.qkv = nn.Linear(size, 3 * size)
        self.out = nn.Linear(size, size)
        self.norm = nn.LayerNorm(size, eps=shape.epsilon)
        self.inner = nn.Linear(size, shape.inner)
        self.outer = nn.Linear(shape.inner, size)
        self.last = nn.LayerNorm(size, eps=shape.epsilon)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Return the layer's output; `x` (texts, tokens, size), `mask` true where tokens are."""
        texts, tokens, size = x.shape
        qkv = self.qkv(x).view(texts, tokens, 3, self.heads, size // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        weights = q @ k.transpose(-1, -2) / math.sqrt(size // self.heads)
        weights = weights.masked_fill(~mask[:, None, None, :], -1e4).softmax(-1)
        mixed = (weights @ v).transpose(1, 2).reshape(texts, tokens, size)
        x = self.norm(x + functional.dropout(self.out(mixed), DROPOUT, self.training))
        grown = self.outer(functional.gelu(self.inner(x)))
        out: Tensor = self.last(x + functional.dropout(grown, DROPOUT, self.training))
        return out


class Encoder(nn.Module):
    """Embeddings and layers; `ids` and `mask` of shape (texts, tokens)."""

    def __init__(self, shape: Shape, pieces: int, layers: int) -> None:
        super().__init__()
        self.word = nn.Embedding(pieces, shape.hidden)
        self.position = nn.Embedding(shape.positions, shape.hidden)
        self.norm = nn.LayerNorm(shape.hidden, eps=shape.epsilon)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(layers))

    def embed(self, ids: Tensor) -> Tensor:
        """Return what enters the first layer."""
        places = torch.arange(ids.shape[1], device=ids.device)
        out: Tensor = self.norm(self.word(ids) + self.position(places)[None])
        return out

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return the last layer's tokens, shape (texts, tokens, size)."""
        x = self.embed(ids)
        for layer in self.layers:
            x = layer(x, mask)
        return x


def pretrained(e5: E5, rows: NDArray[np.int64], layers: int) -> Encoder:
    """Return the encoder with the first layers of e5 and the embeddings of the kept pieces."""
    encoder = Encoder(e5.shape, len(rows), layers)
    size, t = e5.shape.hidden, e5.tensors
    state = {
        # All tokens are of type 0: its vector joins the positions.
        "position.weight": t["emb.pos"].reshape(-1, size) + t["emb.type"].reshape(-1, size)[0],
        "word.weight": t["emb.word"].reshape(-1, size)[rows],
        "norm.weight": t["emb.ln.w"],
        "norm.bias": t["emb.ln.b"],
    }
    for n in range(layers):
        state |= {f"layers.{n}.{name}": array for name, array in _layer(t, n, size).items()}
    encoder.load_state_dict({k: torch.from_numpy(np.array(v)) for k, v in state.items()})
    return encoder


def _layer(t: dict[str, Any], n: int, size: int) -> dict[str, Any]:
    def matrix(name: str, columns: int = size) -> Any:
        return t[f"l{n}.{name}.w"].reshape(-1, columns)

    return {
        "qkv.weight": np.concatenate([matrix("q"), matrix("k"), matrix("v")]),
        "qkv.bias": np.concatenate([t[f"l{n}.{name}.b"] for name in "qkv"]),
        "out.weight": matrix("ao"),
        "out.bias": t[f"l{n}.ao.b"],
        "norm.weight": t[f"l{n}.aln.w"],
        "norm.bias": t[f"l{n}.aln.b"],
        "inner.weight": matrix("fi"),
        "inner.bias": t[f"l{n}.fi.b"],
        "outer.weight": matrix("fo", 4 * size),
        "outer.bias": t[f"l{n}.fo.b"],
        "last.weight": t[f"l{n}.oln.w"],
        "last.bias": t[f"l{n}.oln.b"],
    }


@dataclass(frozen=True)
class Readings:
    """The heads' outputs for a batch.

    Parameters
    ----------
    levels : Tensor, shape (texts, levels)
        Logits, lowest risk first.
    nothing : Tensor, shape (texts,)
        Log-odds that there is nothing to judge.
    issues : Tensor, shape (sentences, codes)
        Log-odds that the sentence reports the code.
    attention : Tensor, shape (tokens, codes)
        Share of its sentence's reading that a token has, for each code.
    statuses : Tensor, shape (sentences, codes, statuses)
        Logits of each status, were the code reported there.
    """

    levels: Tensor
    nothing: Tensor
    issues: Tensor
    attention: Tensor
    statuses: Tensor


class Heads(nn.Module):
    """Ratings over the whole text, issues by label-wise attention within each sentence.

    The attention is that of explainable medical coding (CAML, Mullenbach et al., 2018), kept
    within sentences, so that every issue comes with its place.
    """

    def __init__(self, size: int, levels: int, codes: int, statuses: int) -> None:
        super().__init__()
        self.pool = nn.Linear(size, 4)
        self.level = nn.Linear(5 * size, levels)
        self.nothing = nn.Linear(5 * size, 1)
        self.look = nn.Linear(size, codes, bias=False)
        self.say = nn.Linear(size, codes)
        self.tell = nn.Linear(size, statuses)
        self.usual = nn.Parameter(torch.zeros(codes, statuses))
        nn.init.normal_(self.look.weight, std=0.02)
        nn.init.normal_(self.say.weight, std=0.02)
        nn.init.constant_(self.say.bias, -4.0)

    def forward(self, x: Tensor, mask: Tensor, sentence: Tensor, count: int) -> Readings:
        """Read a batch; `sentence` (texts, tokens) numbers sentences over the batch, -1 outside."""
        shares = self.pool(x).masked_fill(~mask[..., None], -1e4).softmax(1)
        pooled = torch.einsum("btk,bth->bkh", shares, x).flatten(1)
        mean = (x * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        whole = functional.dropout(torch.cat([pooled, mean], 1), DROPOUT, self.training)
        inside = sentence >= 0
        tokens = functional.dropout(x[inside], DROPOUT, self.training)
        place = sentence[inside]
        attention = _softmax_within(self.look(tokens), place, count)

        def gathered(values: Tensor) -> Tensor:
            zeros = values.new_zeros((count, *values.shape[1:]))
            return zeros.index_add(0, place, values)

        issues = gathered(attention * (self.say(tokens) - self.say.bias)) + self.say.bias
        told = gathered(attention[..., None] * self.tell(tokens)[:, None, :])
        return Readings(
            self.level(whole), self.nothing(whole)[:, 0], issues, attention, told + self.usual
        )


def _softmax_within(scores: Tensor, place: Tensor, count: int) -> Tensor:
    """Return the softmax of `scores` (tokens, codes) over the tokens of each sentence."""
    index = place[:, None].expand_as(scores)
    top = scores.new_full((count, scores.shape[1]), -1e4).scatter_reduce(0, index, scores, "amax")
    weights = (scores - top.detach()[place]).exp()
    total = scores.new_zeros((count, scores.shape[1])).index_add(0, place, weights)
    return weights / total[place].clamp_min(1e-9)
