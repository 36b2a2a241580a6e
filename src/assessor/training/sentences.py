"""Labelled observations → labelled sentences: an issue belongs where its evidence stands."""

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
        Place of its observation in the list it came from.
    codes : dict
        Code to status.
    """

    observation: int
    dimension: str
    text: str
    before: str
    after: str
    codes: dict[str, str]


def labelled_sentences(labels: Sequence[LabelledObservation]) -> list[LabelledSentence]:
    """Divide observations into sentences; evidence over several goes to the one it fills most."""
    found: list[LabelledSentence] = []
    for number, label in enumerate(labels):
        spans = [sentence.span for sentence in sentences_of(label.text)]
        codes: list[dict[str, str]] = [{} for _ in spans]
        for issue in label.issues:
            start = label.text.find(issue.evidence) if issue.start is None else issue.start
            if start < 0 or not issue.evidence:
                continue
            words = Span(start, start + len(issue.evidence))
            place = max(range(len(spans)), key=lambda k: (_shared(spans[k], words), -k))
            codes[place][issue.code] = issue.status
        texts = [span.of(label.text) for span in spans]
        for place, text in enumerate(texts):
            before = texts[place - 1] if place else ""
            after = texts[place + 1] if place + 1 < len(texts) else ""
            found.append(
                LabelledSentence(number, label.dimension, text, before, after, codes[place])
            )
    return found


def _shared(one: Span, other: Span) -> int:
    return max(0, min(one.end, other.end) - max(one.start, other.start))
