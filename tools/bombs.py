"""Files that are small to send and large, endless or bottomless to read. Made here, not kept."""

# ruff: noqa: D103, E501  # bombs are short and their names say what they do

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
ENTITIES = {
    "laughs": f'<!DOCTYPE d [<!ENTITY l0 "jajaja">{LAUGHS}]>',
    "quadratic": f'<!DOCTYPE d [<!ENTITY l9 "{"a" * 50_000}">]>',
    "external": '<!DOCTYPE d [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
    "parameter": '<!DOCTYPE d [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>',
}


def archive(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in parts.items():
            out.writestr(name, data)
    return buffer.getvalue()


def docx(body: bytes | str, head: str = "", **more: bytes) -> bytes:
    """A Word file with a body of one's own."""
    content = body.encode() if isinstance(body, str) else body
    document = f'<?xml version="1.0"?>{head}<w:document xmlns:w="{W}"><w:body>'.encode()
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    return archive(
        {
            "[Content_Types].xml": types.encode(),
            "_rels/.rels": _rels("officeDocument", "word/document.xml"),
            "word/document.xml": document + content + b"</w:body></w:document>",
            **more,
        }
    )


def xlsx(
    sheet: bytes | str, strings: bytes | str = "<si><t>fiche_id</t></si>", head: str = ""
) -> bytes:
    """A workbook with a sheet and shared strings of one's own."""
    sheet, strings = (x.encode() if isinstance(x, str) else x for x in (sheet, strings))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}worksheet+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}sharedStrings+xml"/></Types>'
    )
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    book = (
        f'<workbook xmlns="{S}" xmlns:r="{office}"><sheets>'
        '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
    )
    return archive(
        {
            "[Content_Types].xml": types.encode(),
            "_rels/.rels": _rels("officeDocument", "xl/workbook.xml"),
            "xl/workbook.xml": book.encode(),
            "xl/_rels/workbook.xml.rels": _rels(
                "worksheet", "worksheets/sheet1.xml", ("sharedStrings", "sharedStrings.xml")
            ),
            "xl/sharedStrings.xml": f'{head}<sst xmlns="{S}">'.encode() + strings + b"</sst>",
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{S}"><sheetData>'.encode()
            + sheet
            + b"</sheetData></worksheet>",
        }
    )


def _rels(kind: str, target: str, *more: tuple[str, str]) -> bytes:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rows = "".join(
        f'<Relationship Id="r{n}" Type="{office}/{k}" Target="{t}"/>'
        for n, (k, t) in enumerate([(kind, target), *more], start=1)
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{rows}</Relationships>'.encode()


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def lying_size() -> bytes:
    """An archive whose directory says that its large part is small."""
    data = bytearray(docx(paragraph("a" * 80_000_000)))
    place = data.rfind(b"PK\x01\x02", 0, data.rfind(b"word/document.xml"))
    data[place + 24 : place + 28] = struct.pack("<I", 1000)
    return bytes(data)


def overlapping() -> bytes:
    """A directory that names one part hundreds of times."""
    whole = docx(paragraph("a" * 9_000_000))
    end = whole.rfind(b"PK\x05\x06")
    count, size, start = struct.unpack("<HII", whole[end + 10 : end + 20])
    directory = whole[start : start + size]
    last = directory[directory.rfind(b"PK\x01\x02") :]
    copies = b"".join(
        last.replace(b"word/document.xml", f"word/documen{n:03}x".encode()) for n in range(300)
    )
    head = whole[end : end + 8] + struct.pack(
        "<HHII", count + 300, count + 300, size + len(copies), start
    )
    return whole[:end] + copies + head + b"\0\0"


def pdf(*objects: bytes, root: int = 1) -> bytes:
    """A PDF of numbered objects with a sound cross-reference table."""
    out, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        size, table, size, root, len(out),
    )  # fmt: skip


def stream(data: bytes, entries: bytes = b"", times: int = 1) -> bytes:
    for _ in range(times):
        data = zlib.compress(data, 9)
    filters = b"/FlateDecode " * times
    return b"<<%s/Filter[%s]/Length %d>>stream\n%s\nendstream" % (entries, filters, len(data), data)


CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>%s>>>>"


def page(content: bytes, *others: bytes, resources: bytes = b"") -> bytes:
    return pdf(CATALOG, PAGES, PAGE % resources, content, FONT, *others)


