"""Labelled observations → labelled sentences: an issue goes to the sentence of its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assessor.evidence import Span
from assessor.labels.tables import LabelledObservation
from assessor.language import sentences_of


@dataclass(frozen=True, slots=True)
class LabelledSentence:
    """A sentence, its neighbours and the issues whose evidence it holds.

    Parameters
    ----------
    observation : int
        Index of its observation among the labels.
    codes : dict
        Code to status of the issues whose evidence it holds.
    """

    observation: int
    dimension: str
    text: str
    before: str
    after: str
    codes: dict[str, str]


def labelled_sentences(labels: Sequence[LabelledObservation]) -> list[LabelledSentence]:
    """Split observations into sentences and assign their issues by `sentence_of`."""
    found: list[LabelledSentence] = []
    for number, label in enumerate(labels):
        spans = [sentence.span for sentence in sentences_of(label.text)]
        codes: list[dict[str, str]] = [{} for _ in spans]
        for issue in label.issues:
            evidence = issue.span_in(label.text)
            if evidence is not None:
                codes[sentence_of(evidence, spans)][issue.code] = issue.status
        texts = [span.of(label.text) for span in spans]
        for place, text in enumerate(texts):
            before = texts[place - 1] if place else ""
            after = texts[place + 1] if place + 1 < len(texts) else ""
            found.append(
                LabelledSentence(number, label.dimension, text, before, after, codes[place])
            )
    return found


def sentence_of(evidence: Span, sentences: Sequence[Span]) -> int:
    """Return the index of the sentence that holds most of the evidence, the first of equals."""

    def shared(sentence: Span) -> int:
        return min(sentence.end, evidence.end) - max(sentence.start, evidence.start)

    return max(range(len(sentences)), key=lambda k: (max(0, shared(sentences[k])), -k))
