"""Single precision → int8, with what is large in a few channels spread over the weights.

One scale for all channels of an activation, as dynamic int8 has it, drowns most of them where a
few are large. As in SmoothQuant (Xiao and others, 2023), every such channel is divided by a
constant before a matrix and the matrix's row multiplied by it: the same product, of even numbers.
What enters a narrowing matrix is large in a few tokens, too: there each token has its own scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

MATRIX_OPERATORS = ("MatMul", "Attention")
FACTOR = ".factor"  # ends the name of what a matrix's input is multiplied by
SHARE = 0.65  # of a channel's size that goes over to the weights
SMALLEST = 1e-5
Floats = NDArray[np.float32]


def quantise(whole: Path, target: Path, texts: Sequence[Sequence[int]]) -> None:
    """Write an encoder in int8.

    Parameters
    ----------
    whole : Path
        The encoder in single precision (ONNX).
    texts : sequence of sequence of int
        Pieces of some texts of the field, to see which channels are large.
    """
    model = onnx.load(whole)
    _spread(model, _largest(whole, _inputs(model), texts))
    with TemporaryDirectory() as folder:
        even = Path(folder) / "even.onnx"
        onnx.save(model, even)
        quantize_dynamic(even, target, weight_type=QuantType.QInt8, per_channel=True)


def _matrix_nodes(model: Any) -> list[Any]:
    constants = {tensor.name for tensor in model.graph.initializer}
    return [
        node
        for node in model.graph.node
        if node.op_type in MATRIX_OPERATORS and node.input[1] in constants
    ]


def _inputs(model: Any) -> list[str]:
    return sorted({node.input[0] for node in _matrix_nodes(model)})


def _largest(whole: Path, names: list[str], texts: Sequence[Sequence[int]]) -> dict[str, Floats]:
    """Return the largest size that each channel of the named activations has in some texts."""
    told = onnx.load(whole)
    told.graph.output.extend(
        helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names
    )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # the same sums on any machine; threads would only wait
    session = onnxruntime.InferenceSession(
        told.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    largest: dict[str, Floats] = {}
    for ids in texts:
        for name, values in zip(
            names, session.run(names, {"ids": np.array([ids], dtype=np.int64)}), strict=True
        ):
            sizes = np.abs(values[0]).max(axis=0)
            largest[name] = np.maximum(largest.get(name, sizes), sizes)
    return largest


def _spread(model: Any, largest: dict[str, Floats]) -> None:
    """Divide the large channels before each matrix, and multiply its rows, in place."""
    graph = model.graph
    weights = {tensor.name: tensor for tensor in graph.initializer}
    spread = {}
    for node in _matrix_nodes(model):
        tensor = weights[node.input[1]]
        matrix = numpy_helper.to_array(tensor)
        rows = np.maximum(np.abs(matrix).max(axis=1), SMALLEST)
        scale = np.maximum(largest[node.input[0]], SMALLEST) ** SHARE / rows ** (1 - SHARE)
        scale = (scale / np.exp(np.log(scale).mean())).astype(np.float32)
        tensor.CopyFrom(numpy_helper.from_array(matrix * scale[:, None], tensor.name))
        factor = numpy_helper.from_array(1 / scale, node.output[0] + FACTOR)
        graph.initializer.append(factor)
        narrows = matrix.shape[0] > matrix.shape[1]
        spread[node.output[0]] = _evened(node, factor.name, by_token=narrows)
    nodes = [copy for node in graph.node for copy in spread.get(node.output[0], [_copy(node)])]
    del graph.node[:]
    graph.node.extend(nodes)


def _evened(node: Any, factor: str, by_token: bool) -> list[Any]:
    """Return a matrix's node behind those that even its input."""
    own, output = _copy(node), node.output[0]
    even = f"{output}.even"
    first = helper.make_node("Mul", [node.input[0], factor], [even])
    own.input[0] = even
    if not by_token:
        return [first, own]
    most, scaled, raw = (f"{output}.{name}" for name in ("most", "scaled", "raw"))
    own.input[0], own.output[0] = scaled, raw
    return [
        first,
        helper.make_node("ReduceMax", [even], [most], axes=[-1], keepdims=1),
        helper.make_node("Div", [even, most], [scaled]),
        own,
        helper.make_node("Mul", [raw, most], [output]),
    ]


def _copy(node: Any) -> Any:
    return onnx.NodeProto.FromString(node.SerializeToString())
