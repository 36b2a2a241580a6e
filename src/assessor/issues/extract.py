"""Observation → issues: wording finds them, cues set their status."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assessor.codebook.schema import Codebook, CueCategory
from assessor.evidence import Evidence, Span
from assessor.folding import fold
from assessor.issues.issue import Issue
from assessor.issues.matcher import Mention, WordingMatcher
from assessor.issues.scope import Scope, ScopeEngine
from assessor.language import Sentence, sentences_of
from assessor.observations import Observation

_GRAVE = re.compile(r"\b(?:grave|critic|sever|paraliz|bloquead|por completo|totalmente)\w*")
_SLIGHT = re.compile(r"\b(?:puntual|leve|menores|ligera|ligero)\w*")


class IssueExtractor:
    """Finds issues by the codebook's wording.

    Parameters
    ----------
    codebook : Codebook
        Its wording and cues are compiled once.
    """

    def __init__(self, codebook: Codebook) -> None:
        self._codebook = codebook
        self._matcher = WordingMatcher(codebook)
        self._engine = ScopeEngine(codebook)
        self._flags = {
            field.parent: (field.labels, code)
            for form in codebook.forms
            for field in form.fields
            if field.kind == "flag" and (code := f"no_{field.id}") in codebook.issue
        }

    def extract(self, observation: Observation) -> tuple[Issue, ...]:
        """Return the issues of one observation, by code and status, each with its best words."""
        text = observation.text
        if not text.strip():
            return ()
        mentions = self._matcher.mentions(text, observation.dimension)
        flagged = self._flag_issue(observation)
        if not mentions:
            return flagged
        sentences = sentences_of(text)
        cues = self._engine.cues_in(text)
        found: dict[tuple[str, str], Issue] = {i.code_status: i for i in flagged}
        for mention in mentions:
            scope = self._engine.scope(text, mention.span, sentences, cues)
            issue = self._issue(observation, mention, scope, sentences)
            if issue is None:
                continue
            known = found.get(issue.code_status)
            if known is None or issue.confidence > known.confidence:
                found[issue.code_status] = issue
        return tuple(sorted(found.values(), key=lambda i: (i.evidence.span, i.code, i.status)))

    def _issue(
        self,
        observation: Observation,
        mention: Mention,
        scope: Scope,
        sentences: Sequence[Sentence],
    ) -> Issue | None:
        if scope.category in {CueCategory.DENIED, CueCategory.ELSEWHERE}:
            return None
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
        """Return the clause around a mention, cut of its last mark, as a reader would quote it."""
        for sentence in sentences:
            for clause in sentence.clauses:
                if clause.start <= mention.start and mention.end <= clause.end:
                    end = clause.end
                    while end > mention.end and text[end - 1] in ".,;:!?… ":
                        end -= 1
                    return Span(clause.start, end)
        return mention

    def _severity(self, code: str, text: str, span: Span) -> int:
        folded = fold(span.of(text))
        base = self._codebook.issue[code].severity
        change = bool(_GRAVE.search(folded)) - bool(_SLIGHT.search(folded))
        return min(3, max(1, base + change))

    def _flag_issue(self, observation: Observation) -> tuple[Issue, ...]:
        """A form's «Plan …: no» is an issue of its own, with the flag's line as evidence."""
        if observation.dimension not in self._flags:
            return ()
        labels, code = self._flags[observation.dimension]
        first = observation.text.split("\n", 1)[0].rstrip()
        match = re.fullmatch(r"(.+?):\s*no\.?", fold(first))
        if not match or match[1].strip() not in {fold(label) for label in labels}:
            return ()
        span = Span(0, len(first))
        return (
            Issue(
                observation.dimension, code, "current", self._codebook.issue[code].severity,
                Evidence(span, first, f"flag:{code}"), (), 0.95,
            ),
        )  # fmt: skip
