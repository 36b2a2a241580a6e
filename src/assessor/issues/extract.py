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
from assessor.text_model import TextModel, probability
from assessor.text_state import TextStateReader

CUE_TRUST = 0.05  # a model overrules an explicit cue only where it gives its status less
_GRAVE = re.compile(r"\b(?:grave|critic|sever|paraliz|bloquead|por completo|totalmente)\w*")
_SLIGHT = re.compile(r"\b(?:puntual|leve|menores|ligera|ligero)\w*")


class IssueExtractor:
    """Finds issues by the codebook's wording and, with a model, by the words of sentences.

    Parameters
    ----------
    codebook : Codebook
        Its wording and cues are compiled once.
    model : TextModel, optional
        A trained second finder. The two add up: wording that hits raises the log-odds that
        the model gives the sentence, by an amount that training chose.
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
        self._threshold = model.option("issue_threshold") if model else 0.0
        self._own = model.options_named("threshold.") if model else {}
        self._slope = model.option("confidence_slope") if model else 1.0
        self._offset = model.option("confidence_offset") if model else 0.0
        self._bonus = model.option("wording_bonus") if model else 0.0
        self._states = TextStateReader(codebook)
        self._flags = {
            field.parent: (field.labels, code)
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
            What the Spanish reader says of it; its sentences are those of the whole text.
        """
        text = observation.text
        found = list(self._flag_issue(observation))
        state = self._states.read(text)
        if state.kind != "text":
            return tuple(found)
        sentences = [s for s in sentences_of(text) if s.span.end > state.body_start]
        worded, denied = self._worded(observation, sentences)
        if self._finder is None:
            found += worded
        else:
            found += self._judged(observation, sentences, worded, denied, self._finder, reading)
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

    def _judged(
        self,
        observation: Observation,
        sentences: Sequence[Sentence],
        worded: Sequence[Issue],
        denied: Sequence[Mention],
        finder: SentenceFinder,
        reading: Reading | None,
    ) -> list[Issue]:
        """Decide by all finders, sentence by sentence; what wording sees denied is not listed."""
        text, dimension = observation.text, observation.dimension
        surest_last = sorted(worded, key=lambda i: i.confidence)
        issues: list[Issue] = []
        for place, sentence in enumerate(sentences):
            own = {i.code: i for i in surest_last if i.evidence.span.overlaps(sentence.span)}
            unsaid = {m.code for m in denied if m.span.overlaps(sentence.span)} - own.keys()
            logits = finder.judge(text, dimension, sentence.span, reading)
            known = {code for code in logits if code in self._codebook.issue}
            for code in sorted((known | own.keys()) - unsaid):
                hit = own.get(code)
                # A code that the model never saw stands on its wording alone.
                threshold = self._own.get(code, self._threshold)
                logit = logits.get(code, threshold) + (self._bonus if hit else 0.0)
                if logit <= threshold:
                    continue
                sure = probability(self._slope * (logit - threshold) + self._offset)
                shares = finder.status(text, sentences, place, code, reading)
                evidence = (
                    hit.evidence
                    if hit
                    else finder.evidence(text, dimension, sentence, code, reading)
                )
                issues.append(self._decided(dimension, code, text, sure, shares, evidence, hit))
        return issues

    def _decided(
        self,
        dimension: str,
        code: str,
        text: str,
        sure: float,
        shares: Mapping[str, float],
        evidence: Evidence,
        hit: Issue | None,
    ) -> Issue:
        status = max(shares, key=lambda name: (shares[name], name))
        if hit and hit.cues and shares[hit.status] > CUE_TRUST:
            status = hit.status  # a cue in scope outweighs a model that half agrees
        return Issue(
            dimension=dimension,
            code=code,
            status=status,
            severity=self._severity(code, text, evidence.span),
            evidence=evidence,
            cues=hit.cues if hit else (),
            confidence=round(sure * shares[status], 3),
        )

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
