"""Where in a text something stands, and why it was taken."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points in a section's text.

    Parameters
    ----------
    start, end : int
        ``0 <= start < end <= len(text)``.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"span {self.start}..{self.end} is empty or negative")

    def of(self, text: str) -> str:
        """Return the words the span covers."""
        return text[self.start : self.end]

    def without(self, text: str) -> str:
        """Return the text without the words the span covers."""
        return f"{text[: self.start]} {text[self.end :]}"

    def overlaps(self, other: Span) -> bool:
        """Say whether the two ranges share a code point."""
        return self.start < other.end and other.start < self.end

    def cover(self, other: Span) -> Span:
        """Return the smallest span that holds both."""
        return Span(min(self.start, other.start), max(self.end, other.end))


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words that prove a result and the rule that took them.

    Parameters
    ----------
    span : Span
        Place in the section's text.
    text : str
        ``span.of(section)``, copied.
    rule : str
        Identifier of the rule, cue or feature, such as ``wording:no_baseline/2``.
    """

    span: Span
    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that raised or lowered a rating.

    Parameters
    ----------
    evidence : Evidence or None
        The words; None where the reason is the absence of text or a flag of the form.
    effect : float
        Positive raises the risk, negative lowers it; in units of the rating scale.
    """

    evidence: Evidence | None
    effect: float
    rule: str


@dataclass(frozen=True, slots=True)
class Signal:
    """A problem found in an observation, as the rating may use it.

    The neutral form of an issue, so that ratings need not know how issues are found.

    Parameters
    ----------
    code, status : str
        Identifiers of the codebook.
    severity : int
        1 (slight) to 3 (grave).
    span : Span
        Where its evidence stands.
    """

    code: str
    status: str
    severity: int
    span: Span
