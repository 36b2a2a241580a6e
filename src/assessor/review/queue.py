"""The order in which sections come up, and which of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from assessor.review.decisions import Key
from assessor.review.sections import Section

Wanted = Callable[[Section], bool]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which sections come up.

    Parameters
    ----------
    dimension, programme : str
        A dimension, a fiche_id; empty for all.
    undecided : bool
        Whether those already decided are passed over.
    """

    dimension: str = ""
    programme: str = ""
    undecided: bool = False

    def wants(self, section: Section) -> bool:
        """Say whether a section is of the dimension and the programme."""
        return self.dimension in {"", section.dimension} and self.programme in {"", section.key[0]}


class Queue:
    """Sections, those that need a person first: flagged, then least confident.

    Parameters
    ----------
    sections : iterable of Section
        In any order.
    """

    def __init__(self, sections: Iterable[Section]) -> None:
        self.sections: Sequence[Section] = sorted(sections, key=_urgency)
        self._place = {section.key: n for n, section in enumerate(self.sections)}

    def get(self, key: Key) -> Section | None:
        """Return a section; None where the run has no such."""
        place = self._place.get(key)
        return None if place is None else self.sections[place]

    def first(self, wanted: Wanted) -> Section | None:
        """Return the first section that is wanted."""
        return next(filter(wanted, self.sections), None)

    def after(self, section: Section, wanted: Wanted) -> Section | None:
        """Return the next section that is wanted."""
        return next(filter(wanted, self.sections[self._place[section.key] + 1 :]), None)

    def before(self, section: Section, wanted: Wanted) -> Section | None:
        """Return the last wanted section before one."""
        return next(filter(wanted, reversed(self.sections[: self._place[section.key]])), None)

    def place(self, section: Section) -> int:
        """Return a section's place, 1 upwards."""
        return self._place[section.key] + 1


def _urgency(section: Section) -> tuple[bool, float, Key]:
    rating = section.rating
    return not rating["review"], float(rating["confidence"] or 0.0), section.key