def zeros(size: int) -> bytes:
    """So many zeros, deflated twice, without having them all in memory."""
    inner, outer = zlib.compressobj(9), zlib.compressobj(9)
    out, block = b"", bytes(2**20)
    for _ in range(size // 2**20):
        out += outer.compress(inner.compress(block))
    out += outer.compress(inner.flush()) + outer.flush()
    return b"<</Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n%s\nendstream" % (len(out), out)


def nested_forms(depth: int = 12, width: int = 10) -> bytes:
    """Forms that draw forms that draw forms: width ** depth pieces of text."""
    first = 6
    forms = []
    for level in range(depth):
        last = level == depth - 1
        body = b"BT /F 9 Tf 9 9 Td (risa) Tj ET" if last else b"/X Do " * width
        inner = b"/Font<</F 5 0 R>>" if last else b"/XObject<</X %d 0 R>>" % (first + level + 1)
        entries = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<<%s>>" % inner
        forms.append(stream(body, entries))
    return page(stream(b"/X Do"), *forms, resources=b"/XObject<</X 6 0 R>>")


def cyclic_form() -> bytes:
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>"
    return page(
        stream(b"/X Do"), stream(b"/X Do /X Do", entries), resources=b"/XObject<</X 6 0 R>>"
    )


def deep(tag: str, depth: int) -> str:
    return f"<{tag}>" * depth + f"</{tag}>" * depth


BOMBS: dict[str, Callable[[], bytes]] = {
    "unfolds.docx": lambda: docx(paragraph("a" * 300_000_000)),
    "picture.docx": lambda: docx(paragraph("a"), **{"word/media/a.png": bytes(250_000_000)}),
    "lying_size.docx": lying_size,
    "overlapping.docx": overlapping,
    "laughs.docx": lambda: docx(paragraph("&l9;"), ENTITIES["laughs"]),
    "laughs_utf16.docx": lambda: docx(
        paragraph("a"),
        **{"word/otra.bin": f'<?xml version="1.0"?>{ENTITIES["laughs"]}<d>&l9;</d>'.encode("utf-16")},
    ),
    "quadratic.docx": lambda: docx(paragraph("&l9;" * 50_000), ENTITIES["quadratic"]),
    "external.docx": lambda: docx(paragraph("&l9;"), ENTITIES["external"]),
    "parameter.docx": lambda: docx(paragraph("a"), ENTITIES["parameter"]),
    "deep.docx": lambda: docx(deep("w:p", 100_000)),
    "deep_tables.docx": lambda: docx(
        "<w:tbl><w:tr><w:tc>" * 60 + "</w:tc></w:tr></w:tbl>" * 60
    ),
    "elements.docx": lambda: docx("<w:p/>" * 3_000_000),
    "parts.docx": lambda: docx(paragraph("a"), **{f"x/{n}": b"" for n in range(20_000)}),
    "leads_out.docx": lambda: docx(paragraph("a"), **{"../../fuera.txt": b"a"}),
    "strings.xlsx": lambda: xlsx("", "<si><t>a</t></si>" * 8_000_000),
    "one_string.xlsx": lambda: xlsx("", f"<si><t>{'a' * 60_000_000}</t></si>"),
    "laughs.xlsx": lambda: xlsx("", "<si><t>&l9;</t></si>", ENTITIES["laughs"]),
    "far_cell.xlsx": lambda: xlsx(
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    ),
    "wide_rows.xlsx": lambda: xlsx(
        '<row><c t="s"><v>0</v></c></row>' + '<row><c r="XFD2"><v>1</v></c></row>' * 150_000
    ),
    "zeros.pdf": lambda: page(zeros(3_000 * 2**20)),
    "text.pdf": lambda: page(
        stream(b"BT /F 9 Tf 9 9 Td " + b"(jajajajajajajajajajaja) Tj " * 300_000 + b"ET", times=2)
    ),
    "nested_forms.pdf": nested_forms,
    "cyclic_form.pdf": cyclic_form,
    "cyclic_pages.pdf": lambda: pdf(
        CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 9>>", b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 9>>"
    ),
    "many_pages.pdf": lambda: pdf(CATALOG, b"<</Type/Pages/Kids[]/Count 2000000000>>"),
    "deep_array.pdf": lambda: page(stream(b"[" * 5_000_000)),
    "columns.csv": lambda: b"fiche_id," + b"a," * 5_000_000,
    "cell.csv": lambda: b"fiche_id,dimension,text\nA,gender," + b"a" * 40_000_000,
    "quote.csv": lambda: b'fiche_id,dimension,text\nA,gender,"' + b"a\n" * 20_000_000,
    "rows.csv": lambda: b"fiche_id,dimension,text\n" + b"A,gender,a\n" * 4_000_000,
    "large.txt": lambda: b"a" * 60_000_000,
    "lines.txt": lambda: b"a\n" * 900_000,
    "spaces.txt": lambda: b"a" + b" " * 1_900_000 + b"a",
    "brackets.txt": lambda: b"(" * 1_900_000,
    "labels.txt": lambda: b"Presupuesto total: " * 100_000,
}  # fmt: skip
