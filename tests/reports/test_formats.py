from __future__ import annotations

import html
import io
import json
import re
import shutil
import subprocess
import zipfile
from datetime import datetime

import pytest
from docx import Document
from markdown_it import MarkdownIt
from openpyxl import load_workbook

from assessor.errors import RunError
from assessor.reports.formats import RENDERERS
from assessor.reports.markdown import escaped
from assessor.reports.tables import shown, tables_of
from assessor.reports.words import number, words

from .. import needs

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SOFFICE = shutil.which("soffice")
COMPARED = ("ranking", "distribution", "matrix", "cooccurrence", "money", "groups", "changes",
            "transitions", "issue_changes", "findings", "missing")  # fmt: skip


@pytest.fixture(scope="module")
def rendered(summary):
    return {name: renderer.render(summary) for name, renderer in RENDERERS.items()}


@pytest.fixture(scope="module")
def book(rendered):
    return load_workbook(io.BytesIO(rendered["xlsx"]))


@pytest.fixture(scope="module")
def word(rendered):
    return Document(io.BytesIO(rendered["docx"]))


def as_written(table, lang):
    """A table's rows as a reader sees them, by caption."""
    return [
        [shown(v, c.kind, lang) for v, c in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]


def flat(text):
    return " ".join(str(text).split())


def word_tables(document):
    """Rows of each table by the text of the caption before it."""
    found, caption = {}, None
    for child in document.element.body.iterchildren():
        if child.tag == f"{WORD}p":
            caption = "".join(t.text or "" for t in child.iter(f"{WORD}t")) or caption
        elif child.tag == f"{WORD}tbl":
            found[re.sub(r"^\w+ \d+\. ", "", caption)] = [
                [
                    "".join(t.text or "" for t in cell.iter(f"{WORD}t"))
                    for cell in row.iter(f"{WORD}tc")
                ]
                for row in child.iter(f"{WORD}tr")
            ][1:]
    return found


def markdown_tables(data):
    tokens = MarkdownIt("commonmark").enable("table").parse(data.decode())
    found, heading, row, head = {}, "", [], False
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            heading = flat("".join(c.content for c in tokens[place + 1].children))
        elif token.type in {"thead_open", "thead_close"}:
            head = token.type == "thead_open"
        elif token.type == "td_open":
            row.append(flat("".join(c.content for c in tokens[place + 1].children)))
        elif token.type == "tr_close" and not head:
            found.setdefault(heading, []).append(row)
            row = []
    return found


def test_every_number_is_the_same_in_every_format(summary, rendered, book, word):
    tables = tables_of(summary)
    in_word, in_markdown = word_tables(word), markdown_tables(rendered["md"])
    t = words(summary["lang"])
    for name in COMPARED:
        table = tables[name]
        assert table.rows, name
        expected = [[flat(cell) for cell in row] for row in as_written(table, "es")]
        assert in_markdown[table.caption] == expected, name
        docx = [[flat(c) for c in row] for row in in_word[table.caption]]
        if name == "ranking":  # a column of bars
            docx = [[row[0], *row[2:]] for row in docx]
        assert docx == expected, name
        sheet = book[t[f"sheet_{name}"]]
        cells = [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)]
        values = [[v if v != "" else None for v in row] for row in table.rows]
        assert cells == values, name


def test_sentences_are_the_same_in_every_format(summary, rendered, book, word):
    lines = [*summary["sentences"], *(s["text"] for s in summary["brief"])]
    sheet = [row[0] for row in book["Resumen"].iter_rows(min_row=2, values_only=True)]
    assert sheet == lines
    paragraphs = {p.text for p in word.paragraphs}
    assert set(lines) <= paragraphs
    plain = MarkdownIt().parse(rendered["md"].decode())
    text = flat(" ".join(c.content for token in plain for c in token.children or ()))
    assert all(flat(line) in text for line in lines)
    page = html.unescape(rendered["html"].decode())
    assert all(line in page for line in lines)
    assert json.loads(rendered["json"])["sentences"] == summary["sentences"]
    figures = [number(summary["index"][key], "es", 1) for key in ("value", "low", "high")]
    assert any(all(figure in line for figure in figures) for line in lines[:3])


