"""Small files of every format, and what chance may make of them."""

# ruff: noqa: E501

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable

from docx import Document
from openpyxl import Workbook
from reportlab.pdfgen.canvas import Canvas

LINES = (
    "GUATEMALA", "Título del Programa: Agua para todos", "Código: MDGF-7777",
    "Ventana temática: Gobernanza", "Presupuesto total: USD 1,000.00", "Fecha de inicio: 01/02/2010",
    "Fecha de fin: 01/02/2013", "Periodo del informe: 2011-1",
    "Estado: El programa avanza, aunque con retrasos en las compras.",
    "Género: Solo se cuenta a las mujeres que asisten.", "Sostenibilidad: No existe plan.",
)  # fmt: skip
TOKENS = (
    b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"\r", b"\f", b"\x1b[2J", b"%PDF-", b"obj", b"endstream",
    b"<", b"</", b"&#0;", b"&#xD800;", b"<!DOCTYPE a [", b'"', b",,,", b"\n\n\n", b"-1",
    b"99999999999999999999", b"1e400", b"_xD800_", b"\xe2\x80\xae", b"=1+1", b"31/02/2010",
    b"USD -0", b"[[[[", b"((((",
)  # fmt: skip
Mutator = Callable[[bytes, random.Random], bytes]


def text_seed() -> bytes:
    """Return a fiche as text."""
    return "\n".join(LINES).encode()


def csv_seed() -> bytes:
    """Return an observation table."""
    return "fiche_id,dimension,text,country\nA1,gender,«Sólo, sí»,Perú\nB2,sustainability,No,\n".encode()


def xlsx_seed() -> bytes:
    """Return an observation table as a workbook."""
    book = Workbook()
    for row in (["fiche_id", "dimension", "text"], ["A1", "gender", "Sólo, sí"], ["B2", "x", 3.5]):
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def docx_seed() -> bytes:
    """Return a fiche as a Word table."""
    document = Document()
    table = document.add_table(0, 2)
    for line in LINES:
        label, _, value = line.partition(": ")
        cells = table.add_row().cells
        cells[0].text, cells[1].text = label, value
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf_seed() -> bytes:
    """Return a fiche as a PDF whose content is not compressed."""
    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=0, invariant=1)
    for number, line in enumerate(LINES):
        canvas.drawString(72, 760 - 14 * number, line)
    canvas.save()
    return out.getvalue()


def mutated_bytes(data: bytes, draw: random.Random) -> bytes:
    """Change bytes in one to six places."""
    out = bytearray(data)
    for _ in range(draw.randint(1, 6)):
        at = draw.randrange(len(out) + 1)
        piece = out[at : at + draw.choice((1, 2, 8, 64, 512))]
        kind = draw.randrange(6)
        if kind == 0 and at < len(out):
            out[at] ^= 1 << draw.randrange(8)
        elif kind == 1:
            del out[at : at + len(piece)]
        elif kind == 2:
            out[at:at] = draw.choice(TOKENS) * draw.choice((1, 1, 1, 30))
        elif kind == 3:
            out[at:at] = piece * draw.choice((1, 2, 50))
        elif kind == 4:
            to = draw.randrange(len(out) + 1)
            out[to : to + len(piece)] = piece
        elif draw.random() < 0.2:
            del out[at:]
    return bytes(out)


def mutated_archive(data: bytes, draw: random.Random) -> bytes:
    """Change one part of a ZIP archive, or the archive's own bytes."""
    if draw.random() < 0.2:
        return mutated_bytes(data, draw)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    chosen = draw.choice([n for n in parts if n.endswith((".xml", ".rels"))])
    body = [n for n in parts if n.endswith(("document.xml", "sheet1.xml"))]
    chosen = body[0] if draw.random() < 0.6 else chosen
    parts[chosen] = mutated_bytes(parts[chosen], draw)
    if draw.random() < 0.05:
        del parts[draw.choice(list(parts))]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


FORMATS: dict[str, tuple[Callable[[], bytes], Mutator]] = {
    ".txt": (text_seed, mutated_bytes),
    ".csv": (csv_seed, mutated_bytes),
    ".pdf": (pdf_seed, mutated_bytes),
    ".docx": (docx_seed, mutated_archive),
    ".xlsx": (xlsx_seed, mutated_archive),
}
