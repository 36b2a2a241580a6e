from __future__ import annotations

import io
import re
from html.parser import HTMLParser

import pytest
import yaml
from docx import Document
from markdown_it import MarkdownIt
from openpyxl import load_workbook

from assessor.codebook.load import load_codebook
from assessor.fiche.fiche import Achievement, Contact, Fiche, MidtermEvaluation, Mission
from assessor.reports.formats import RENDERERS
from assessor.reports.html import _json_block
from assessor.reports.summary import ReportOptions, summarise
from assessor.runs.folder import read_run

from .builder import make_run
from .payloads import PAYLOADS


def hostile(number, payload, dimensions):
    """A fiche with a payload in every text field, in its name and in the labels of its form."""
    text = f"{payload} No hay línea de base {payload} y marca{number:03} {payload}"
    return Fiche(
        f"{number:03}{payload}", f"{number:03}{payload}.txt", str(number), country=payload,
        title=payload, code=f"{number:03}{payload}", window=payload, period=payload,
        budget_total=10.0, currency=payload, budget_by_agency={payload: 1.0},
        government_entities=(payload,), extension=payload, summary=payload,
        expected_results=(payload,), regions=(payload,), mdgs=(payload,),
        coordinators=(Contact(payload, payload),), rco_contacts=(Contact(payload, payload),),
        status=payload, achievements=(Achievement(1, payload),), financial_execution=payload,
        missions=(Mission(payload, payload),),
        midterm_evaluation=MidtermEvaluation(payload, payload, payload),
        extra={payload: payload}, sections=dict.fromkeys(dimensions, text), warnings=(payload,),
    )  # fmt: skip


@pytest.fixture(scope="session")
def hostile_summary(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    issues = [
        {"id": f"issue{n:03}", "es": payload, "en": payload, "usual": "gender", "wording": [f"marca{n:03}"]}
        for n, payload in enumerate(PAYLOADS)
    ]  # fmt: skip
    (folder / "libro.yaml").write_text(yaml.safe_dump({"extends": "default", "issues": issues}))
    book = load_codebook(folder / "libro.yaml")
    dimensions = [d.id for d in book.dimensions]
    fiches = [hostile(n, payload, dimensions) for n, payload in enumerate(PAYLOADS)]
    rejected = [{"source": p, "reason": "empty", "detail": p} for p in PAYLOADS]
    run = read_run(make_run(folder / "run", book, fiches, rejected))
    return summarise([run], book, ReportOptions(group_by="window"))


@pytest.fixture(scope="session")
def hostile_page(hostile_summary, tmp_path_factory):
    path = tmp_path_factory.mktemp("hostile-page") / "index.html"
    path.write_bytes(RENDERERS["html"].render(hostile_summary))
    return path


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.attributes = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, k, v or "") for k, v in attrs]


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


def test_data_cannot_end_its_element():
    text = str(_json_block({"a": PAYLOADS}))
    assert not re.search(r"[<>&\u2028\u2029]", text)


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
