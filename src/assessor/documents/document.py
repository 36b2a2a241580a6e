"""A document as rows of cells, whatever its file format."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of text with the position of its left edge.

    Parameters
    ----------
    text : str
        One line (text, PDF) or a whole table cell (DOCX, line breaks between paragraphs).
    x : float
        Left edge in character widths from the left margin; in a DOCX table the column index.
    stops : tuple of float
        Left edges of the words of ``text.split(" ")``, where positions are known. They allow
        a label to be split from its value where no gap separates them.
    """

    text: str
    x: float = 0.0
    stops: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """Cells side by side, left to right.

    Parameters
    ----------
    cells : tuple of Cell
        Empty for a blank line.
    page : int
        Page number from 0.
    ruled : bool
        True for the cells of a real table (DOCX); False where they were inferred from gaps.
    """

    cells: tuple[Cell, ...]
    page: int = 0
    ruled: bool = False

    @property
    def text(self) -> str:
        """The row as one string, cells separated by two spaces."""
        return "  ".join(cell.text for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Document:
    """One file, read.

    Parameters
    ----------
    source : str
        The path as the user gave it (relative to the folder searched), for people to read.
    stem : str
        File name without suffix: the fiche's name where it bears no code.
    sha256 : str
        Hash of the file's bytes, hexadecimal.
    kind : str
        ``"text"``, ``"pdf"`` or ``"docx"``.
    rows : tuple of Row
        Lines of the document in reading order.
    warnings : tuple of str
        What the reader could not do, for the user to read.
    """

    source: str
    stem: str
    sha256: str
    kind: str
    rows: tuple[Row, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableRecord:
    """One fiche of an observation table.

    Parameters
    ----------
    fiche_id : str
        As the table gives it.
    fields : dict
        Column to value, as text: header fields (``country``, ``code`` …) and, in a wide table,
        sections.
    sections : dict
        Dimension, as the table names it, to text.
    warnings : list of str
        About this fiche's rows.
    """

    fiche_id: str
    fields: dict[str, str]
    sections: dict[str, str]
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ObservationTable:
    """An observation table; long and wide form give the same records."""

    source: str
    stem: str
    sha256: str
    records: tuple[TableRecord, ...]
    warnings: tuple[str, ...] = ()
