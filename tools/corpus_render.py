"""Render written fiches as the documents users have: DOCX, PDF and text out of a PDF.

A maintainer's tool: `python tools/corpus_render.py corpus/content corpus/fiches`. It needs
LibreOffice and poppler (`soffice`, `pdftotext`); reading the corpus needs neither.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from corpus_form import FormRow, fiche_id, form_rows, habit_of, head_lines, load_content
from docx import Document
from docx.shared import Cm, Pt

GRID_ROWS = ("No. Instituciones", "No. Mujeres", "No. Hombres", "No. Grupos étnicos")
GRID_KEYS = ("institutions", "women", "men", "ethnic_groups")
FLAGGED = ("sustainability", "scalability", "external_factors", "communication")


def table_form(content: dict[str, Any]) -> Any:
    """One ruled table, a label and a value a row; groups as rows of one merged cell."""
    document, rows = _begin(content)
    table = document.add_table(rows=0, cols=2)
    table.style = "Table Grid"
    group = ""
    for row in rows:
        if row.group and row.group != group:
            cells = table.add_row().cells
            cells[0].merge(cells[1]).text = row.group
        group = row.group
        cells = table.add_row().cells
        cells[0].width, cells[1].width = Cm(4.5), Cm(12.5)
        _write(cells[0], row.label)
        if row.id == "beneficiaries":
            _grid(cells[1], content["beneficiaries"])
        else:
            _write(cells[1], row.value)
    return document


def stacked_form(content: dict[str, Any]) -> Any:
    """Key data in two columns, then observations stacked under their labels beside the group."""
    document, rows = _begin(content)
    table = document.add_table(rows=0, cols=2)
    inner = document.add_table(rows=0, cols=2)
    inner.style = "Table Grid"
    group_cell, group = None, None
    for row in rows:
        if row.id == "gender":
            document.add_paragraph()
        if row.group:
            if row.group != group:
                cells = inner.add_row().cells
                cells[0].width, cells[1].width = Cm(3), Cm(14)
                cells[0].text, group_cell, group = row.group, cells[1], row.group
                group_cell.text = ""
            assert group_cell is not None
            _append(group_cell, row.label, row.value)
            continue
        cells = (inner if group is not None or row.id == "gender" else table).add_row().cells
        if row.id == "gender":
            _append(cells[0].merge(cells[1]), row.label, row.value)
            continue
        cells[0].width, cells[1].width = Cm(4), Cm(13)
        _write(cells[0], row.label)
        if row.id == "beneficiaries":
            _grid(cells[1], content["beneficiaries"])
        else:
            _write(cells[1], row.value)
    return document


def plain_form(content: dict[str, Any]) -> Any:
    """No table: a bold label, its value after it or in the paragraphs below."""
    document, rows = _begin(content)
    group = ""
    for row in rows:
        if row.group and row.group != group:
            document.add_paragraph(row.group)
        group = row.group
        paragraph = document.add_paragraph()
        paragraph.add_run(row.label).bold = True
        if row.id == "beneficiaries":
            _plain_grid(document, content["beneficiaries"])
        elif "\n" in row.value or len(row.value) > 90:
            for line in row.value.split("\n"):
                document.add_paragraph(line)
        else:
            paragraph.add_run(f" {row.value}")
    return document


FORMS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "table": table_form,
    "stacked": stacked_form,
    "plain": plain_form,
}


def _begin(content: dict[str, Any]) -> tuple[Any, list[FormRow]]:
    document = Document()
    document.styles["Normal"].font.size = Pt(9)
    document.styles["Normal"].font.name = "Liberation Sans"
    for section in document.sections:
        section.left_margin = section.right_margin = Cm(2)
    for line in head_lines(content):
        document.add_paragraph(line)
    return document, form_rows(content, habit_of(fiche_id(content)))


def _write(cell: Any, text: str) -> None:
    first, *others = text.split("\n")
    cell.text = first
    for line in others:
        cell.add_paragraph(line)


def _append(cell: Any, label: str, value: str) -> None:
    paragraph = cell.add_paragraph()
    paragraph.add_run(label).bold = True
    for line in value.split("\n"):
        cell.add_paragraph(line)


def _grid(cell: Any, counts: dict[str, Any]) -> None:
    table = cell.add_table(rows=1, cols=3)
    table.autofit = False
    for column, width in zip(table.columns, (4.5, 3, 3), strict=True):
        column.width = Cm(width)
    for place, text in zip(table.rows[0].cells, ("", "Directos", "Indirectos"), strict=True):
        place.text = text
    for label, key in zip(GRID_ROWS, GRID_KEYS, strict=True):
        cells = table.add_row().cells
        cells[0].text, cells[1].text, cells[2].text = label, *_pair(counts, key)


def _plain_grid(document: Any, counts: dict[str, Any]) -> None:
    for kind, es in (("direct", "Directos"), ("indirect", "Indirectos")):
        document.add_paragraph(f"{es}:")
        for label, key in zip(GRID_ROWS, GRID_KEYS, strict=True):
            value = (counts.get(kind) or {}).get(key)
            document.add_paragraph(f"{label}: {'' if value is None else value}".strip())


def _pair(counts: dict[str, Any], key: str) -> tuple[str, str]:
    values = [(counts.get(kind) or {}).get(key) for kind in ("direct", "indirect")]
    first, second = ("" if value is None else str(value) for value in values)
    return first, second


def plan(name: str) -> tuple[str, str]:
    """Choose form and file format by the fiche's name: some 10 % DOCX, 10 % PDF, the rest text.

    Text without its layout is taken from the plain form: a table's may lose which text stands
    beside which label, and then no reader can tell.
    """
    digest = hashlib.sha256(f"layout {name}".encode()).digest()
    kind = (["docx", "pdf"] + ["txt-layout"] * 4 + ["txt"] * 4)[digest[1] % 10]
    form = "plain" if kind == "txt" else sorted(FORMS)[digest[0] % len(FORMS)]
    return form, kind


def to_pdf(docx: Path, folder: Path) -> Path:
    """Convert with LibreOffice."""
    command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(docx)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder / f"{docx.stem}.pdf"


def to_text(pdf: Path, *, layout: bool) -> str:
    """Extract as users do, with poppler."""
    flags = ["-layout"] if layout else []
    command = ["pdftotext", "-enc", "UTF-8", *flags, str(pdf), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def render(content_folder: Path, target: Path) -> None:
    """Render the written fiches below `content_folder` that `target` does not hold yet."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        planned: list[tuple[str, str]] = []
        for path in sorted(content_folder.rglob("*.yaml")):
            content = load_content(path)
            name = fiche_id(content)
            if any(target.glob(f"{name}.*")):
                continue  # laid out before
            form, kind = plan(name)
            FORMS[form](content).save(str(Path(scratch) / f"{name}.docx"))
            planned.append((name, kind))
        wanted = [Path(scratch) / f"{name}.docx" for name, kind in planned if kind != "docx"]
        for start in range(0, len(wanted), 40):
            batch = [str(path) for path in wanted[start : start + 40]]
            subprocess.run(
                ["soffice", "--headless", "--convert-to", "pdf", "--outdir", scratch, *batch],
                check=True, capture_output=True, timeout=600,
            )  # fmt: skip
        for name, kind in planned:
            source = Path(scratch) / f"{name}.{'docx' if kind == 'docx' else 'pdf'}"
            if kind in {"docx", "pdf"}:
                (target / f"{name}.{kind}").write_bytes(source.read_bytes())
            else:
                text = to_text(source, layout=kind == "txt-layout")
                (target / f"{name}.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    render(Path(sys.argv[1]), Path(sys.argv[2]))
