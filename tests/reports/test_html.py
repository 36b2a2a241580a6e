from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from assessor.assess import Assessor
from assessor.errors import RunError
from assessor.fiche.fiche import Fiche
from assessor.reports.summary import ReportOptions
from assessor.reports.words import day, number, share
from assessor.reports.write import write_reports
from assessor.runs.folder import write_run
from assessor.runs.manifest import about_run
from assessor.runs.result import result_of, set_aside
from assessor.runs.source import Outcome

PAYLOADS = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "javascript:alert(1)",
    "{{ 7*7 }}", "</style><script>x</script>", "'; DROP TABLE", "&lt;b&gt;", "]]>", "<svg/onload=x>",
]  # fmt: skip


def make_run(path, codebook, fiches):
    assessor = Assessor(codebook)
    done = tuple(assessor.assess(fiche) for fiche in fiches)
    results = [
        result_of(Outcome("<b>origen</b>.txt", done), codebook),
        set_aside("<script>y</script>.txt", "", "empty", "vacío"),
    ]
    write_run(path, results, codebook, about_run(codebook, {}))
    return path


@pytest.fixture(scope="module")
def page(tmp_path_factory, codebook, parse):
    folder = tmp_path_factory.mktemp("report")
    bad = " y no hay línea de base. ".join(PAYLOADS)
    fiche = Fiche(
        f"X{PAYLOADS[0]}", PAYLOADS[1], "0", country=PAYLOADS[0], title=PAYLOADS[1],
        window=PAYLOADS[4], period="2011-1", code=PAYLOADS[8],
        sections={d.id: bad for d in codebook.dimensions}, warnings=(PAYLOADS[0],),
        budget_by_agency={PAYLOADS[0]: 1.0}, regions=(PAYLOADS[0],),
    )  # fmt: skip
    plain = Fiche("B_2011-1", "b.txt", "1", sections={"gender": "Solo se cuenta a las mujeres."})
    run = make_run(folder / "run", codebook, [fiche, plain])
    write_reports([run], folder, formats=["html", "json"], codebook=codebook)
    return folder


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.ids = [], [], set()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, k, v) for k, v in attrs]
        self.ids |= {v for k, v in attrs if k == "id"}


@pytest.fixture(scope="module")
def tags(page):
    parser = Tags()
    parser.feed((page / "index.html").read_text(encoding="utf-8"))
    return parser


def test_no_script_or_handler_comes_from_a_fiche(tags):
    assert tags.tags.count("script") == 2
    assert "img" not in tags.tags
    assert not [a for a in tags.attributes if a[1].startswith("on")]


def test_no_request_leaves_the_file(page, tags):
    links = [v for _, k, v in tags.attributes if k in {"href", "src", "action"}]
    assert links
    assert all(link.startswith("#") for link in links)
    assert not re.search(r"url\((?!data:|#)", (page / "index.html").read_text(encoding="utf-8"))


def test_every_link_leads_somewhere(tags):
    targets = {v[1:] for _, k, v in tags.attributes if k == "href"}
    assert targets <= tags.ids


def test_every_table_has_a_caption(tags):
    assert tags.tags.count("table") == tags.tags.count("caption") > 0


def test_evidence_is_marked(page):
    assert "<mark" in (page / "index.html").read_text(encoding="utf-8")


def test_json_holds_the_same_summary(page):
    summary = json.loads((page / "report.json").read_text(encoding="utf-8"))
    assert summary["schema"] == 2
    assert summary["fiches"] == 2
    assert all(row["of"] == summary["assessed_fiches"] for row in summary["ranking"])


def test_an_unknown_format_is_told(page, codebook):
    with pytest.raises(RunError, match="html"):
        write_reports([page / "run"], page, formats=["odt"], codebook=codebook)


def test_english_report(page, codebook, tmp_path):
    write_reports(
        [page / "run"],
        tmp_path,
        formats=["html"],
        codebook=codebook,
        options=ReportOptions(lang="en"),
    )
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in text
    assert "Issues reported" in text


def test_numbers_as_each_language_writes_them():
    assert (number(1234567.5, "es", 1), number(1234567.5, "en", 1)) == (
        "1.234.567,5",
        "1,234,567.5",
    )
    assert (share(0.5, "es"), share(0.5, "en"), share(None, "es")) == ("50\u00a0%", "50%", "–")
    assert (day("2011-07-05", "es"), day("2011-07-05", "en")) == (
        "5 de julio de 2011",
        "5 July 2011",
    )
