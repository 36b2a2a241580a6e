"""Errors that a user can act on.

The command line turns every `AssessorError` into one message and an exit status;
anything else that escapes is a defect.
"""

from __future__ import annotations

from enum import StrEnum


class AssessorError(Exception):
    """Base of all errors that name their cause and say what to do."""


class CodebookError(AssessorError):
    """A codebook file is unreadable or inconsistent; names file, key and allowed values."""


class ModelError(AssessorError):
    """A model folder is missing, damaged or made for another codebook or version."""


class LabelError(AssessorError):
    """A label table cannot be used."""


class RunError(AssessorError):
    """A run folder is missing, damaged or cannot be written."""


class Rejection(StrEnum):
    """Why an input was set aside: the `reason` column of `rejected.csv`."""

    NOT_FOUND = "not_found"
    UNREADABLE = "unreadable"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNSUPPORTED_FORMAT = "unsupported_format"
    LEGACY_WORD = "legacy_word"
    ENCRYPTED = "encrypted"
    CORRUPT = "corrupt"
    NO_TEXT_LAYER = "no_text_layer"
    NOT_A_FICHE = "not_a_fiche"
    BAD_TABLE = "bad_table"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASHED = "crashed"
    INTERNAL = "internal"


class FicheError(AssessorError):
    """An input cannot be read as a fiche and is set aside.

    Parameters
    ----------
    reason : Rejection
        Machine-readable reason.
    detail : str
        What was found and what the user can do, in one sentence; never text of the fiche.
    """

    def __init__(self, reason: Rejection, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
