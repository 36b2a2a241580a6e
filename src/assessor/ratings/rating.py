"""The rating: ordinal risk of one observation."""

from __future__ import annotations

from dataclasses import dataclass

from assessor.evidence import Reason


@dataclass(frozen=True, slots=True)
class Rating:
    """Risk that an observation conveys for its dimension.

    Parameters
    ----------
    dimension : str
        Identifier of the codebook.
    level : str
        Identifier of the rating scale, ``not_assessed`` included.
    probabilities : tuple of float
        One per assessed level, lowest risk first, summing to 1; all 0 when not assessed.
    confidence : float
        0 to 1: the probability that the level is right.
    review : bool
        True where a person should look.
    method : str
        What rated: ``blank``, ``placeholder``, ``lexicon`` or the name of a model.
    reasons : tuple of Reason
        What raised and lowered it, strongest first.
    """

    dimension: str
    level: str
    probabilities: tuple[float, ...]
    confidence: float
    review: bool
    method: str
    reasons: tuple[Reason, ...]

    @property
    def assessed(self) -> bool:
        """False for `not_assessed`."""
        return any(self.probabilities)

    @property
    def expected(self) -> float | None:
        """Mean level under the probabilities, 1 = lowest risk; None when not assessed."""
        if not self.assessed:
            return None
        return sum(value * p for value, p in enumerate(self.probabilities, start=1))
