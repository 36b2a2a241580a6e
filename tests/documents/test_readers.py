"""Broken input: never a traceback, always a reason and what to do."""

from __future__ import annotations

import io
import zipfile

import pytest
from docx import Document
from pypdf import PdfWriter
from reportlab.pdfgen.canvas import Canvas

from assessor.documents.readers import read_source
from assessor.errors import FicheError, Rejection


def pdf(pages=("Presupuesto total: USD 1,000",), image_only=False) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for text in pages:
        if image_only:
            canvas.rect(50, 50, 200, 200, fill=1)
        else:
            canvas.drawString(72, 700, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def encrypted_pdf() -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(pdf()))
    writer.encrypt("secreto", algorithm="AES-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def docx(text="Presupuesto total: USD 1,000") -> bytes:
    document = Document()
    document.add_paragraph(text)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def zip_of(names: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in names.items():
            archive.writestr(name, data)
    return buffer.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600

BROKEN = {
    "empty.txt": (b"", Rejection.EMPTY),
    "spaces.txt": (b" \n\t \n", Rejection.EMPTY),
    "binary.txt": (bytes(range(256)) * 40, Rejection.CORRUPT),
    "nuls.txt": (b"\0" * 5000, Rejection.CORRUPT),
    "pdf_named.txt": (pdf(), Rejection.CORRUPT),
    "zip_named.txt": (zip_of({"a": b"b"}), Rejection.CORRUPT),
    "huge.txt": (b"palabra " * 300_000, Rejection.TOO_LARGE),
    "empty.pdf": (b"", Rejection.EMPTY),
    "text_named.pdf": (b"hola, no soy un PDF", Rejection.CORRUPT),
    "truncated.pdf": (pdf()[:300], Rejection.CORRUPT),
    "header_only.pdf": (b"%PDF-1.7\n", Rejection.CORRUPT),
    "encrypted.pdf": (encrypted_pdf(), Rejection.ENCRYPTED),
    "images.pdf": (pdf(image_only=True), Rejection.NO_TEXT_LAYER),
    "long.pdf": (pdf([f"pag {n}" for n in range(205)]), Rejection.TOO_LARGE),
    "truncated.docx": (docx()[:400], Rejection.CORRUPT),
    "text_named.docx": (b"hola", Rejection.CORRUPT),
    "other_zip.docx": (zip_of({"a.txt": b"hola"}), Rejection.CORRUPT),
    "encrypted.docx": (OLE, Rejection.ENCRYPTED),
    "bomb.docx": (zip_of({"word/document.xml": b"<a>" + b"0" * 60_000_000}), Rejection.TOO_LARGE),
    "lines.txt": (b"a\n" * 100_001, Rejection.TOO_LARGE),
    "blank.docx": (docx(""), Rejection.EMPTY),
    "old.doc": (OLE, Rejection.LEGACY_WORD),
    "scan.jpg": (b"\xff\xd8\xff", Rejection.NO_TEXT_LAYER),
    "sheet.ods": (b"PK", Rejection.UNSUPPORTED_FORMAT),
    "nothing": (b"hola", Rejection.UNSUPPORTED_FORMAT),
    "no_id.csv": (b"a,b\n1,2\n", Rejection.BAD_TABLE),
    "header.csv": (b"fiche_id,dimension,text\n", Rejection.EMPTY),
    "damaged.xlsx": (zip_of({"xl/workbook.xml": b"<a"}), Rejection.CORRUPT),
    "encrypted.xlsx": (OLE, Rejection.ENCRYPTED),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_input_is_set_aside_with_its_reason(tmp_path, name):
    data, reason = BROKEN[name]
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(FicheError) as error:
        read_source(path, name)
    assert error.value.reason is reason
    assert len(error.value.detail) > 15


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(FicheError) as error:
        read_source(tmp_path / "no.txt", "no.txt")
    assert error.value.reason is Rejection.NOT_FOUND


def test_a_folder_with_a_suffix_is_told(tmp_path):
    (tmp_path / "x.txt").mkdir()
    with pytest.raises(FicheError) as error:
        read_source(tmp_path / "x.txt", "x.txt")
    assert error.value.reason is Rejection.UNREADABLE


def test_windows_text_is_read_and_said(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes("Coordinación: sí — «bien»".encode("cp1252"))
    document = read_source(path, "a.txt")
    assert document.rows[0].text == "Coordinación: sí — «bien»"
    assert document.warnings


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_are_taken_off(tmp_path, encoding):
    path = tmp_path / "a.txt"
    path.write_bytes("Género".encode(encoding))
    assert read_source(path, "a.txt").rows[0].text == "Género"


def test_few_nuls_do_not_spoil_a_text(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"Resumen: una cuenca\0 con agua " * 20)
    assert "\0" not in read_source(path, "a.txt").rows[0].text


def test_tracked_deletions_are_left_out_and_insertions_kept(tmp_path):
    from docx.oxml import parse_xml

    document = Document()
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    paragraph = document.add_paragraph("Queda ")._p
    paragraph.append(parse_xml(f"<w:del {space}><w:r><w:delText>no</w:delText></w:r></w:del>"))
    paragraph.append(parse_xml(f"<w:ins {space}><w:r><w:t>esto</w:t></w:r></w:ins>"))
    document.save(tmp_path / "a.docx")
    assert read_source(tmp_path / "a.docx", "a").rows[0].text == "Queda esto"
