"""A reader that knows the labels, as well as one likes: what joining makes of it is plain."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from zlib import crc32

import numpy as np

from assessor.codebook.schema import Codebook
from assessor.evidence import Span
from assessor.labels.tables import LabelledObservation
from assessor.reader.heads import Findings
from assessor.reader.reading import Reading
from assessor.training.sentences import labelled_sentences


class ToldReader:
    """Says the truth of the labels' texts, times `skill`, plus noise of its own.

    Parameters
    ----------
    skill : float
        0 knows nothing.
    """

    def __init__(
        self,
        labels: Sequence[LabelledObservation],
        codebook: Codebook,
        skill: float = 4.0,
        **names: Sequence[str],
    ) -> None:
        self.name, self.sha256, self.skill = "told", "f" * 64, skill
        self.codes = tuple(names.get("codes", codebook.issue))
        self.statuses = tuple(names.get("statuses", [x.id for x in codebook.statuses]))
        self.levels = tuple(names.get("levels", [x.id for x in codebook.assessed_levels]))
        self.writers = frozenset(names.get("writers", ["w0"]))
        self.base = ""
        self._labels = {label.text: label for label in labels}

    def learnt_from(self, writer: str, fiche: str) -> bool:
        return writer in self.writers

    def read(self, text: str, heading: str, sentences: Sequence[Span]) -> Reading:
        label = self._labels.get(text)
        random = np.random.default_rng(crc32(text.encode()))
        levels = random.normal(size=len(self.levels))
        issues = random.normal(size=(len(sentences), len(self.codes)))
        statuses = random.normal(size=(len(sentences), len(self.codes), len(self.statuses)))
        if label is not None:
            levels[[x == label.rating for x in self.levels]] += self.skill
            for number, sentence in enumerate(labelled_sentences([label])):
                said = [code in sentence.codes for code in self.codes]
                issues[number] += self.skill * np.where(said, 1, -1)
                for column, code in enumerate(self.codes):
                    truth = [x == sentence.codes.get(code) for x in self.statuses]
                    statuses[number, column, truth] += self.skill
        findings = Findings(issues, statuses, np.zeros((1, len(self.codes))))
        heads = SimpleNamespace(
            levels=lambda tokens: levels,
            nothing=lambda tokens: -self.skill,
            findings=lambda tokens, places, count: findings,
        )
        nowhere = np.zeros(1, int)
        return Reading(
            tuple(sentences), self.codes, self.statuses, heads, np.zeros((1, 1)),
            nowhere, nowhere, nowhere - 1,
        )  # fmt: skip
