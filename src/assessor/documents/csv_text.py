"""CSV → rows: one limit and one way to tell the delimiter, whoever reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

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
    r"""Yield the rows of a text; the delimiter is the one that splits its header most.

    >>> list(csv_rows_of('fiche_id;"a, b"\\nA1;x\n'))
    [['fiche_id', 'a, b'], ['A1', 'x']]

    Raises
    ------
    csv.Error
        As `csv_rows`.
    """

    def columns(delimiter: str) -> int:
        return len(next(csv_rows([header], delimiter), []))

    header = next(io.StringIO(text, newline=""), "")
    yield from csv_rows(io.StringIO(text, newline=""), max(DELIMITERS, key=columns))
