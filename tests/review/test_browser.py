"""Whole reviews in headless Chromium, by keyboard, over kills."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from shutil import copytree, which

import pytest

from .. import needs

pytest.importorskip("flask", reason=needs.REVIEW)

from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from assessor.labels.tables import read_labels

CHROMIUM, DRIVER = which("chromium"), which("chromedriver")
pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason=needs.REVIEW_BROWSER)
MONITORING = "&fiche=MDGF-7000_2011-1&dimension=monitoring_evaluation"
MAIN = "from assessor.cli import main; main()"
TRAINING = 400  # seconds


class Served:
    """The command `assessor review`, as a user starts it."""

    def __init__(self, run, *options):
        self._process = subprocess.Popen(
            [sys.executable, "-c", MAIN, "review", str(run), "--no-browser", *options],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.address = re.search(r"http://\S+", self._process.stdout.readline()).group()

    def kill(self):
        self._process.kill()
        self._process.wait(timeout=30)


@pytest.fixture
def serve(run):
    started = []

    def _serve(*options, folder=run):
        started.append(Served(folder, *options))
        return started[-1]

    yield _serve
    for served in started:
        served.kill()


def start_browser():
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for name in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1300,900"):
        options.add_argument(name)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return Reviewer(webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER)))


class Reviewer:
    """What a person does on the page."""

    def __init__(self, driver):
        self.driver = driver

    def press(self, *keys):
        for key in keys:
            ActionChains(self.driver).send_keys(key).perform()

    def settled(self):
        """Wait until every decision pressed is answered."""
        self.driver.execute_async_script("busy.then(arguments[0])")

    def all(self, selector):
        return [e.text for e in self.driver.find_elements(By.CSS_SELECTOR, selector)]

    def wait(self, selector, seconds=20):
        return WebDriverWait(self.driver, seconds).until(
            lambda d: d.find_element(By.CSS_SELECTOR, selector)
        )

    @property
    def rating(self):
        return self.driver.find_element(By.CSS_SELECTOR, ".level[aria-pressed=true]").get_attribute(
            "data-rating"
        )

    @property
    def issues(self):
        rows = self.driver.find_elements(By.CSS_SELECTOR, ".listed li[data-code]")
        return [(r.get_attribute("data-code"), r.get_attribute("data-status")) for r in rows]

    @property
    def done(self):
        return int(self.wait("#progress").get_attribute("value"))

    def focused(self):
        return self.driver.switch_to.active_element.get_attribute("id")


@pytest.fixture
def reviewer():
    reviewer = start_browser()
    yield reviewer
    reviewer.driver.quit()


def test_a_whole_review(run, serve, reviewer):
    served = serve()
    driver = reviewer.driver
    driver.get(served.address)
    reviewer.press("Ana Quispe", Keys.ENTER)  # the page asks who it is
    reviewer.wait("#text")
    driver.get(f"{served.address}?who=Ana+Quispe{MONITORING}")
    proposed = reviewer.rating
    assert reviewer.issues == [("no_baseline", "current")]

    # Corrects the rating, rejects the issue, adds another with words chosen by keyboard.
    reviewer.press("2", "r")
    reviewer.settled()
    assert (reviewer.rating, reviewer.issues) == ("moderate", [])
    reviewer.press("t", Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    ActionChains(driver).key_down(Keys.SHIFT).send_keys(Keys.ARROW_RIGHT).send_keys(
        Keys.ARROW_RIGHT
    ).key_up(Keys.SHIFT).perform()
    reviewer.press(Keys.ENTER)
    assert reviewer.all("#quote") == ["línea de base"]
    reviewer.press("indicadores", Keys.ENTER)
    reviewer.settled()
    assert reviewer.issues == [("poor_indicators", "current")]
    reviewer.press("s")
    reviewer.settled()
    assert reviewer.issues == [("poor_indicators", "resolved")]
    reviewer.press("m", "Consta en el anexo.")
    ActionChains(driver).key_down(Keys.CONTROL).send_keys(Keys.ENTER).key_up(Keys.CONTROL).perform()
    reviewer.settled()

    # The browser closes, the program is killed; another start goes on where it stopped.
    driver.quit()
    served.kill()
    served = serve()
    again = start_browser()
    reviewer.driver = driver = again.driver
    driver.get(served.address)
    driver.find_element(By.LINK_TEXT, "Ana Quispe").click()
    assert reviewer.done == 1
    assert "MDGF-7000_2011-1" not in driver.current_url or "monitoring" not in driver.current_url
    driver.get(f"{served.address}?who=Ana+Quispe{MONITORING}")
    assert (reviewer.rating, reviewer.issues) == ("moderate", [("poor_indicators", "resolved")])
    assert driver.find_element(By.ID, "note").get_attribute("value") == "Consta en el anexo."

    # Goes on through a dozen sections, then exports, retrains and writes the report anew.
    driver.get(f"{served.address}?who=Ana+Quispe&open=1")
    for number in range(12):
        reviewer.press("a" if number % 3 else "2", *([] if number % 3 else ["a"]))
        reviewer.settled()
    assert reviewer.done == 13
    driver.find_element(By.CSS_SELECTOR, "[data-post=labels]").click()
    assert "Valoraciones: 13; " in reviewer.wait("#outcome p").text
    driver.find_element(By.CSS_SELECTOR, "[data-post=report]").click()
    reviewer.wait("#outcome a").click()
    driver.switch_to.window(driver.window_handles[-1])
    (mark,) = [line for line in reviewer.all(".note.reviewed") if "anexo" in line]
    assert mark.startswith("✓ Revisado por Ana Quispe, ")
    level = {"low": "Bajo", "moderate": "Moderado", "substantial": "Sustancial", "high": "Alto"}
    assert f"El modelo decía: {level[proposed]}" in mark
    assert mark.endswith("Nota: «Consta en el anexo.»")
    driver.switch_to.window(driver.window_handles[0])
    driver.find_element(By.CSS_SELECTOR, "[data-post=train]").click()
    reviewer.wait("#training[data-state=running]")
    reviewer.wait("#training:not([data-state=running])", TRAINING)
    assert reviewer.all("#training pre") == [""]  # folded away; shown where it failed
    assert [row[:12] for row in reviewer.all("#training tbody th")] == [
        "Mismo nivel",
        "Kappa ponder",
    ]
    assert (run / "model" / "model.json").exists()


@pytest.fixture
def opened(serve, reviewer):
    served = serve("--annotator", "Ana")
    reviewer.driver.get(f"{served.address}?{MONITORING}")
    reviewer.address = served.address
    return reviewer


def test_words_marked_by_hand_become_evidence(opened, run, codebook):
    """A selection over marked and unmarked text, after an emoji, through a button."""
    opened.driver.get(f"{opened.address}?fiche=MDGF-7013_2011-1&dimension=monitoring_evaluation")
    opened.driver.execute_script(
        """const text = document.querySelector('#text'), walk = document.createTreeWalker(text, 4);
        const range = document.createRange(); let node, at = 0;
        const [from, to] = ['comité no', 'se reúne'].map((w, n) => text.textContent.indexOf(w) + n * w.length);
        while ((node = walk.nextNode())) {
          if (from >= at && from < at + node.length) range.setStart(node, from - at);
          if (to > at && to <= at + node.length) range.setEnd(node, to - at);
          at += node.length;
        }
        getSelection().removeAllRanges(); getSelection().addRange(range);"""
    )
    opened.driver.find_element(By.ID, "add").click()
    assert opened.all("#quote") == ["comité no se reúne"]
    opened.press("inactivo", Keys.ENTER)
    opened.settled()
    opened.press("a")
    opened.settled()
    opened.driver.find_element(By.CSS_SELECTOR, "[data-post=labels]").click()
    opened.wait("#outcome p")
    (label,) = read_labels(run / "labels", codebook)
    added = [i for i in label.issues if i.code == "inactive_governance_body"]
    assert [i.evidence for i in added] == ["comité no se reúne"]


def test_undo_and_moving_by_keyboard(opened):
    start = opened.driver.current_url
    opened.press("4")
    opened.settled()
    opened.press("n")
    WebDriverWait(opened.driver, 10).until(lambda d: d.current_url != start)
    opened.press("p")
    WebDriverWait(opened.driver, 10).until(lambda d: "MDGF-7000" in d.current_url)
    assert opened.rating == "high"
    assert opened.done == 1
    opened.press("n")
    opened.wait("#text")
    opened.press("u")  # takes back the last decision and goes where it was made
    opened.settled()
    assert "MDGF-7000_2011-1" in opened.driver.current_url
    assert opened.done == 0
    opened.press("u")
    opened.settled()
    assert opened.all("#status") == ["No hay nada que deshacer."]


def test_typing_a_note_presses_no_keys(opened):
    before = opened.rating, opened.issues
    opened.press("m", "a r s u n p 4")
    opened.settled()
    assert (opened.rating, opened.issues) == before
    assert opened.focused() == "note"
    opened.driver.find_element(By.ID, "level-2").click()  # saves the note on the way
    opened.settled()
    assert opened.rating == "moderate"
    assert opened.driver.find_element(By.ID, "note").get_attribute("value") == "a r s u n p 4"


def test_two_annotators_do_not_see_each_others_answers(opened, serve):
    opened.press("4")
    opened.settled()
    other = start_browser()
    try:
        other.driver.get(serve("--annotator", "Luis").address + "?" + MONITORING)
        assert other.done == 0
        assert any("También lo ha revisado: Ana." in note for note in other.all(".note"))
        other.press("2")
        other.settled()
        opened.driver.refresh()
        assert (opened.rating, other.rating) == ("high", "moderate")
    finally:
        other.driver.quit()


def test_filters_and_an_empty_queue(opened):
    opened.driver.get(f"{opened.address}?in=interagency_coordination&open=1")
    assert opened.wait("#progress").get_attribute("max") == "1"
    opened.press("a")
    opened.settled()
    opened.driver.get(f"{opened.address}?in=interagency_coordination&open=1")
    assert opened.all(".lead")[0].startswith("No queda ningún apartado")


def test_a_server_that_is_gone_is_told(opened, serve, run):
    served = serve("--annotator", "Ana")
    opened.driver.get(f"{served.address}?{MONITORING}")
    served.kill()
    opened.press("4")
    opened.settled()
    assert opened.all("#status.error")[0].startswith("No hay respuesta")


def test_english(serve, reviewer):
    reviewer.driver.get(serve("--annotator", "Ana", "--lang", "en").address)
    assert reviewer.all("h1") == ["Review of fiches"]
    assert reviewer.wait("html").get_attribute("lang") == "en"


def test_nothing_is_asked_of_another_place(opened):
    opened.press("4", "r", "a")
    opened.settled()
    events = [json.loads(e["message"])["message"] for e in opened.driver.get_log("performance")]
    asked = [
        e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"
    ]
    pages = [url for url in asked if url.startswith("http")]
    assert pages
    assert all(url.startswith(opened.address) for url in pages)
    assert [e["message"] for e in opened.driver.get_log("browser")] == []


def test_no_payload_runs(codebook, tmp_path, serve, reviewer):
    from ..reports.builder import fiche, make_run
    from ..reports.payloads import PAYLOADS

    fiches = [
        fiche(n, sections={"gender": f"{p} No hay línea de base {p}"}, title=p, country=p)
        for n, p in enumerate(PAYLOADS)
    ]
    served = serve("--annotator", "Ana", folder=make_run(tmp_path / "hostile", codebook, fiches))
    for n in range(0, len(PAYLOADS), 4):
        reviewer.driver.get(f"{served.address}?fiche=MDGF-{7000 + n}_2011-1&dimension=gender")
        reviewer.press("m", PAYLOADS[n].split("\n")[0][:40], Keys.ESCAPE, "2")
        reviewer.settled()
        assert reviewer.driver.execute_script("return typeof window.__hit") == "undefined"
    assert [e["message"] for e in reviewer.driver.get_log("browser")] == []


@pytest.fixture(scope="module")
def axe():
    found = find_spec("axe_core_python")
    return Path(found.origin).with_name("axe.min.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1300, 400])
def test_desk_and_phone_light_and_dark(opened, axe, width, scheme):
    driver = opened.driver
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500},
    )
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    opened.press("2")
    opened.settled()
    driver.execute_script("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    for picking in (False, True):
        if picking:
            opened.press("t", Keys.ENTER)
            opened.wait("dialog[open]")
        assert driver.execute_script("return document.documentElement.scrollWidth") <= width
        # Through the driver, which the page's policy does not bind.
        driver.execute_script(f"{axe}; window.axe = axe;")
        result = driver.execute_async_script("axe.run(document).then(arguments[0])")
        faults = [
            (v["impact"], v["id"], [n["html"][:160] for n in v["nodes"]])
            for v in result["violations"]
            if v["impact"] in {"serious", "critical"}
        ]
        assert faults == []
        assert "color-contrast" in {p["id"] for p in result["passes"]}


def test_a_copy_of_the_run_takes_its_review_along(opened, run, serve, tmp_path):
    opened.press("4")
    opened.settled()
    served = serve("--annotator", "Ana", folder=copytree(run, tmp_path / "copia"))
    opened.driver.get(f"{served.address}?{MONITORING}")
    assert opened.rating == "high"
