"""A fiche's sections as observations to be judged."""

from __future__ import annotations

from dataclasses import dataclass

from assessor.codebook.schema import Codebook
from assessor.fiche.fiche import Fiche


@dataclass(frozen=True, slots=True)
class Observation:
    """One section's text, to be rated and searched for issues.

    Parameters
    ----------
    fiche_id, dimension : str
        Where it comes from.
    text : str
        The section, flag line included.
    """

    fiche_id: str
    dimension: str
    text: str


def observations_of(fiche: Fiche, codebook: Codebook) -> tuple[Observation, ...]:
    """Return one observation per dimension of the codebook, in its order."""
    return tuple(
        Observation(fiche.fiche_id, dimension.id, fiche.sections.get(dimension.id, ""))
        for dimension in codebook.dimensions
    )
