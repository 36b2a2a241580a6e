"""False positives of negation: problems that a text denies and a system reports all the same."""

from __future__ import annotations

from collections.abc import Sequence

from assessor.codebook.schema import Codebook, CueCategory
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
    """Count the mentions of denied problems that are reported as issues.

    A denied mention is wording of the codebook in the scope of a negation cue, of a code that
    the section's annotator did not list.

    Returns
    -------
    tuple of int
        Denied mentions that are reported, and all denied mentions.
    """
    matcher, engine = WordingMatcher(codebook), ScopeEngine(codebook)
    reported = total = 0
    for label, prediction in zip(labels, predictions, strict=True):
        listed = {issue.code for issue in label.issues}
        mentions = matcher.mentions(label.text, label.dimension)
        scopes = engine.scopes(label.text, mentions, sentences_of(label.text))
        found = [(i.code, span) for i in prediction.issues if (span := i.span_in(label.text))]
        for mention, scope in zip(mentions, scopes, strict=True):
            if mention.code not in listed and scope.category is CueCategory.DENIED:
                total += 1
                reported += any(
                    code == mention.code and span.overlaps(mention.span) for code, span in found
                )
    return reported, total
