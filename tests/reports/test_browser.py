from __future__ import annotations

import io
import json
import time
from importlib.util import find_spec
from pathlib import Path

import pypdf
import pytest
from chromium import CHROMIUM, Browser

from assessor.reports.formats import RENDERERS

from .. import needs
from .payloads import PAYLOADS

pytestmark = pytest.mark.skipif(not CHROMIUM, reason=needs.CHROMIUM)
ROWS = "[...document.querySelectorAll('#heat tbody tr')]"


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    browser = Browser(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def page(summary, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "index.html"
    path.write_bytes(RENDERERS["html"].render(summary))
    return path


@pytest.fixture
def opened(browser, page):
    browser.size(1300, 900)
    browser.open(page)
    return browser


def select(browser, name, value):
    browser.evaluate(
        f"(() => {{ const f = document.getElementById('filters'); f.elements.{name}.value = "
        f"{json.dumps(value)}; f.dispatchEvent(new Event('input')); }})()"
    )


def shown(browser):
    return browser.evaluate(f"{ROWS}.filter(r => r.offsetParent).map(r => r.cells[1].textContent)")


def test_the_heat_map_filters(opened):
    assert len(shown(opened)) == 15
    select(opened, "country", "Bolivia")
    assert shown(opened) == ["Bolivia"] * 6
    assert opened.evaluate("document.getElementById('filter-count').textContent") == (
        "Se ven 6 de 15 fichas"
    )
    select(opened, "country", "")
    for name, value, count in (("issue", "no_baseline", 8), ("period", "2011-2", 2),
                               ("agency", "FAO", 15), ("level", "not_assessed", 15)):  # fmt: skip
        select(opened, name, value)
        assert len(shown(opened)) == count, name
        select(opened, name, "")
    opened.evaluate("document.querySelector('#filters button').click()")
    time.sleep(0.1)
    assert len(shown(opened)) == 15


@pytest.mark.parametrize("column", ["Índice", "País", "Seguimiento y evaluación"])
def test_the_heat_map_sorts(opened, column):
    head = f"[...document.querySelectorAll('#heat thead th')].find(h => h.textContent.trim() === '{column}')"
    place = opened.evaluate(f"{head}.cellIndex")
    cells = f"{ROWS}.map(r => r.cells[{place}].dataset.v ?? r.cells[{place}].textContent)"
    for _ in range(2):
        opened.evaluate(f"{head}.querySelector('button').click()")
        order = opened.evaluate(f"{head}.getAttribute('aria-sort')")
        values = [v for v in opened.evaluate(cells) if v != ""]
        if column != "País":
            values = [float(v) for v in values]
        assert values == sorted(values, reverse=order == "descending")


def test_a_figure_leads_to_its_quotation(opened):
    opened.evaluate("document.querySelector('#ranking tbody tr td a').click()")
    time.sleep(0.2)
    target = "document.querySelector(location.hash)"
    assert opened.evaluate(f"{target}.open")
    top = opened.evaluate(f"{target}.getBoundingClientRect().top")
    assert -5 <= top < 900
    opened.evaluate(f"{target}.querySelector('li a').click()")
    time.sleep(0.2)
    quote = opened.evaluate("document.querySelector(location.hash + ' mark').textContent")
    assert quote


def test_a_cell_leads_to_the_words_behind_it(opened):
    opened.evaluate("document.querySelector('#heat tbody td.cell a').click()")
    time.sleep(0.2)
    assert opened.evaluate("document.querySelector(location.hash).classList.contains('dim')")


def test_search_finds_with_or_without_accents(opened):
    def search(words):
        opened.evaluate(
            f"(() => {{ const f = document.getElementById('search'); f.elements.q.value = "
            f"{json.dumps(words)}; f.dispatchEvent(new Event('submit', {{cancelable: true}})); }})()"
        )
        return opened.evaluate("[...document.querySelectorAll('#hits li')].map(h => h.textContent)")

    hits = search("LINEA DE BASE")
    assert hits
    assert all("línea de base" in hit.lower() for hit in hits)
    assert opened.evaluate("document.querySelector('#hits mark').textContent") == "línea de base"
    assert search("zzzz") == []
    assert "0 apartados de 210" in opened.evaluate(
        "document.getElementById('hit-count').textContent"
    )


def test_it_reads_whole_without_scripts(browser, page, summary):
    browser.open(page, script=False)
    document = browser("DOM.getDocument", depth=-1)["root"]["nodeId"]

    def count(selector):
        return len(browser("DOM.querySelectorAll", nodeId=document, selector=selector)["nodeIds"])

    assert count("#heat tbody tr") == summary["fiches"]
    assert count(".dim") == summary["fiches"] * len(summary["dimensions"])
    assert count("form:not([hidden])") == 0
    assert count(".sort") == 0
    browser("Emulation.setScriptExecutionDisabled", value=False)


def test_no_request_leaves_the_file(opened, page):
    urls = {e["request"]["url"] for e in opened.of("Network.requestWillBeSent")}
    assert urls == {f"file://{page}"}
    assert not opened.of("Log.entryAdded")


@pytest.mark.parametrize(("width", "phone"), [(1300, False), (400, True)])
def test_nothing_spills_over_the_page(browser, page, width, phone):
    browser.size(width, 900, phone=phone)
    browser.open(page)
    assert browser.evaluate("document.documentElement.scrollWidth") <= width


@pytest.fixture(scope="module")
def axe():
    """Return axe-core's source; the package around it would want a driver it does not need."""
    found = find_spec("axe_core_python")
    return Path(found.origin).with_name("axe.min.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "phone"), [(1300, False), (400, True)])
def test_axe_finds_no_serious_fault(browser, page, axe, width, phone, scheme):
    browser.size(width, 900, phone=phone)
    browser.scheme(scheme)
    browser.open(page)
    browser.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    browser.evaluate(f"{axe}; 0")
    result = browser.evaluate(
        "axe.run(document).then(r => ({passes: r.passes.map(p => p.id), faults: r.violations"
        ".map(v => [v.impact, v.id, v.nodes.length, v.nodes[0].html.slice(0, 160)])}))"
    )
    browser.scheme("")
    assert {"color-contrast", "td-headers-attr", "label"} <= set(result["passes"])
    assert [f for f in result["faults"] if f[0] in {"serious", "critical"}] == []


def test_it_prints(opened):
    pages = pypdf.PdfReader(io.BytesIO(opened.pdf())).pages
    text = "\n".join(page.extract_text() for page in pages)
    assert len(pages) >= 15
    assert "No hay línea de base" in text
    assert "Buscar en las observaciones" not in text
    assert "Quitar filtros" not in text


def test_no_payload_runs(browser, hostile_page):
    browser.size(1300, 900)
    browser.open(hostile_page)
    browser.evaluate(
        """(() => { document.querySelectorAll('details').forEach(d => { d.open = true; });
        document.querySelectorAll('*').forEach(n => { for (const type of ['mouseover', 'focus'])
          n.dispatchEvent(new Event(type, {bubbles: true})); });
        [...document.querySelectorAll('a')].slice(0, 60).forEach(a => a.click()); })()"""
    )
    for payload in PAYLOADS[::9]:
        select(browser, "window", payload)
        browser.evaluate(
            f"(() => {{ const f = document.getElementById('search'); f.elements.q.value = "
            f"{json.dumps(payload)}; f.dispatchEvent(new Event('submit', {{cancelable: true}})); }})()"
        )
    time.sleep(0.3)
    assert browser.evaluate("typeof window.__hit") == "undefined"
    assert not browser.of("Log.entryAdded")
    urls = {e["request"]["url"].split("#")[0] for e in browser.of("Network.requestWillBeSent")}
    assert urls == {f"file://{hostile_page}"}
    assert not browser.of("Page.javascriptDialogOpening")
    titles = browser.evaluate(
        "[...document.querySelectorAll('article h3')].map(h => h.textContent)"
    )
    assert set(titles) == {" ".join(p.split("\n")) for p in PAYLOADS}


def test_numbers_are_those_of_the_other_formats(opened, summary):
    read = (
        "(id => [...document.querySelectorAll(id + ' tbody tr')]"
        ".map(r => [...r.cells].map(c => c.textContent.trim())))"
    )
    ranking = opened.evaluate(f"{read}('#ranking')")
    expected = [
        [
            r["label"],
            f"{r['n']} de {r['of']}",
            "",
            *(str(r["by_status"][x["id"]]) for x in summary["statuses"]),
        ]
        for r in summary["ranking"]
    ]
    assert ranking == expected
    distribution = opened.evaluate(f"{read}('#distribution')")
    assert [row[2:] for row in distribution] == [
        [str(r["counts"][x["id"]]) for x in summary["levels"]] + [str(r["total"])]
        for r in summary["distribution"]
    ]
    matrix = opened.evaluate(f"{read}('#matrix .matrix')")
    assert [row[1:] for row in matrix] == [
        [str(c["n"]) for c in r["cells"]] for r in summary["matrix"]["rows"]
    ]
    indices = opened.evaluate(f"{ROWS}.map(r => r.cells[3].textContent)")
    assert indices == [f"{p['risk_index']:.1f}".replace(".", ",") for p in summary["programmes"]]
    changes = opened.evaluate(f"{read}('#changes .scroll table.sortable')")
    assert [row[8] for row in changes] == [
        str(p["counts"]["new"]) for p in summary["changes"]["pairs"]
    ]


def test_a_page_of_500_fiches_opens_at_once(browser, summary, tmp_path):
    # Short texts: this holds what each fiche adds.
    ends = ["", *(f"x{n}" for n in range(1, 34))]
    many = [
        {**p, "anchor": p["anchor"] + end, "fiche_id": p["fiche_id"] + end}
        for end in ends
        for p in summary["programmes"]
    ][:500]
    path = tmp_path / "index.html"
    path.write_bytes(RENDERERS["html"].render({**summary, "programmes": many, "fiches": 500}))
    assert path.stat().st_size < 15_000_000
    browser.size(1300, 900)
    browser.open(path)
    timing = browser.evaluate(
        "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
    )
    assert timing < 6000
    assert len(shown(browser)) == 500
