"""A trained network → a reader's folder: pruned tokenizer, int8 encoder, heads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer

from assessor.reader.reader import FORMAT, digest_of
from assessor.training.encoder.network import Encoder, Heads

OPSET = 17
AXES = {name: {0: "texts", 1: "tokens"} for name in ("ids", "mask", "tokens")}


def export(
    folder: Path, encoder: Encoder, heads: Heads, tokenizer: Tokenizer, about: dict[str, Any]
) -> None:
    """Write the reader's files; `about` needs name, codes, statuses and levels."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = folder / "encoder.fp32.onnx"
    export_float(whole, encoder)
    quantize_dynamic(whole, folder / "encoder.onnx", weight_type=QuantType.QInt8, per_channel=True)
    whole.unlink()
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    arrays = {name: value.numpy().astype(np.float16) for name, value in heads.state_dict().items()}
    np.savez_compressed(folder / "heads.npz", **arrays)
    content = about | {"format": FORMAT, "sha256": digest_of(folder)}
    text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    (folder / "reader.json").write_text(text, encoding="utf-8")


def export_float(path: Path, encoder: Encoder) -> None:
    """Write the encoder as ONNX in single precision."""
    encoder.eval()
    ids = torch.ones((1, 8), dtype=torch.long)
    torch.onnx.export(
        encoder, (ids, ids.bool()), str(path), dynamo=False, opset_version=OPSET,
        input_names=["ids", "mask"], output_names=["tokens"], dynamic_axes=AXES,
    )  # fmt: skip
