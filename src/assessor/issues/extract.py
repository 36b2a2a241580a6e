"""Observation → issues: wording finds them, cues set their status."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assessor.codebook.schema import Codebook
from assessor.evidence import Evidence, Span
from assessor.folding import fold
from assessor.issues.issue import Issue
from assessor.issues.learned import SentenceFinder
from assessor.issues.matcher import Mention, WordingMatcher
from assessor.issues.scope import Scope, ScopeEngine
from assessor.language import Sentence, sentences_of, without_marks
from assessor.observations import Observation
from assessor.reader.reading import Reading
from assessor.text_model import TextModel
from assessor.text_state import TextState, TextStateReader

MISLED = 1.0  # log-odds by which models alone have to be surer in a clause with a double negation
CUE_TRUST = 0.05  # a model overrules an explicit cue only where it gives its status less
_GRAVE = re.compile(r"\b(?:grave|critic|sever|paraliz|bloquead|por completo|totalmente)\w*")
_SLIGHT = re.compile(r"\b(?:puntual|leve|menores|ligera|ligero)\w*")


class IssueExtractor:
    """Finds issues by the codebook's wording and, with a model, by classifying sentences.

    Parameters
    ----------
    codebook : Codebook
        Its wording and cues are compiled once.
    model : TextModel, optional
        A trained classifier of sentences. Wording that hits raises its log-odds of the code,
        by an amount that training chose.
    parses : bool
        False leaves the codebook's dependency patterns out.
    """

    def __init__(
        self, codebook: Codebook, model: TextModel | None = None, parses: bool = True
    ) -> None:
        self._codebook = codebook
        self._matcher = WordingMatcher(codebook, parses)
        self._engine = ScopeEngine(codebook)
        self._finder = SentenceFinder(model, self._engine) if model else None
        self._states = TextStateReader(codebook)
        self._flags: dict[tuple[str | None, str | None], str] = {
            (field.parent, field.id): code
            for form in codebook.forms
            for field in form.fields
            if field.kind == "flag" and (code := f"no_{field.id}") in codebook.issue
        }

    def extract(
        self, observation: Observation, reading: Reading | None = None
    ) -> tuple[Issue, ...]:
        """Return the issues of one observation, by code and status, each with its best words.

        Parameters
        ----------
        reading : Reading, optional
            The encoder's output; its sentences are those of the whole text.
        """
        text = observation.text
        state = self._states.read(text)
        found = list(self._flag_issue(observation, state))
        if state.kind != "text":
            return tuple(found)
        sentences = [s for s in sentences_of(text) if s.span.end > state.body_start]
        worded, denied = self._worded(observation, sentences)
        if self._finder is None:
            found += worded
        else:
            found += self._combined(observation, sentences, worded, denied, self._finder, reading)
        best: dict[tuple[str, str], Issue] = {}
        for issue in found:
            known = best.get(issue.code_status)
            if known is None or issue.confidence > known.confidence:
                best[issue.code_status] = issue
        return tuple(sorted(best.values(), key=lambda i: (i.evidence.span, i.code, i.status)))

    def _worded(
        self, observation: Observation, sentences: Sequence[Sentence]
    ) -> tuple[list[Issue], list[Mention]]:
        """Return what the wording finds, and the mentions that the text denies."""
        mentions = self._matcher.mentions(observation.text, observation.dimension)
        scopes = self._engine.scopes(observation.text, mentions, sentences)
        issues = []
        denied = self._matcher.lacks_denied(observation.text, observation.dimension)
        for mention, scope in zip(mentions, scopes, strict=True):
            if scope.reported:
                issues.append(self._issue(observation, mention, scope, sentences))
            else:
                denied.append(mention)
        return issues, denied

    def _combined(
        self,
        observation: Observation,
        sentences: Sequence[Sentence],
        worded: Sequence[Issue],
        denied: Sequence[Mention],
        finder: SentenceFinder,
        reading: Reading | None,
    ) -> list[Issue]:
        """Combine wording, linear model and encoder per sentence; denied mentions are dropped."""
        text, dimension = observation.text, observation.dimension
        surest_last = sorted(worded, key=lambda i: i.confidence)
        misleading = self._matcher.double_negations(text)
        issues: list[Issue] = []
        for place, sentence in enumerate(sentences):
            own = {i.code: i for i in surest_last if i.evidence.span.overlaps(sentence.span)}
            unsaid = {m.code for m in denied if m.span.overlaps(sentence.span)} - own.keys()
            logits = finder.judge(text, dimension, sentence.span, reading)
            known = {code for code in logits if code in self._codebook.issue}
            for code in sorted((known | own.keys()) - unsaid):
                hit = own.get(code)
                margin = finder.margin(code, logits.get(code), worded=hit is not None)
                if margin <= 0:
                    continue
                evidence = (
                    hit.evidence
                    if hit
                    else finder.evidence(text, dimension, sentence, code, reading)
                )
                misled = not hit and any(map(evidence.span.overlaps, misleading))
                if misled and margin <= MISLED:
                    continue
                shares = finder.status(text, sentences, place, code, reading)
                status = _status(shares, hit)
                issues.append(
                    Issue(
                        dimension, code, status, self._severity(code, text, evidence.span),
                        evidence, hit.cues if hit else (),
                        round(finder.confidence(margin) * shares[status], 3),
                    )
                )  # fmt: skip
        return issues

    def _issue(
        self,
        observation: Observation,
        mention: Mention,
        scope: Scope,
        sentences: Sequence[Sentence],
    ) -> Issue:
        status = mention.wording.status if not scope.cues else None
        status = status or str(scope.category)
        text = observation.text
        span = self._evidence_span(text, mention.span, sentences)
        return Issue(
            dimension=observation.dimension,
            code=mention.code,
            status=status,
            severity=self._severity(mention.code, text, span),
            evidence=Evidence(span, span.of(text), f"wording:{mention.wording.id}"),
            cues=scope.cues,
            confidence=round(mention.wording.confidence * scope.confidence, 3),
        )

    def _evidence_span(self, text: str, mention: Span, sentences: Sequence[Sentence]) -> Span:
        """Return the clause around a mention, as a reader would quote it."""
        for sentence in sentences:
            for clause in sentence.clauses:
                if clause.start <= mention.start and mention.end <= clause.end:
                    return without_marks(text, clause)
        return without_marks(text, mention)

    def _severity(self, code: str, text: str, span: Span) -> int:
        folded = fold(span.of(text))
        base = self._codebook.issue[code].severity
        change = bool(_GRAVE.search(folded)) - bool(_SLIGHT.search(folded))
        return min(3, max(1, base + change))

    def _flag_issue(self, observation: Observation, state: TextState) -> tuple[Issue, ...]:
        """A form's «Plan …: no» is an issue of its own, with the flag's line as evidence."""
        code = self._flags.get((observation.dimension, state.field))
        if code is None or state.flag != "no":
            return ()
        line = observation.text[: state.body_start].rstrip()
        return (
            Issue(
                observation.dimension, code, "current", self._codebook.issue[code].severity,
                Evidence(Span(0, len(line)), line, f"flag:{code}"), (), 0.95,
            ),
        )  # fmt: skip


def _status(shares: Mapping[str, float], hit: Issue | None) -> str:
    """Return the most probable status; a cue in scope outweighs a model that half agrees."""
    if hit and hit.cues and shares[hit.status] > CUE_TRUST:
        return hit.status
    return max(shares, key=lambda name: (shares[name], name))
