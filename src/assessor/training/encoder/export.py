"""A trained network → a reader's folder: pruned tokenizer, int8 encoder, heads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from assessor.reader.reader import ABOUT, FORMAT, digest_of
from assessor.training.encoder.network import Encoder, Heads
from assessor.training.encoder.quantise import quantise

OPSET = 17
RUNTIME = "com.microsoft"  # the runtime's own operators: one for all that attention does
AXES = {name: {0: "texts", 1: "tokens"} for name in ("ids", "tokens")}


def export(
    folder: Path,
    encoder: Encoder,
    heads: Heads,
    tokenizer: Tokenizer,
    about: dict[str, Any],
    texts: Sequence[Sequence[int]] = (),
) -> None:
    """Write the reader's files; `about` needs name, codes, statuses, levels and training.

    Parameters
    ----------
    texts : sequence of sequence of int
        Pieces of some texts, to quantise by; without any the encoder stays in single precision,
        four times as large: to compare with.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path, whole = folder / "encoder.onnx", folder / "encoder.fp32.onnx"
    export_float(whole, encoder)
    if texts:
        quantise(whole, path, texts)
        whole.unlink()
    else:
        whole.replace(path)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    arrays = {name: value.numpy().astype(np.float16) for name, value in heads.state_dict().items()}
    np.savez_compressed(folder / "heads.npz", **arrays)
    write_about(folder, about)


def write_about(folder: Path, about: dict[str, Any]) -> None:
    """Write `reader.json`, with the digest over it and the files beside it."""
    content = about | {"format": FORMAT}
    content |= {"sha256": digest_of(folder, content)}
    text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    (folder / ABOUT).write_text(text, encoding="utf-8")


def export_float(path: Path, encoder: Encoder) -> None:
    """Write the encoder of one text as ONNX in single precision."""
    torch.onnx.export(
        _OneText(encoder).eval(), (torch.ones((1, 8), dtype=torch.long),), str(path),
        dynamo=False, opset_version=OPSET, custom_opsets={RUNTIME: 1},
        input_names=["ids"], output_names=["tokens"], dynamic_axes=AXES,
    )  # fmt: skip


class _OneText(nn.Module):
    """The encoder where nothing is padding, with the runtime's attention."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder
        self.matrices = nn.ParameterList(
            nn.Parameter(layer.qkv.weight.T.contiguous()) for layer in encoder.layers
        )

    def forward(self, ids: Tensor) -> Tensor:
        x = self.encoder.embed(ids)
        for layer, matrix in zip(self.encoder.layers, self.matrices, strict=True):
            mixed = _Attention.apply(x, matrix, layer.qkv.bias, layer.heads)
            x = layer.norm(x + layer.out(mixed))
            x = layer.last(x + layer.outer(functional.gelu(layer.inner(x))))
        return x


class _Attention(torch.autograd.Function):
    """Attention as one operator of the runtime; PyTorch itself never computes it."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, heads: int) -> Tensor:
        return x.clone()

    @staticmethod
    def symbolic(g: Any, x: Any, weight: Any, bias: Any, heads: int) -> Any:
        told = g.op(f"{RUNTIME}::Attention", x, weight, bias, num_heads_i=heads)
        return told.setType(x.type())
