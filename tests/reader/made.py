"""Readers made by hand: tests need neither the extra nor the shipped network."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from assessor.reader.heads import Heads
from assessor.reader.reader import FORMAT, digest_of

SIZE, PIECES = 8, 50
CODES, STATUSES, LEVELS = ("a", "b", "c"), ("current", "resolved"), ("low", "high", "worst")


class WordTokenizer:
    """Words and marks with the space before them, as the reader's pieces have it."""

    def encode(self, text: str, add_special_tokens: bool = True) -> SimpleNamespace:
        found = list(re.finditer(r"\s*(?:\w+|[^\w\s])|\s+$", text))
        return SimpleNamespace(
            ids=[3 + sum(map(ord, m.group())) % (PIECES - 3) for m in found],
            offsets=[m.span() for m in found],
        )


class Session:
    """An encoder whose tokens know their window."""

    def __init__(self) -> None:
        self.table = np.random.default_rng(7).normal(size=(PIECES, SIZE)).astype(np.float32)
        self.lengths: list[int] = []

    def run(self, names: None, feeds: dict[str, np.ndarray]) -> list[np.ndarray]:
        tokens = self.table[feeds["ids"]]
        self.lengths.append(feeds["ids"].shape[1])
        return [tokens + tokens.mean(axis=1, keepdims=True)]


def arrays(size: int = SIZE, levels: int = 3, codes: int = 3, statuses: int = 2) -> dict:
    random = np.random.default_rng(3)
    shapes = {
        "pool.weight": (4, size), "pool.bias": (4,),
        "level.weight": (levels, 5 * size), "level.bias": (levels,),
        "nothing.weight": (1, 5 * size), "nothing.bias": (1,),
        "look.weight": (codes, size), "say.weight": (codes, size), "say.bias": (codes,),
        "tell.weight": (statuses, size), "tell.bias": (statuses,), "usual": (codes, statuses),
    }  # fmt: skip
    return {name: random.normal(size=s).astype(np.float32) for name, s in shapes.items()}


def heads() -> Heads:
    return Heads(arrays())


def write_folder(folder: Path, **changes: object) -> Path:
    """Write a reader's folder whose encoder is a stub's."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "encoder.onnx").write_bytes(b"stub")
    np.savez(folder / "heads.npz", **arrays())
    if not (folder / "tokenizer.json").exists():
        (folder / "tokenizer.json").write_text("{}")
    about = {
        "format": FORMAT, "name": "made", "codes": CODES, "statuses": STATUSES, "levels": LEVELS,
        "training": {"writers": ["h01"]},
    } | changes  # fmt: skip
    about |= {"sha256": digest_of(folder, about)}
    (folder / "reader.json").write_text(json.dumps(about))
    return folder
