"""The codebook: dimensions, rating scale, issues and their wording, cues, lexicon and forms.

Everything the analysis looks for is data of these types, read from YAML by
`assessor.codebook.load`. Labels are shown to people in Spanish (`es`) or English (`en`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class CueCategory(StrEnum):
    """What a cue makes of the mention in its scope."""

    DENIED = "denied"
    RESOLVED = "resolved"
    POTENTIAL = "potential"
    CURRENT = "current"
    ELSEWHERE = "elsewhere"  # another programme's problem: no issue here
    TERMINATION = "termination"  # ends the scope of other cues


class CueDirection(StrEnum):
    """On which side of the cue the mention has to stand."""

    PRECEDING = "preceding"  # the cue precedes the mention: «no se ha registrado …»
    FOLLOWING = "following"  # the cue follows the mention: «… ya fue superado»
    BOTH = "both"
    NEXT = "next"  # the cue opens the sentence or clause after the mention's: «Desde junio …»
    PSEUDO = "pseudo"  # looks like a cue of its category and is none


@dataclass(frozen=True, slots=True)
class Level:
    """One level of the rating scale; `value` is 1 (lowest risk) upwards, None if not assessed."""

    id: str
    value: int | None
    es: str
    en: str
    means: str


@dataclass(frozen=True, slots=True)
class IssueStatus:
    """Whether a problem holds, has been solved or may come."""

    id: str
    es: str
    en: str
    means: str


@dataclass(frozen=True, slots=True)
class Dimension:
    """What a section of the fiche is about.

    Parameters
    ----------
    heading : str
        The label in the fiche.
    aliases : tuple of str
        Other labels that forms use for it.
    weight : float
        Its weight in the programme's overall index.
    vocabulary : tuple of str
        Beginnings of words that its sections are full of; they tell which text belongs to
        which label where a document lists labels and texts apart.
    """

    id: str
    es: str
    en: str
    heading: str
    aliases: tuple[str, ...] = ()
    weight: float = 1.0
    vocabulary: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """A pattern of words that reports an issue.

    Parameters
    ----------
    id : str
        ``<issue>/<number>``; unique.
    text : str
        In the wording language (see `assessor.wording`), or with `tree` in that of dependency
        patterns (see `assessor.tree_wording`).
    status : str or None
        The status that the words themselves imply; None leaves it to the cues.
    dimensions : tuple of str
        Only looked for in these sections; empty means in all.
    confidence : float
        How often the words mean the issue, 0 to 1.
    """

    id: str
    text: str
    status: str | None = None
    dimensions: tuple[str, ...] = ()
    confidence: float = 0.8
    tree: bool = False

    def belongs_in(self, dimension: str) -> bool:
        """Say whether it is looked for in a section."""
        return not self.dimensions or dimension in self.dimensions


@dataclass(frozen=True, slots=True)
class IssueType:
    """A problem that observations report.

    Parameters
    ----------
    usual : str
        The dimension where it is most often found; it is looked for in all.
    severity : int
        1 (slight) to 3 (grave), before intensifiers.
    """

    id: str
    es: str
    en: str
    usual: str
    means: str
    severity: int = 2
    wording: tuple[Wording, ...] = ()


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that set the status of the mentions in their scope.

    Parameters
    ----------
    text : str
        In the wording language.
    reach : int or None
        At most so many words stand between cue and mention; None leaves it to the clause.
        Words that negate their neighbours («sin», «ningún») want 2 to 5, verbs and phrases
        that govern their clause want none.
    issues : tuple of str
        Only for mentions of these issues; empty means for all.
    echo : bool
        For direction ``next``: counts only where its sentence repeats a word of the mention
        and denies nothing («No había comité. Hoy el comité sesiona cada mes»). Set it for
        words that open sentences of any subject («Hoy …»).
    """

    id: str
    text: str
    category: CueCategory
    direction: CueDirection
    reach: int | None = None
    issues: tuple[str, ...] = ()
    echo: bool = False