def test_xlsx_is_as_analysts_like_it(summary, book):
    names = book.sheetnames
    assert names[:5] == ["Resumen", "Programas", "Valoraciones", "Problemas", "Hallazgos"]
    assert {"Textos", "Método"} <= set(names)
    for sheet in book:
        assert sheet.freeze_panes
        assert sheet.auto_filter.ref
        assert sheet.column_dimensions["A"].width > 10
        assert not sheet._hyperlinks
    programmes = book["Programas"]
    head = [c.value for c in programmes[1]]
    first = dict(zip(head, programmes[2], strict=True))
    assert first["Inicio"].value == datetime(2010, 1, 1)
    assert first["Presupuesto"].value == 1000
    assert first["Desembolsado"].number_format == "0%"
    ratings = book["Valoraciones"]
    values = {c.value for row in ratings.iter_rows(min_row=2, min_col=5) for c in row}
    assert values <= {1, 2, 3, 4, "–"}
    assert len(list(ratings.conditional_formatting)) >= 1
    texts = sum(1 for p in summary["programmes"] for _ in p["sections"])
    assert book["Textos"].max_row == texts + 1


def test_docx_has_headings_contents_captions_and_annex(word):
    styles = [p.style.name for p in word.paragraphs]
    assert styles.count("Heading 1") >= 9
    assert "Title" in styles
    xml = word.element.xml
    assert 'TOC \\o "1-2"' in xml
    assert xml.count("SEQ Tabla") == len(word.tables)
    texts = [p.text for p in word.paragraphs]
    annex = texts.index("Anexo: citas por problema", texts.index("Fichas una a una", 15))
    assert any("No hay línea de base" in text for text in texts[annex:])


def test_docx_takes_a_template(summary, tmp_path):
    template = Document()
    template.add_paragraph("Portada de la casa")
    template.styles["Heading 1"].font.name = "Georgia"
    for name in ("List Bullet", "Caption"):
        template.styles[name]._element.getparent().remove(template.styles[name]._element)
    template.save(tmp_path / "casa.docx")
    data = RENDERERS["docx"].render(summary, tmp_path / "casa.docx")
    made = Document(io.BytesIO(data))
    assert made.paragraphs[0].text == "Portada de la casa"
    assert made.styles["Heading 1"].font.name == "Georgia"
    (tmp_path / "no.docx").write_text("no")
    with pytest.raises(RunError, match=r"no\.docx"):
        RENDERERS["docx"].render(summary, tmp_path / "no.docx")


@pytest.mark.parametrize("lang", ["es", "en"])
@pytest.mark.parametrize("name", list(RENDERERS))
def test_an_empty_report_can_be_written(summary_of, run_folder, name, lang):
    empty = summary_of(run_folder, where="country=Francia", lang=lang)
    assert RENDERERS[name].render(empty)


@pytest.mark.skipif(not SOFFICE, reason=needs.SOFFICE)
@pytest.mark.parametrize("name", ["xlsx", "docx"])
def test_libreoffice_opens_it(rendered, tmp_path, name):
    path = tmp_path / f"report.{name}"
    path.write_bytes(rendered[name])
    target = {"xlsx": "csv", "docx": "txt"}[name]
    subprocess.run(
        [SOFFICE, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", target, "--outdir", str(tmp_path), str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    text = (tmp_path / f"report.{target}").read_text(encoding="utf-8", errors="replace")
    assert "15 fichas de 12 programas" in text


def test_xlsx_is_a_sound_zip(rendered):
    with zipfile.ZipFile(io.BytesIO(rendered["xlsx"])) as archive:
        assert archive.testzip() is None
        assert not [n for n in archive.namelist() if "externalLink" in n or "hyperlink" in n]


@pytest.mark.parametrize(
    ("text", "made"),
    [("95.6", "95.6"), ("+29,5", "+29,5"), ("1. uno", r"1\. uno"), ("- a", r"\- a"), ("---", r"\---"),
     ("a*b", r"a\*b"), ("<b>", r"\<b\>"), ("http://x", "http\u200b://x")],
)  # fmt: skip
def test_markdown_escapes_markup_only(text, made):
    assert escaped(text) == made
