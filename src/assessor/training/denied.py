"""Problems that a text denies: none of them may be reported as an issue."""

from __future__ import annotations

from collections.abc import Sequence

from assessor.codebook.schema import Codebook, CueCategory
from assessor.evidence import Span
from assessor.issues.matcher import WordingMatcher
from assessor.issues.scope import ScopeEngine
from assessor.labels.tables import LabelledObservation
from assessor.language import sentences_of
from assessor.training.predictions import Prediction


def denied_reported(
    labels: Sequence[LabelledObservation],
    predictions: Sequence[Prediction],
    codebook: Codebook,
) -> tuple[int, int]:
    """Count denied mentions, and those of them that are reported as issues.

    A denied mention is wording of the codebook in the scope of a denying cue, of a code that
    the section's reader did not list.

    Returns
    -------
    tuple of int
        Reported, all.
    """
    matcher, engine = WordingMatcher(codebook), ScopeEngine(codebook)
    reported = total = 0
    for label, said in zip(labels, predictions, strict=True):
        listed = {issue.code for issue in label.issues}
        mentions = matcher.mentions(label.text, label.dimension)
        scopes = engine.scopes(label.text, mentions, sentences_of(label.text))
        found = [
            (i.code, Span(i.start, i.start + len(i.evidence)))
            for i in said.issues
            if i.start is not None and i.evidence
        ]
        for mention, scope in zip(mentions, scopes, strict=True):
            if mention.code not in listed and scope.category is CueCategory.DENIED:
                total += 1
                reported += any(
                    code == mention.code and span.overlaps(mention.span) for code, span in found
                )
    return reported, total
