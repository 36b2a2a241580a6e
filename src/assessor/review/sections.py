"""A run's tables → the sections that can be reviewed, each with the model's proposal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from assessor.codebook.schema import Codebook
from assessor.portfolio import Record, Tables
from assessor.review.decisions import Decision, Key, Reading, ReadIssue, replay, standing


@dataclass(frozen=True)
class Section:
    """A section with text.

    Parameters
    ----------
    fiche, rating : Record
        Its rows of `fiches.jsonl` and `ratings.csv`.
    issues, reasons : sequence of Record
        Its rows of `issues.csv` and `explanations.csv`.
    """

    fiche: Record
    dimension: str
    text: str
    rating: Record
    issues: Sequence[Record]
    reasons: Sequence[Record]

    @property
    def key(self) -> Key:
        """Fiche and dimension."""
        return self.fiche["fiche_id"], self.dimension

    @cached_property
    def text_sha256(self) -> str:
        """What a decision is tied to."""
        return sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @cached_property
    def proposal(self) -> Reading:
        """What the model says."""
        issues = [ReadIssue(r["code"], r["status"], r["start"], r["end"]) for r in self.issues]
        return Reading(self.rating["rating"], tuple(issues))

    def reading(self, decisions: Iterable[Decision]) -> Reading:
        """Return what decisions that stand make of the proposal."""
        return replay(self.proposal, (d for d in decisions if d.text_sha256 == self.text_sha256))


def sections_of(tables: Tables, codebook: Codebook) -> list[Section]:
    """Return the sections that have text, fiche by fiche."""
    issues, reasons = _by_section(tables.issues), _by_section(tables.explanations)
    fiches = {fiche["fiche_id"]: fiche for fiche in tables.fiches}
    found = []
    for rating in tables.ratings:
        fiche, dimension = fiches[rating["fiche_id"]], rating["dimension"]
        text = fiche["sections"].get(dimension) or ""
        if text.strip() and dimension in codebook.dimension:
            key = rating["fiche_id"], dimension
            found.append(Section(fiche, dimension, text, rating, issues[key], reasons[key]))
    return found


def by_section(decisions: Iterable[Decision]) -> Mapping[Key, list[Decision]]:
    """Return the decisions that stand, by section; none for a section without."""
    grouped: dict[Key, list[Decision]] = defaultdict(list)
    for decision in standing(decisions):
        grouped[decision.section].append(decision)
    return grouped


def _by_section(rows: Iterable[Record]) -> Mapping[Key, list[Record]]:
    grouped: dict[Key, list[Record]] = defaultdict(list)
    for row in rows:
        grouped[row["fiche_id"], row["dimension"]].append(row)
    return grouped
