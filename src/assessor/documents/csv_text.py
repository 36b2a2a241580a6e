"""CSV → rows: one limit and one way to tell the delimiter, whoever reads."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

_QUOTED = re.compile(r'"[^"]*"')
DELIMITERS = ",;\t|"
MAX_CELL = 2_000_000  # characters: what a whole document may hold


def csv_rows(lines: Iterable[str], delimiter: str = ",") -> Iterator[list[str]]:
    """Return the rows of lines that keep their ends.

    Raises
    ------
    csv.Error
        If a row is not valid CSV or a cell is longer than `MAX_CELL`.
    """
    csv.field_size_limit(MAX_CELL)  # of the process, whose default is shorter than some sections
    return csv.reader(lines, delimiter=delimiter)


def csv_rows_of(text: str) -> Iterator[list[str]]:
    r"""Return the rows of a text; the delimiter is the one that its header has most of.

    >>> list(csv_rows_of('fiche_id;"a, b"\nA1;x\n'))
    [['fiche_id', 'a, b'], ['A1', 'x']]

    Raises
    ------
    csv.Error
        As `csv_rows`.
    """
    header = next(io.StringIO(text, newline=""), "")
    unquoted = _QUOTED.sub("", header)
    return csv_rows(io.StringIO(text, newline=""), max(DELIMITERS, key=unquoted.count))
