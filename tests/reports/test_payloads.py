from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser

from docx import Document
from markdown_it import MarkdownIt
from openpyxl import load_workbook

from assessor.reports.formats import RENDERERS

from .payloads import PAYLOADS


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.scripts = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, k, v or "") for k, v in attrs]

    def handle_data(self, data):
        if self.cdata_elem == "script":
            self.scripts.append(data)


def test_html_holds_only_the_page_s_own_elements(hostile_page):
    tags = Tags()
    tags.feed(hostile_page.read_text(encoding="utf-8"))
    assert tags.tags.count("script") == 2
    assert tags.tags.count("style") == 1
    assert not {"img", "iframe", "object", "embed", "base", "link", "math", "marquee"} & set(
        tags.tags
    )
    assert not [a for a in tags.attributes if a[1].startswith("on") or a[1] in {"style", "srcdoc"}]
    links = [v for _, k, v in tags.attributes if k in {"href", "src", "action", "formaction"}]
    assert links
    assert all(link.startswith("#") for link in links)


def test_data_cannot_end_its_element(hostile_page):
    tags = Tags()
    tags.feed(hostile_page.read_text(encoding="utf-8"))
    data = tags.scripts[0]
    assert {row["country"] for row in json.loads(data)["rows"]} == set(PAYLOADS)
    assert not re.search(r"[<>&\u2028\u2029]", data)


def test_cells_are_text_and_links_are_none(hostile_summary):
    book = load_workbook(io.BytesIO(RENDERERS["xlsx"].render(hostile_summary)))
    seen = set()
    for sheet in book:
        assert not sheet._hyperlinks
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", cell.value
                seen.add(cell.value)
                if (
                    isinstance(cell.value, str)
                    and cell.value[:1] in "=+-@\t"
                    and len(cell.value) > 1
                ):
                    assert cell.quotePrefix, cell.value
    assert '=HYPERLINK("http://example.org","x")' in seen


def test_word_holds_text_only(hostile_summary):
    document = Document(io.BytesIO(RENDERERS["docx"].render(hostile_summary)))
    xml = document.element.xml
    assert "w:hyperlink" not in xml
    fields = {f.split()[0] for f in re.findall(r"<w:instrText[^>]*>([^<]*)", xml)}
    assert fields == {"TOC", "SEQ"}
    assert "HYPERLINK" not in "".join(r.reltype.upper() for r in document.part.rels.values())


def test_markdown_is_read_as_text(hostile_summary):
    data = RENDERERS["md"].render(hostile_summary).decode()
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(data)
    flat = [*tokens, *(c for token in tokens for c in token.children or ())]
    kinds = {token.type for token in flat}
    assert not kinds & {"html_block", "html_inline", "link_open", "image", "code_inline", "fence"}
    assert not re.search(r"(?i)\b(?:https?|javascript|data|file):|www\.", data)
