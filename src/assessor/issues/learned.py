"""Trained issue classifier over sentences: a linear model and, if installed, the encoder.

It finds what no pattern foresees. Every sentence gets log-odds per code; a code above its
threshold gets a status, and the words with the largest weights as evidence.
"""

from __future__ import annotations

from collections.abc import Sequence

from scipy.special import expit, softmax

from assessor.evidence import Evidence, Span
from assessor.folding import words_of
from assessor.issues.scope import ScopeEngine
from assessor.language import Sentence, without_marks
from assessor.reader.reading import Reading
from assessor.text_model import LinearModel, TextModel, features, status_features

TOP_WORDS = 4
MOST = 0.6  # share of the attention that one clause needs to stand for its sentence
NEARLY = 0.5  # log-odds that a clause may lack of its sentence's


class SentenceFinder:
    """Classifies sentences by a trained linear model and the encoder's output of the section.

    Parameters
    ----------
    model : TextModel
        Its options weigh the two; by default the linear model stands alone.
    """

    def __init__(self, model: TextModel, engine: ScopeEngine) -> None:
        self._engine = engine
        self._issues: LinearModel = model.parts["issues"]
        self._status: LinearModel = model.parts["status"]
        self._columns = {code: k for k, code in enumerate(self._issues.outputs)}
        self._options = model.options

    def judge(
        self, text: str, dimension: str, sentence: Span, reading: Reading | None
    ) -> dict[str, float]:
        """Return the log-odds of every code for one sentence."""
        scores = self._issues.scores(features(sentence.of(text), dimension))
        logits: dict[str, float] = dict(zip(self._issues.outputs, scores.tolist(), strict=True))
        if reading is None:
            return logits
        row = reading.findings.issues[reading.place_of(sentence)]
        read = dict(zip(reading.codes, map(float, row), strict=True))
        by = self._options
        return {
            code: by.issue_words * logit + by.issue_reader * read[code] + by.issue_offset
            if code in read
            else by.issue_alone * logit
            for code, logit in logits.items()
        }

    def margin(self, code: str, logit: float | None, worded: bool) -> float:
        """Return how far a code's log-odds in a sentence exceed its threshold.

        Parameters
        ----------
        logit : float or None
            None for a code that the model does not know: it stands on its wording alone.
        worded : bool
            Whether wording hits there.
        """
        threshold = self._options.threshold(code)
        bonus = self._options.wording_bonus if worded else 0.0
        return (threshold if logit is None else logit) + bonus - threshold

    def confidence(self, margin: float) -> float:
        """Return the probability that a code above its threshold is right (Platt scaling)."""
        return float(
            expit(self._options.confidence_slope * margin + self._options.confidence_offset)
        )

    def status(
        self,
        text: str,
        sentences: Sequence[Sentence],
        place: int,
        code: str,
        reading: Reading | None,
    ) -> dict[str, float]:
        """Return the probability of each status for an issue in sentence `place`."""
        before = sentences[place - 1].span.of(text) if place else ""
        after = sentences[place + 1].span.of(text) if place + 1 < len(sentences) else ""
        own = sentences[place].span.of(text)
        found = status_features(own, before, after, code, self._engine.marks(own, after))
        scores = self._options.status_words * self._status.scores(found)
        if reading is not None:
            number = reading.place_of(sentences[place].span)
            read = reading.status(number, code, self._status.outputs)
            scores = scores + self._options.status_reader * read
        return dict(zip(self._status.outputs, map(float, softmax(scores)), strict=True))

    def evidence(
        self, text: str, dimension: str, sentence: Sentence, code: str, reading: Reading | None
    ) -> Evidence:
        """Return the clause that says it, with the words that decided as its rule."""
        if reading is not None and code in reading.codes:
            span = _most_looked_at(text, sentence, code, reading)
            return Evidence(span, span.of(text), f"reader:{_words_read(text, span, code, reading)}")
        column = self._columns[code]
        found = features(sentence.span.of(text), dimension)
        shares = self._issues.shares(found, column)
        best = sorted(shares, key=lambda name: (-shares[name], name))[:TOP_WORDS]
        words = ",".join(name for name in best if shares[name] > 0)
        span = self._best_clause(text, dimension, sentence, column)
        return Evidence(span, span.of(text), f"words:{words}")

    def _best_clause(self, text: str, dimension: str, sentence: Sentence, column: int) -> Span:
        """Return the clause that scores nearly as much as the sentence, else the sentence."""
        clauses = sentence.clauses
        if len(clauses) < 2:
            return without_marks(text, sentence.span)

        def score(span: Span) -> float:
            return float(self._issues.scores(features(span.of(text), dimension))[column])

        scores = [score(clause) for clause in clauses]
        best = max(range(len(clauses)), key=lambda k: (scores[k], -k))
        enough = scores[best] >= score(sentence.span) - NEARLY
        return without_marks(text, clauses[best] if enough else sentence.span)


def _most_looked_at(text: str, sentence: Sentence, code: str, reading: Reading) -> Span:
    """Return the clause with most of the reader's attention, else the sentence."""
    shares = reading.looked_at(sentence.clauses, code)
    if len(shares) < 2:
        return without_marks(text, sentence.span)
    best = max(range(len(shares)), key=lambda k: (shares[k], -k))
    return without_marks(text, sentence.clauses[best] if shares[best] > MOST else sentence.span)


def _words_read(text: str, span: Span, code: str, reading: Reading) -> str:
    """Return the words that weighed most, in the order of the text."""
    tokens = reading.top_tokens(span, code, TOP_WORDS)
    words = [
        word.text
        for word in words_of(span.of(text))
        if any(Span(word.start + span.start, word.end + span.start).overlaps(t) for t in tokens)
    ]
    return ",".join(dict.fromkeys(words))
