"""DOCX → rows: table rows with their cells, paragraphs as rows of one cell."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from assessor.documents.document import Cell, Row
from assessor.errors import FicheError, Rejection

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MAX_DEPTH = 12  # tables within tables


def rows_of_docx(data: bytes) -> Iterator[Row]:
    """Yield the rows of a DOCX file's body.

    Raises
    ------
    FicheError
        If the file is damaged or no Word document.
    """
    import docx

    try:
        body = docx.Document(io.BytesIO(data)).element.body
    except MemoryError:
        raise
    except Exception as error:  # python-docx lets zip, XML and key errors through
        raise FicheError(
            Rejection.CORRUPT, "the Word file is damaged; open it in Word and save it again"
        ) from error
    yield from _block_rows(body, 0)


def _block_rows(parent: Any, depth: int) -> Iterator[Row]:
    for child in parent.iterchildren():
        if child.tag == f"{_W}p":
            text = _paragraph_text(child)
            yield Row((Cell(text),) if text else ())
        elif child.tag == f"{_W}tbl":
            yield from _table_rows(child, depth + 1)
        elif child.tag in {f"{_W}sdt", f"{_W}ins", f"{_W}customXml", f"{_W}smartTag"}:
            content = child.find(f"{_W}sdtContent") if child.tag == f"{_W}sdt" else child
            if content is not None:
                yield from _block_rows(content, depth)


def _table_rows(table: Any, depth: int) -> Iterator[Row]:
    if depth > MAX_DEPTH:
        raise FicheError(Rejection.CORRUPT, f"tables are nested more than {MAX_DEPTH} deep")
    for row in _within(table, "tr"):
        cells = []
        for column, cell in enumerate(_within(row, "tc")):
            # A cell merged downwards is told by its first row only.
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            text = (
                ""
                if merge is not None and merge.get(f"{_W}val") != "restart"
                else _cell_text(cell, depth)
            )
            cells.append(Cell(text, float(column)))
        if any(cell.text for cell in cells):
            yield Row(tuple(cells), ruled=True)


def _within(parent: Any, name: str) -> Iterator[Any]:
    """Yield children of a name, through content controls and tracked insertions."""
    for child in parent.iterchildren():
        if child.tag == f"{_W}{name}":
            yield child
        elif child.tag == f"{_W}sdt":
            content = child.find(f"{_W}sdtContent")
            if content is not None:
                yield from _within(content, name)
        elif child.tag in {f"{_W}ins", f"{_W}customXml"}:
            yield from _within(child, name)


def _cell_text(cell: Any, depth: int) -> str:
    rows = _block_rows(cell, depth)
    return "\n".join("   ".join(part.text for part in row.cells) for row in rows).strip()


def _paragraph_text(paragraph: Any) -> str:
    """Return a paragraph's text as shown: deletions left out, insertions and links kept."""
    parts: list[str] = []
    for node in paragraph.iter():
        if node.tag == f"{_W}t":
            if not any(a.tag == f"{_W}del" for a in node.iterancestors()):
                parts.append(node.text or "")
        elif node.tag == f"{_W}tab":
            parts.append("\t" if node.getparent().tag == f"{_W}r" else "")
        elif node.tag in {f"{_W}br", f"{_W}cr"}:
            parts.append("\n")
        elif node.tag == f"{_W}noBreakHyphen":
            parts.append("-")
    text = "".join(parts).replace("\u00a0", " ")
    mark = _list_mark(paragraph)
    return f"{mark}{text.strip()}" if text.strip() else ""


def _list_mark(paragraph: Any) -> str:
    """Show automatic list marks, which the text itself does not hold, as a dash."""
    return "- " if paragraph.find(f"{_W}pPr/{_W}numPr") is not None else ""
