from __future__ import annotations

import socket
from pathlib import Path

import pytest

from .. import needs

pytest.importorskip("flask", reason=needs.REVIEW)

from click.testing import CliRunner

from assessor.cli import main
from assessor.errors import RunError
from assessor.review.serve import Asked, served

from ..reports.builder import fiche, make_run
from ..reports.payloads import PAYLOADS

KEY = {"who": "Ana", "fiche": "MDGF-7000_2011-1", "dimension": "monitoring_evaluation"}
RATE = {**KEY, "kind": "rate", "rating": "low"}


@pytest.fixture
def page(run, codebook):
    """A client that comes from the page itself, and the page's parts."""
    with served(Asked(run, codebook)) as (address, server):
        yield Client(address, server)


class Client:
    def __init__(self, address, server):
        self.server, self.port = server, server.server_port
        self.host = f"127.0.0.1:{self.port}"
        self.path = "/" + address.split("/", 3)[3]
        self._client = server.app.test_client()

    def get(self, path="", **headers):
        return self._client.get(self.path + path, headers={"Host": self.host, **headers})

    def post(self, path="decide", json=RATE, **headers):
        own = {"Host": self.host, "Origin": f"http://{self.host}"}
        sent = {k.replace("_", "-"): v for k, v in headers.items()}
        wanted = {k: v for k, v in (own | sent).items() if v is not None}
        return self._client.post(self.path + path, json=json, headers=wanted)

    def plain(self, path, **options):
        return self._client.open(path, headers={"Host": self.host}, **options)


def test_it_listens_on_the_loopback_address_only(page):
    assert page.server.socket.getsockname()[0] == "127.0.0.1"
    assert page.server.socket.family == socket.AF_INET


def test_the_page_answers_itself(page):
    assert page.get("?who=Ana").status_code == 302
    assert page.get("?" + "&".join(f"{k}={v}" for k, v in KEY.items())).status_code == 200
    assert page.post().status_code == 200
    assert (
        page.post(Host=f"localhost:{page.port}", Origin=f"http://localhost:{page.port}").status_code
        == 200
    )


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:{port}",
             "127.0.0.1.nip.io:{port}", "[::1]:{port}", "0.0.0.0:{port}", ""],
)  # fmt: skip
def test_another_host_is_refused(page, host):
    """DNS rebinding: the other site's name leads here, but stays in the Host header."""
    name = host.format(port=page.port)
    assert page.get("?who=Ana", Host=name).status_code == 403
    assert page.post(Host=name, Origin=f"http://{name}").status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": None},
     {"Origin": "http://127.0.0.1:1"}, {"Sec_Fetch_Site": "cross-site"},
     {"Sec_Fetch_Site": "same-site"}],
)  # fmt: skip
def test_another_site_is_refused(page, run, headers):
    assert page.post(**headers).status_code == 403
    assert page.post("train", {}, **headers).status_code == 403
    assert not (run / "labels").exists()
    assert page.post().status_code == 200  # and nothing was stored before
    from assessor.review.store import read_decisions

    assert len(read_decisions(run)) == 1


def test_a_link_from_another_site_is_refused(page):
    assert page.get("?who=Ana", **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert page.get("?who=Ana", Origin="https://evil.example").status_code == 403


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", None])
def test_what_a_form_can_send_is_refused(page, kind):
    headers = {"Host": page.host, "Origin": f"http://{page.host}"}
    answer = page._client.post(
        page.path + "decide", data='{"kind":"undo","who":"Ana"}', content_type=kind, headers=headers
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "path", ["/", "/x/", "/x/decide", "/{token}x/", "/file/review.js", "//", "/ñ/"]
)
def test_without_the_token_nothing_is_told(page, path):
    asked = path.replace("{token}", page.path.strip("/"))
    assert page.plain(asked).status_code == 403
    assert page.plain(asked, method="POST", json=RATE).status_code == 403


@pytest.mark.parametrize(
    "path",
    ["file/../run.json", "file/%2e%2e%2frun.json", "file/..%2f..%2frun.json", "run.json",
     "file//etc/passwd", "file/words.yaml", "report/../run.json", "report/index.html",
     "../run.json", "file/review.js/../../run.json", "labels", "ratings.csv", "file/page.html.j2"],
)  # fmt: skip
def test_no_path_leads_to_a_file(page, path):
    answer = page.plain(page.path + path)
    assert answer.status_code in {403, 404, 405}
    assert b"sha256" not in answer.data


def test_every_answer_is_closed_up(page):
    for answer in (
        page.get("?who=Ana"),
        page.get("nada"),
        page.plain("/"),
        page.get("file/review.js"),
    ):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Set-Cookie" not in answer.headers


def test_the_report_is_shut_off_from_the_page(page):
    assert page.get("report/").status_code == 404
    assert page.post("report", {}).status_code == 200
    answer = page.get("report/")
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"].startswith("sandbox allow-scripts;")


def test_what_is_too_long_or_no_object_is_refused(page):
    assert page.post(json={**RATE, "note": "a" * 70_000}).status_code == 413
    for body in ([], "x", 3):
        assert page.post(json=body).status_code == 400
    assert page.post(json={**RATE, "fiche": ["x"]}).status_code == 404
    assert page.post(json={**RATE, "who": {"a": 1}}).status_code == 400


def test_text_is_never_markup(codebook, tmp_path):
    fiches = [
        fiche(n, sections={"gender": f"{p} No hay línea de base."}, title=p, country=p)
        for n, p in enumerate(PAYLOADS)
    ]
    run = make_run(tmp_path / "run", codebook, fiches)
    with served(Asked(run, codebook)) as (address, server):
        client = Client(address, server)
        for n, payload in enumerate(PAYLOADS):
            key = {"fiche": f"MDGF-{7000 + n}_2011-1", "dimension": "gender", "who": "<b>Ana</b>"}
            body = client.post(json={**key, "kind": "note", "note": payload}).text
            if "<" in payload:
                assert payload not in body
            assert "<b>Ana</b>" not in body


def test_the_log_tells_no_address(page, capfd):
    handler = page.server.RequestHandlerClass
    handler.log(object.__new__(handler), "info", "GET %s", page.path)
    assert capfd.readouterr() == ("", "")


def test_each_start_has_its_own_token(run, codebook):
    addresses = []
    for _ in range(2):
        with served(Asked(run, codebook)) as (address, _server):
            addresses.append(address)
    tokens = {address.split("/")[3] for address in addresses}
    assert len(tokens) == 2
    assert all(len(token) >= 32 for token in tokens)


def test_a_taken_port_and_a_folder_that_is_no_run_are_told(page, run, codebook, tmp_path):
    with pytest.raises(RunError, match="port"), served(Asked(run, codebook, port=page.port)):
        pass
    result = CliRunner().invoke(main, ["review", str(tmp_path), "--no-browser"])
    assert result.exit_code == 2
    assert "run.json" in result.output


def test_without_flask_it_says_what_to_install(run, monkeypatch):
    import sys

    for name in [m for m in sys.modules if m.startswith(("flask", "assessor.review"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "flask", None)
    result = CliRunner().invoke(main, ["review", str(run), "--no-browser"])
    assert result.exit_code == 2
    assert "pip install 'assessor[review]'" in result.output


def test_all_files_of_the_page_are_its_own():
    import assessor.review

    for path in (Path(assessor.review.__file__).parent / "templates").iterdir():
        text = path.read_text(encoding="utf-8")
        assert "http://" not in text.replace("http://www.w3.org", "")
        assert "https://" not in text
        assert "| safe" not in text
        assert "innerHTML" not in text
