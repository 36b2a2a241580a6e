"""Labelled observations → tensors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from assessor.codebook.schema import Codebook
from assessor.evidence import Span
from assessor.labels.tables import LabelledObservation
from assessor.language import sentences_of
from assessor.reader.tokens import Tokens, windows

UNKNOWN = -1
ELSEWHERE = 0.2  # weight of a code in a sentence when its evidence stands in another one


@dataclass(frozen=True)
class Example:
    """One observation, tokenized, with what its reader labelled.

    Parameters
    ----------
    level : int
        Place of the rating among the assessed levels, -1 for not assessed.
    issues : array, shape (sentences, codes)
        0 or 1.
    weights : array, shape (sentences, codes)
        How much each cell counts.
    statuses : array, shape (sentences, codes)
        Place of the status, -1 where there is no issue.
    proof : tuple of (int, int, int)
        Token, sentence and code, for tokens inside labelled evidence.
    """

    tokens: Tokens
    level: int
    issues: np.ndarray
    weights: np.ndarray
    statuses: np.ndarray
    proof: tuple[tuple[int, int, int], ...]


def example_of(label: LabelledObservation, tokenizer: Tokenizer, codebook: Codebook) -> Example:
    """Tokenize one labelled observation and place its labels."""
    spans = [sentence.span for sentence in sentences_of(label.text)]
    heading = codebook.dimension[label.dimension].es
    tokens = windows(label.text, heading, spans, tokenizer)[0]
    codes = list(codebook.issue)
    shape = (len(spans), len(codes))
    issues, weights = np.zeros(shape, np.float32), np.ones(shape, np.float32)
    statuses = np.full(shape, UNKNOWN)
    proof = []
    for issue in label.issues:
        start = label.text.find(issue.evidence) if issue.evidence else -1
        column = codes.index(issue.code)
        weights[:, column] = np.where(issues[:, column] > 0, 1.0, ELSEWHERE)
        if start < 0:
            continue
        words = Span(start, start + len(issue.evidence))
        place = max(range(len(spans)), key=lambda k: (_shared(spans[k], words), -k))
        issues[place, column] = weights[place, column] = 1.0
        statuses[place, column] = list(codebook.status).index(issue.status)
        proof += [
            (token, place, column)
            for token, (_, end) in enumerate(tokens.spans)
            if tokens.sentences[token] == place and words.start < end <= words.end
        ]
    levels = [level.id for level in codebook.assessed_levels]
    level = levels.index(label.rating) if label.rating in levels else UNKNOWN
    return Example(tokens, level, issues, weights, statuses, tuple(proof))


def _shared(one: Span, other: Span) -> int:
    return max(0, min(one.end, other.end) - max(one.start, other.start))


@dataclass(frozen=True)
class Batch:
    """Examples padded to one length; sentences numbered over the batch."""

    examples: tuple[int, ...]
    ids: Tensor
    mask: Tensor
    sentence: Tensor
    count: int
    text_of: Tensor


def batch_of(examples: Sequence[Example], chosen: Sequence[int]) -> Batch:
    """Pad the chosen examples."""
    longest = max(len(examples[k].tokens.ids) for k in chosen)
    ids = torch.ones((len(chosen), longest), dtype=torch.long)  # 1 pads
    sentence = torch.full((len(chosen), longest), -1)
    count, text_of = 0, []
    for row, k in enumerate(chosen):
        tokens = examples[k].tokens
        ids[row, : len(tokens.ids)] = torch.tensor(tokens.ids)
        own = torch.tensor(tokens.sentences)
        sentence[row, : len(own)] = torch.where(own >= 0, own + count, own)
        count += len(examples[k].issues)
        text_of += [row] * len(examples[k].issues)
    return Batch(tuple(chosen), ids, ids != 1, sentence, count, torch.tensor(text_of))


def batches(
    examples: Sequence[Example],
    places: Sequence[int],
    size: int,
    random: np.random.Generator | None = None,
) -> Iterator[list[int]]:
    """Yield places of examples of like length, in random order of batches when `random` is."""
    lengths = np.array([len(examples[k].tokens.ids) for k in places], dtype=float)
    if random is not None:
        lengths = lengths * random.uniform(0.8, 1.25, len(lengths))
    order = np.array(places)[np.argsort(lengths, kind="stable")]
    groups = [order[k : k + size].tolist() for k in range(0, len(order), size)]
    if random is not None:
        random.shuffle(groups)
    yield from groups
