"""A line of a document once its columns have been told apart."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Column(Enum):
    """Where a line stood on the page."""

    FULL = "full"
    LEFT = "left"  # the label's side of a two-column form
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Line:
    """One line in reading order.

    Parameters
    ----------
    text : str
        Without leading and trailing white space; never empty.
    page : int
        Page number from 0.
    breaks_before : bool
        True where a blank line, a new cell, a page or the end of a paragraph comes before.
    cell_end : bool
        True for the last line of a table cell.
    blank_before : bool
        True where a blank line stands before, in text without columns.
    """

    text: str
    page: int = 0
    column: Column = Column.FULL
    breaks_before: bool = False
    cell_end: bool = False
    blank_before: bool = False
