"""Labelled observations → padded batches of tensors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from assessor.codebook.schema import Codebook
from assessor.labels.tables import LabelledObservation
from assessor.language import sentences_of
from assessor.reader.tokens import Tokens, windows
from assessor.training.sentences import sentence_of

UNKNOWN = -1
ELSEWHERE = 0.2  # weight of a code in a sentence when its evidence stands in another one


@dataclass(frozen=True)
class Example:
    """One observation, tokenized, with its labels as arrays.

    Parameters
    ----------
    level : int
        Index of the rating among the assessed levels, -1 for not assessed.
    issues : array, shape (sentences, codes)
        1 where the sentence holds the code's evidence, else 0.
    weights : array, shape (sentences, codes)
        Weight of each cell in the loss.
    statuses : array, shape (sentences, codes)
        Index of the status, -1 where there is no issue.
    proof : tuple of (int, int, int)
        Index of token, sentence and code, for tokens inside labelled evidence.
    """

    tokens: Tokens
    level: int
    issues: np.ndarray
    weights: np.ndarray
    statuses: np.ndarray
    proof: tuple[tuple[int, int, int], ...]


def example_of(label: LabelledObservation, tokenizer: Tokenizer, codebook: Codebook) -> Example:
    """Tokenize one labelled observation and align its labels with sentences and tokens."""
    spans = [sentence.span for sentence in sentences_of(label.text)]
    heading = codebook.dimension[label.dimension].es
    tokens = windows(label.text, heading, spans, tokenizer)[0]
    codes = list(codebook.issue)
    shape = (len(spans), len(codes))
    issues, weights = np.zeros(shape, np.float32), np.ones(shape, np.float32)
    statuses = np.full(shape, UNKNOWN)
    proof = []
    for issue in label.issues:
        column = codes.index(issue.code)
        weights[:, column] = np.where(issues[:, column] > 0, 1.0, ELSEWHERE)
        words = issue.span_in(label.text)
        if words is None:
            continue
        place = sentence_of(words, spans)
        issues[place, column] = weights[place, column] = 1.0
        statuses[place, column] = list(codebook.status).index(issue.status)
        proof += [
            (token, place, column)
            for token, (_, end) in enumerate(tokens.spans)
            if tokens.sentences[token] == place and words.start < end <= words.end
        ]
    levels = codebook.level_ids
    level = levels.index(label.rating) if label.rating in levels else UNKNOWN
    return Example(tokens, level, issues, weights, statuses, tuple(proof))


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
    """Yield batches of indices of examples of similar length, shuffled where `random` is given."""
    lengths = np.array([len(examples[k].tokens.ids) for k in places], dtype=float)
    if random is not None:
        lengths = lengths * random.uniform(0.8, 1.25, len(lengths))
    order = np.array(places)[np.argsort(lengths, kind="stable")]
    groups = [order[k : k + size].tolist() for k in range(0, len(order), size)]
    if random is not None:
        random.shuffle(groups)
    yield from groups
