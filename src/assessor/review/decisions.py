"""What reviewers decide, and how a section reads once their decisions are replayed on it.

A decision says by itself all that it does: it can be replayed on another model's proposal, and
two reviewers' decisions can be replayed together, in the order they were made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

Key = tuple[str, str]


class Kind(StrEnum):
    """What a decision does, and what its `value` holds."""

    RATE = "rate"  # rating; issues: those it leaves standing
    ADD = "add"  # code, status, start, end
    REJECT = "reject"  # code, status, start, end
    STATUS = "status"  # code, status, start, end; to: the new status
    NOTE = "note"  # note
    UNDO = "undo"  # decision: the number of the decision taken back


@dataclass(frozen=True, slots=True)
class Decision:
    """One act of a reviewer.

    Parameters
    ----------
    value : mapping
        JSON types; see `Kind`.
    text_sha256 : str
        Hash of the section's text as the reviewer saw it: on another text it says nothing.
    number : int
        Place in the order of all decisions, 1 upwards; 0 until it is stored.
    at : str
        When it was stored, ISO 8601 in UTC.
    """

    annotator: str
    fiche_id: str
    dimension: str
    kind: Kind
    value: Mapping[str, Any]
    text_sha256: str
    number: int = 0
    at: str = ""

    @property
    def section(self) -> Key:
        """Which section it is about."""
        return self.fiche_id, self.dimension


@dataclass(frozen=True, slots=True)
class ReadIssue:
    """An issue as a section lists it.

    Parameters
    ----------
    by : str
        Who confirmed, added or rejected it; empty for what only the model says.
    """

    code: str
    status: str
    start: int
    end: int
    by: str = ""

    @property
    def key(self) -> Key:
        """What tells one issue of a section from another."""
        return self.code, self.status

    def place(self) -> dict[str, Any]:
        """Return it as a decision's value holds it."""
        return {"code": self.code, "status": self.status, "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class Reading:
    """A section's rating and issues: as proposed, or after decisions.

    Parameters
    ----------
    rated_by, noted_by : str
        Who; empty where nobody did.
    rejected : tuple of ReadIssue
        What a reviewer took out.
    replaced : frozenset
        Codes with the status that a reviewer gave up for another.
    """

    rating: str
    issues: tuple[ReadIssue, ...] = ()
    rejected: tuple[ReadIssue, ...] = ()
    replaced: frozenset[Key] = frozenset()
    rated_by: str = ""
    note: str = ""
    noted_by: str = ""

    def issue(self, key: Key) -> ReadIssue | None:
        """Return the issue of a code and status."""
        return next((issue for issue in self.issues if issue.key == key), None)

    @property
    def decided(self) -> bool:
        """Whether a person has rated it."""
        return bool(self.rated_by)


def standing(decisions: Iterable[Decision]) -> list[Decision]:
    """Return the decisions that were not taken back."""
    listed = list(decisions)
    undone = {d.value["decision"] for d in listed if d.kind is Kind.UNDO}
    return [d for d in listed if d.kind is not Kind.UNDO and d.number not in undone]


def replay(proposal: Reading, decisions: Iterable[Decision]) -> Reading:
    """Return a section's reading after decisions that stand, in their order."""
    reading = proposal
    for decision in decisions:
        reading = _EFFECTS[decision.kind](reading, decision)
    return reading


def _rate(reading: Reading, decision: Decision) -> Reading:
    """Set the rating; confirm what the reviewer left standing, unless another took it out."""
    refused = {issue.key for issue in reading.rejected} | reading.replaced
    issues = reading.issues
    for place in decision.value["issues"]:
        seen = _issue(place, decision)
        known = reading.issue(seen.key)
        if seen.key not in refused and not (known and known.by):
            issues = _with(issues, seen)
    return replace(
        reading, rating=decision.value["rating"], rated_by=decision.annotator, issues=issues
    )


def _add(reading: Reading, decision: Decision) -> Reading:
    new = _issue(decision.value, decision)
    return replace(
        reading,
        issues=_with(reading.issues, new),
        rejected=_without(reading.rejected, new.key),
        replaced=reading.replaced - {new.key},
    )


def _reject(reading: Reading, decision: Decision) -> Reading:
    old = _issue(decision.value, decision)
    return replace(
        reading,
        issues=_without(reading.issues, old.key),
        rejected=_with(reading.rejected, old),
    )


def _status(reading: Reading, decision: Decision) -> Reading:
    """Put the new status in the old one's place."""
    old = _issue(decision.value, decision)
    new = replace(old, status=decision.value["to"])
    others = _without(reading.issues, new.key)
    issues = tuple(new if issue.key == old.key else issue for issue in others)
    return replace(
        reading,
        issues=_with(issues, new),
        rejected=_without(reading.rejected, new.key),
        replaced=(reading.replaced | {old.key}) - {new.key},
    )


def _note(reading: Reading, decision: Decision) -> Reading:
    note = decision.value["note"]
    return replace(reading, note=note, noted_by=decision.annotator if note else "")


_EFFECTS: Mapping[Kind, Callable[[Reading, Decision], Reading]] = {
    Kind.RATE: _rate, Kind.ADD: _add, Kind.REJECT: _reject, Kind.STATUS: _status,
    Kind.NOTE: _note,
}  # fmt: skip


def _issue(place: Mapping[str, Any], decision: Decision) -> ReadIssue:
    return ReadIssue(
        place["code"], place["status"], place["start"], place["end"], decision.annotator
    )


def _with(issues: Sequence[ReadIssue], new: ReadIssue) -> tuple[ReadIssue, ...]:
    """Put an issue in the place of one of its code and status, else at the end."""
    if any(issue.key == new.key for issue in issues):
        return tuple(new if issue.key == new.key else issue for issue in issues)
    return (*issues, new)


def _without(issues: Sequence[ReadIssue], key: Key) -> tuple[ReadIssue, ...]:
    return tuple(issue for issue in issues if issue.key != key)
