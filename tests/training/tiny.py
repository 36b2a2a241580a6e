"""A network of two layers that knows nothing, and its tokenizer: needs the extra `train`."""

from __future__ import annotations

import torch
from tokenizers import Tokenizer

from assessor.codebook.schema import Codebook
from assessor.training.encoder.e5 import Shape
from assessor.training.encoder.loop import Network
from assessor.training.encoder.network import Encoder, Heads
from assessor.training.encoder.start import names_of
from assessor.training.encoder.vocabulary import SPECIAL, tokenizer_of

SHAPE = Shape(hidden=16, layers=2, heads=2, inner=32, vocabulary=0, positions=512, epsilon=1e-5)
LETTERS = "▁aáeéiíoóuúbcdfghijklmnñpqrstvxyzAECFNT0123456789.,;:"


def tiny_tokenizer() -> Tokenizer:
    pieces = [*SPECIAL, *LETTERS, "▁comité", "▁Acta", "▁Nadie"]
    return tokenizer_of(pieces, [0.0] * 4 + [-3.0] * (len(pieces) - 4))


def network_of(tokenizer: Tokenizer, codebook: Codebook, frozen: int = 1) -> Network:
    torch.manual_seed(0)
    encoder = Encoder(SHAPE, tokenizer.get_vocab_size(), 2)
    counts = (len(codebook.assessed_levels), len(codebook.issue), len(codebook.statuses))
    return Network(encoder, Heads(SHAPE.hidden, *counts), frozen, {})


def about_tiny(codebook: Codebook) -> dict:
    return {"name": "tiny", **names_of(codebook), "training": {"writers": ["h01"]}}
