"""A reader's encoder.onnx → the network that it was written from, int8 put back into numbers.

`export` and `quantise` write it; their layout is read here: matrices in the order in which they
are used, four a layer, each with what its input's channels were divided by (``….factor``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper

from assessor.training.encoder.e5 import Shape
from assessor.training.encoder.network import Encoder
from assessor.training.encoder.quantise import FACTOR

MATRICES = ("qkv", "out", "inner", "outer")  # of a layer, in order
ATTENTION = ("Attention", "QAttention")
USES_MATRIX = (*ATTENTION, "MatMul", "MatMulInteger")
QUANTISED = "_quantized"
Floats = NDArray[np.float32]


def encoder_of(path: Path) -> Encoder:
    """Read an encoder back, exact where it is in single precision, near it where in int8."""
    graph = onnx.load(path).graph
    known = _constants(graph)
    layers, state = 0, {}
    for number, matrix in enumerate(_matrices(graph, known)):
        layers, place = divmod(number, len(MATRICES))
        state[f"layers.{layers}.{MATRICES[place]}.weight"] = matrix.T
    prefix = "encoder."
    state |= {n.removeprefix(prefix): v for n, v in known.items() if n.startswith(prefix)}
    encoder = Encoder(_shape(graph, state), len(state["word.weight"]), layers + 1)
    encoder.load_state_dict({n: torch.from_numpy(np.array(v)) for n, v in state.items()})
    return encoder


def _constants(graph: Any) -> dict[str, Floats]:
    """Return all constants by name, numbers for int8; equal ones are kept once by the exporter."""
    raw = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    known = {name: value for name, value in raw.items() if value.dtype == np.float32}
    for name in (n.removesuffix(QUANTISED) for n in raw if n.endswith(QUANTISED)):
        zero = raw[f"{name}_zero_point"].astype(np.float32)
        scale = known.pop(f"{name}_scale")
        known[name] = (raw[name + QUANTISED].astype(np.float32) - zero) * scale
    for node in graph.node:
        if node.op_type == "Identity" and node.input[0] in known:
            known[node.output[0]] = known[node.input[0]]
    return known


def _matrices(graph: Any, known: dict[str, Floats]) -> Iterator[Floats]:
    factor: Floats | None = None
    for node in graph.node:
        evened = [known[name] for name in node.input if name.endswith(FACTOR)]
        if evened:
            (factor,) = evened
        elif node.op_type in USES_MATRIX:
            matrix = known[node.input[1].removesuffix(QUANTISED)]
            yield matrix if factor is None else matrix * factor[:, None]
            factor = None


def _shape(graph: Any, state: dict[str, Floats]) -> Shape:
    def told(name: str) -> Any:
        found = (a for node in graph.node for a in node.attribute if a.name == name)
        return onnx.helper.get_attribute_value(next(found))

    words, positions = state["word.weight"], state["position.weight"]
    inner = len(state["layers.0.inner.weight"])
    return Shape(
        words.shape[1], 0, told("num_heads"), inner, len(words), len(positions), told("epsilon")
    )