@dataclass(frozen=True, slots=True)
class LexiconEntry:
    """Evaluative words.

    Parameters
    ----------
    weight : float
        Positive raises the risk, negative lowers it; in units of the rating scale.
    negatable : bool
        Whether a negation in scope turns it around.
    dimensions : tuple of str
        Only there; empty means everywhere.
    """

    id: str
    text: str
    weight: float
    negatable: bool = True
    dimensions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Evaluative language: entries, intensifiers (factor by words), placeholders."""

    entries: tuple[LexiconEntry, ...]
    intensifiers: tuple[LexiconEntry, ...]
    placeholders: tuple[str, ...]
    no_information: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormField:
    """A labelled row of a form.

    Parameters
    ----------
    id : str
        A field of `Fiche`, a dimension id, or a free name that goes to `extra`.
    labels : tuple of str
        As printed, most usual first; matched without accents, case and punctuation.
    kind : str
        How its value reads: ``text``, ``list``, ``numbered``, ``money``, ``agency_money``,
        ``date``, ``contacts``, ``disbursements``, ``beneficiaries``, ``missions``,
        ``evaluation``, ``flag``, ``section`` or ``group`` (a label without a value).
    parent : str or None
        The field whose value holds this one (a flag inside its section, say).
    """

    id: str
    labels: tuple[str, ...]
    kind: str
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """An organisation's form: what its labels are and in which order they come."""

    id: str
    es: str
    fields: tuple[FormField, ...]
    windows: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexRule:
    """How ratings become a programme's index: the mean of points by level.

    Parameters
    ----------
    points : tuple of float
        Of each assessed level, lowest risk first, 0 to 100 and rising, as (0, 20, 50, 100):
        the steeper the end, the more a high risk counts. Empty spaces them evenly.
    not_assessed : str or None
        The level that a section without information counts as; None leaves it out. Never the
        lowest: what is missing is not low risk.
    """

    points: tuple[float, ...] = ()
    not_assessed: str | None = None


@dataclass(frozen=True)
class Codebook:
    """All that the analysis looks for.

    Parameters
    ----------
    sha256 : str
        Hash of its content, independent of file layout.
    """

    id: str
    levels: tuple[Level, ...]
    statuses: tuple[IssueStatus, ...]
    dimensions: tuple[Dimension, ...]
    issues: tuple[IssueType, ...]
    cues: tuple[Cue, ...]
    lexicon: Lexicon
    forms: tuple[Form, ...]
    sha256: str
    index: IndexRule = IndexRule()

    @property
    def index_points(self) -> tuple[float, ...]:
        """Points of each assessed level in the index, 0 to 100."""
        top = len(self.assessed_levels) - 1
        even = tuple(round(100 * k / top, 2) for k in range(top + 1)) if top else (0.0,)
        return self.index.points or even

    @cached_property
    def level(self) -> Mapping[str, Level]:
        """Levels by id."""
        return {level.id: level for level in self.levels}

    @cached_property
    def assessed_levels(self) -> tuple[Level, ...]:
        """Levels that bear a value, lowest risk first."""
        return tuple(
            sorted((x for x in self.levels if x.value is not None), key=lambda x: x.value or 0)
        )

    @cached_property
    def level_ids(self) -> tuple[str, ...]:
        """Ids of the assessed levels, lowest risk first."""
        return tuple(level.id for level in self.assessed_levels)

    @cached_property
    def status(self) -> Mapping[str, IssueStatus]:
        """Statuses by id."""
        return {status.id: status for status in self.statuses}

    @cached_property
    def dimension(self) -> Mapping[str, Dimension]:
        """Dimensions by id."""
        return {dimension.id: dimension for dimension in self.dimensions}

    @cached_property
    def issue(self) -> Mapping[str, IssueType]:
        """Issue types by id."""
        return {issue.id: issue for issue in self.issues}
