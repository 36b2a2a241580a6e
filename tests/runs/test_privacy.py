"""What is in a fiche stays in its run; nothing goes over the network."""

from __future__ import annotations

import os
import subprocess
import sys

import chaos
import pytest

from assessor.documents.discover import discover
from assessor.runs.analyze import analyze

from .. import needs
from ..conftest import FIXTURES
from .conftest import ASSESSOR, FAST

SECRET = ("Quetzalina Ixcoy", "quetzalina@example.org", "xilófonos clandestinos")


@pytest.fixture
def told(tmp_path):
    """Inputs full of secrets: a fiche, and files that are damaged after them."""
    folder = tmp_path / "fichas"
    folder.mkdir()
    text = (FIXTURES / "MDGF-9001_2011-1.table-layout.txt").read_text()
    secret = " ".join(SECRET)
    (folder / "buena.txt").write_text(text + f"\n{secret}\n")
    (folder / "mala.txt").write_text(secret)
    (folder / "rota.pdf").write_bytes(b"%PDF-1.7\n" + secret.encode())
    (folder / "rota.docx").write_bytes(b"PK\x03\x04" + secret.encode())
    (folder / "rota.csv").write_text(f'fiche_id,dimension,text\nA,{secret},"{secret}\n')
    (folder / "otra.csv").write_text(f"{secret},{secret}\n1,2\n")
    for name in ("leaks", "kill"):
        (folder / f"{name}.csv").write_text(f"fiche_id,dimension,text\nA,gender,{secret}\n")
    return folder


def test_no_text_name_or_address_in_logs_manifest_or_leftovers(told, tmp_path, capfd):
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    env = os.environ | {"TMPDIR": str(temporary)}
    target = tmp_path / "run"
    command = [*ASSESSOR, "analyze", str(told), "-o", str(target), "--fast", "--no-report"]
    done = subprocess.run(command, env=env, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    seen = done.stdout + done.stderr + (target / "run.json").read_text()
    seen += (target / "rejected.csv").read_text()
    assert not [secret for secret in SECRET if secret in seen]
    assert [p for p in temporary.rglob("*") if p.is_file()] == []


def test_errors_that_hold_text_do_not_show_it(told, tmp_path, capfd):
    analyze(discover([str(told)]), tmp_path / "run", FAST, factory=chaos.leaking)
    out, err = capfd.readouterr()
    rejected = (tmp_path / "run" / "rejected.csv").read_text()
    assert "unexpected ValueError" in rejected
    assert not [secret for secret in SECRET if secret in out + err + rejected]


@pytest.mark.parametrize("reader", ["default", "none"])
def test_it_works_with_the_network_cut(told, tmp_path, reader):
    code = f"import sys; sys.path[:0] = {[p for p in sys.path if 'tools' in p]!r};" + (
        "import chaos; import assessor.runs.analyze as module; real = module.Assess;"
        "module.Assess = lambda *a: chaos.Offline(real(*a));"
        "from assessor.cli import main; main()"
    )
    command = [
        sys.executable,
        "-c",
        code,
        "analyze",
        str(told / "buena.txt"),
        "-o",
        str(tmp_path / "r"),
    ]
    done = subprocess.run(
        [*command, "--reader", reader], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "r" / "report" / "index.html").exists()


def test_it_works_in_a_namespace_without_network(told, tmp_path):
    apart = ["unshare", "--net", "--map-root-user"]
    if subprocess.run([*apart, "true"], check=False, capture_output=True).returncode:
        pytest.skip(needs.NAMESPACES)
    command = [*apart, *ASSESSOR, "analyze", str(told / "buena.txt"), "-o", str(tmp_path / "run")]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
