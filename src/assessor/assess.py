"""Fiche → assessment: ratings, issues and findings of one fiche."""

from __future__ import annotations

from dataclasses import dataclass

from assessor.checks.findings import Finding, check_fiche
from assessor.codebook.schema import Codebook
from assessor.evidence import Signal
from assessor.fiche.fiche import Fiche
from assessor.issues.extract import IssueExtractor
from assessor.issues.issue import Issue
from assessor.language import sentences_of
from assessor.observations import Observation, observations_of
from assessor.ratings.learned import LearnedRater
from assessor.ratings.lexicon import LexiconRater
from assessor.ratings.rating import Rating
from assessor.reader.choice import reader_of
from assessor.reader.reader import Reader
from assessor.reader.reading import Reading
from assessor.text_model import TextModel


@dataclass(frozen=True, slots=True)
class Assessment:
    """All results on one fiche.

    Parameters
    ----------
    ratings : tuple of Rating
        One per dimension of the codebook, in its order.
    issues : tuple of Issue
        By dimension and place.
    findings : tuple of Finding
        Checks that did not hold.
    """

    fiche: Fiche
    ratings: tuple[Rating, ...]
    issues: tuple[Issue, ...]
    findings: tuple[Finding, ...]

    def issues_in(self, dimension: str) -> tuple[Issue, ...]:
        """Return the issues of one section."""
        return tuple(issue for issue in self.issues if issue.dimension == dimension)


class Assessor:
    """Assesses fiches by one codebook; build it once and use it for all.

    Parameters
    ----------
    codebook : Codebook
        What to look for.
    model : TextModel, optional
        A trained model; without one, wording and lexicon judge alone.
    reader : Reader, optional
        The Spanish encoder; only with a model that was combined with it.
    parses : bool
        False leaves the codebook's dependency patterns out.

    Examples
    --------
    >>> from assessor.codebook.load import shipped_codebook
    >>> from assessor.fiche.fiche import Fiche
    >>> fiche = Fiche("A_2011-1", "a.txt", "0", sections={"gender": "N/A"})
    >>> Assessor(shipped_codebook()).assess(fiche).ratings[1].level
    'not_assessed'
    """

    def __init__(
        self,
        codebook: Codebook,
        model: TextModel | None = None,
        reader: Reader | None = None,
        parses: bool = True,
    ) -> None:
        self.codebook = codebook
        self._reader = reader
        if model is not None and reader is not None:
            model = model.joined_with(reader.sha256)
        self._extractor = IssueExtractor(codebook, model, parses)
        self._rater: LexiconRater | LearnedRater = (
            LearnedRater(codebook, model) if model else LexiconRater(codebook)
        )

    def assess(self, fiche: Fiche) -> Assessment:
        """Rate every section, extract its issues and check the fiche's figures."""
        ratings: list[Rating] = []
        issues: list[Issue] = []
        for observation in observations_of(fiche, self.codebook):
            reading = self._read(observation)
            found = self._extractor.extract(observation, reading)
            signals = [Signal(i.code, i.status, i.severity, i.evidence.span) for i in found]
            rating = self._rater.rate(observation, signals, reading)
            ratings.append(rating)
            issues.extend(found)
        findings = check_fiche(fiche, self.codebook)
        return Assessment(fiche, tuple(ratings), tuple(issues), findings)

    def _read(self, observation: Observation) -> Reading | None:
        if self._reader is None or not observation.text.strip():
            return None
        spans = [sentence.span for sentence in sentences_of(observation.text)]
        heading = self.codebook.dimension[observation.dimension].es
        return self._reader.read(observation.text, heading, spans)


def assessor_for(
    codebook: Codebook, model: TextModel | None, reads: bool = True, parses: bool = True
) -> Assessor:
    """Build an assessor, with the reader (encoder) of the model where it is installed.

    Parameters
    ----------
    reads : bool
        False leaves the reader out.
    parses : bool
        False leaves the codebook's dependency patterns out.
    """
    return Assessor(codebook, model, reader_of(model) if reads else None, parses)
