"""What the page asks for → the decision it stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from assessor.codebook.schema import Codebook
from assessor.errors import LabelError
from assessor.labels.anchor import anchor, from_utf16
from assessor.review.decisions import Decision, Key, Kind, Reading, ReadIssue, standing
from assessor.review.sections import Section, by_section

LONGEST_NOTE = 2000  # characters
LONGEST_NAME = 60
Request = Mapping[str, Any]
Value = dict[str, Any]


class ActionError(LabelError):
    """The page asked for what cannot be done.

    Parameters
    ----------
    key : str
        Which of the page's words says so.
    """

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def annotator_name(text: object) -> str:
    """Return a reviewer's name with single spaces.

    Raises
    ------
    ActionError
        If there is none, or it is too long or no text.
    """
    name = " ".join(text.split()) if isinstance(text, str) else ""
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise ActionError("error_name")
    return name


def decision_of(
    request: Request, section: Section, annotator: str, codebook: Codebook
) -> Callable[[Sequence[Decision]], Decision]:
    """Return the function from an annotator's decisions so far to the one asked for.

    Raises
    ------
    ActionError
        If there is no such action; the function raises it for what does not fit the section.
    """
    action = _ACTIONS.get(str(request.get("kind")))
    if action is None:
        raise ActionError("error_request")
    kind, value_of = action

    def choose(earlier: Sequence[Decision]) -> Decision:
        reading = section.reading(by_section(earlier)[section.key])
        value = value_of(request, section, reading, codebook)
        return Decision(annotator, *section.key, kind, value, section.text_sha256)

    return choose


def undo_last(annotator: str) -> Callable[[Sequence[Decision]], Decision]:
    """Return the function from an annotator's decisions to the one that takes the last back."""

    def choose(earlier: Sequence[Decision]) -> Decision:
        left = standing(earlier)
        if not left:
            raise ActionError("error_nothing")
        last = left[-1]
        value = {"decision": last.number}
        return Decision(annotator, *last.section, Kind.UNDO, value, last.text_sha256)

    return choose


def _rate(request: Request, section: Section, reading: Reading, codebook: Codebook) -> Value:
    rating = str(request.get("rating"))
    if rating not in codebook.level:
        raise ActionError("error_request")
    return {"rating": rating, "issues": [issue.place() for issue in reading.issues]}


def _accept(request: Request, section: Section, reading: Reading, codebook: Codebook) -> Value:
    return _rate({"rating": reading.rating}, section, reading, codebook)


def _add(request: Request, section: Section, reading: Reading, codebook: Codebook) -> Value:
    code, status, quote = (str(request.get(name, "")) for name in ("code", "status", "quote"))
    if code not in codebook.issue or status not in codebook.status:
        raise ActionError("error_request")
    words = quote.strip()
    lead = len(quote) - len(quote.lstrip())
    unit = request.get("start")
    near = from_utf16(section.text, unit) + lead if isinstance(unit, int) else None
    span = anchor(section.text, words, near)
    if span is None:
        raise ActionError("error_selection")
    return {"code": code, "status": status, "start": span.start, "end": span.end}


def _reject(request: Request, section: Section, reading: Reading, codebook: Codebook) -> Value:
    return _known(request, reading).place()


def _status(request: Request, section: Section, reading: Reading, codebook: Codebook) -> Value:
    """Go to the next status that the code does not have yet in the section."""
    issue = _known(request, reading)
    names = [status.id for status in codebook.statuses]
    at = names.index(issue.status)
    for name in names[at + 1 :] + names[:at]:
        if reading.issue((issue.code, name)) is None:
            return {**issue.place(), "to": name}
    raise ActionError("error_status")


def _note(request: Request, section: Section, reading: Reading, codebook: Codebook) -> Value:
    note = request.get("note")
    if not isinstance(note, str) or len(note) > LONGEST_NOTE:
        raise ActionError("error_note")
    return {"note": note.strip()}


def _known(request: Request, reading: Reading) -> ReadIssue:
    key: Key = (str(request.get("code")), str(request.get("status")))
    issue = reading.issue(key)
    if issue is None:
        raise ActionError("error_issue")
    return issue


_ACTIONS: Mapping[str, tuple[Kind, Callable[[Request, Section, Reading, Codebook], Value]]] = {
    "rate": (Kind.RATE, _rate),
    "accept": (Kind.RATE, _accept),
    "add": (Kind.ADD, _add),
    "reject": (Kind.REJECT, _reject),
    "status": (Kind.STATUS, _status),
    "note": (Kind.NOTE, _note),
}
