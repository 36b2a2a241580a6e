"""A label of a document and the lines of its value."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as dataclass_field

from assessor.codebook.schema import FormField
from assessor.fiche.layout_line import Line


@dataclass(eq=False)
class Entry:
    """A label and the lines of its value; two entries are the same only if they are one object.

    Parameters
    ----------
    tail : str
        Words after the label's name that belong to it, such as the report it refers to.
    beside : bool
        True where the value begins on the label's line or in the cell beside it.
    paired : bool
        True where the label stands in a column of its own, so that an empty value is empty.
    mid_line : bool
        True where other words stand before the label on its line.
    doubtful : bool
        True where the lines were given to the label by order and type alone.
    rows : int
        Lines over which the label was printed.
    gap : bool or None
        Whether a blank line parts the label from the next one right below it, as it does where
        the value beside is much higher than the label; None where no label follows.
    """

    field: FormField
    order: int
    lines: list[Line] = dataclass_field(default_factory=list)
    tail: str = ""
    beside: bool = False
    paired: bool = False
    mid_line: bool = False
    doubtful: bool = False
    rows: int = 1
    gap: bool | None = None
