"""A tokenizer of the field's Spanish: the pieces that its words need, of 250,000."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

from assessor.training.encoder.e5 import E5

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
COMMON_WORDS = 40_000


def tokenizer_of(pieces: Sequence[str], scores: Sequence[float]) -> Tokenizer:
    """Return a unigram tokenizer; the first four pieces are the special ones."""
    tokenizer = Tokenizer(models.Unigram(list(zip(pieces, scores, strict=True)), unk_id=3))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace()
    return tokenizer


def spanish_words() -> list[str]:
    """Return the commonest Spanish words, as written in a sentence and at its start."""
    from wordfreq import top_n_list

    words = top_n_list("es", COMMON_WORDS)
    return [form for word in words for form in (word, word.capitalize())]


def prune(e5: E5, texts: Iterable[str]) -> tuple[Tokenizer, NDArray[np.int64]]:
    """Keep the pieces that the texts and every single Latin letter need.

    Returns
    -------
    tokenizer : Tokenizer
        Numbers pieces by their new places.
    rows : array, shape (pieces,)
        The row of each kept piece in the pretrained embeddings.
    """
    whole = tokenizer_of(e5.pieces, e5.scores)
    used = set(range(len(SPECIAL)))
    for encoding in whole.encode_batch(list(texts), add_special_tokens=False):
        used.update(encoding.ids)
    letters = {k for k, p in enumerate(e5.pieces) if len(p.lstrip("▁")) <= 1 and _latin(p)}
    rows = sorted(used | letters)
    kept = tokenizer_of([e5.pieces[k] for k in rows], [e5.scores[k] for k in rows])
    return kept, np.array(rows)


def _latin(piece: str) -> bool:
    return all(ord(letter) < 0x250 or letter in "▁–—«»“”‘’…€" for letter in piece)
