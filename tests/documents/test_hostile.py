"""Bombs, loops, odd names and odd files: set aside in bounded time and memory, or read."""

from __future__ import annotations

import os
import threading
import time
from itertools import pairwise
from pathlib import Path

import pytest
import soak
from bombs import BOMBS, docx, paragraph, xlsx

from assessor.documents.discover import discover
from assessor.documents.readers import read_source
from assessor.errors import FicheError, Rejection
from assessor.runs.analyze import Plan, analyze
from assessor.runs.folder import read_run
from assessor.runs.limits import Limits
from assessor.runs.settings import Settings

FAST = Settings(reader="none")
SECONDS, MEMORY = 8.0, 1024
SLOW = {
    "labels.txt",
    "wide_rows.xlsx",
    "nested_forms.pdf",
    "text.pdf",
    "strings.xlsx",
}  # in `make soak`
TRIED = [name for name in BOMBS if name not in SLOW or os.environ.get("SOAK")]
# Small and plain as archives: the reader's own bounds hold these, and the worker's.
PLAIN = {"deep_tables.docx", "far_cell.xlsx", "wide_rows.xlsx"}
UNFOLDED = [name for name in TRIED if name.endswith((".docx", ".xlsx")) and name not in PLAIN]


class Peaks(threading.Thread):
    """Watches how much memory each worker takes at most, MiB."""

    def __init__(self):
        super().__init__(daemon=True)
        self.highest, self.over = 0, False

    def run(self):
        page = os.sysconf("SC_PAGE_SIZE")
        while not self.over:
            for path in Path("/proc").glob("[0-9]*"):
                try:
                    if b"forkserver" in (path / "cmdline").read_bytes():
                        resident = int((path / "statm").read_text().split()[1]) * page / 2**20
                        self.highest = max(self.highest, resident)
                except OSError:
                    continue
            time.sleep(0.2)


def test_every_bomb_is_set_aside_within_its_limits(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for name in TRIED:
        (folder / name).write_bytes(BOMBS[name]())
    peaks, marks = Peaks(), {}
    peaks.start()
    plan = Plan(jobs=2, limits=Limits(SECONDS, MEMORY))
    done = analyze(
        discover([str(folder)]), tmp_path / "run", FAST, plan=plan,
        progress=lambda head: marks.update({head.source: time.monotonic()}),
    )  # fmt: skip
    peaks.over = True
    assert len(TRIED) >= 12
    assert done.counts.rejected == len(TRIED)
    assert done.counts.by_reason["internal"] == 0
    times = sorted(marks.values())
    assert max(b - a for a, b in pairwise(times)) < 30
    assert peaks.highest <= MEMORY
    reasons = {r["source"]: r["reason"] for r in read_run(tmp_path / "run").rejected}
    assert {reasons[name] for name in TRIED if name.startswith(("laughs", "external"))} == {
        "corrupt"
    }


@pytest.mark.parametrize("name", UNFOLDED)
def test_archives_are_refused_before_their_library_sees_them(name, tmp_path, monkeypatch):
    def opened(*_):
        raise AssertionError("opened")

    monkeypatch.setattr("docx.Document", opened)
    monkeypatch.setattr("openpyxl.load_workbook", opened)
    (tmp_path / name).write_bytes(BOMBS[name]())
    with pytest.raises(FicheError) as error:
        read_source(tmp_path / name, name)
    assert error.value.reason in {Rejection.CORRUPT, Rejection.TOO_LARGE}


def test_an_external_entity_reads_no_file(tmp_path):
    (tmp_path / "a.docx").write_bytes(BOMBS["external.docx"]())
    with pytest.raises(FicheError, match="entities"):
        read_source(tmp_path / "a.docx", "a.docx")


def test_a_drawing_with_a_doctype_does_no_harm(tmp_path):
    svg = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd"><svg/>'
    (tmp_path / "a.docx").write_bytes(docx(paragraph("hola"), **{"word/media/a.svg": svg}))
    assert read_source(tmp_path / "a.docx", "a.docx").rows[0].text == "hola"


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: os.symlink("/dev/zero", path)])
def test_pipes_and_devices_are_not_waited_for(tmp_path, make):
    make(tmp_path / "a.txt")
    with pytest.raises(FicheError) as error:
        read_source(tmp_path / "a.txt", "a.txt")
    assert error.value.reason is Rejection.UNREADABLE


def test_a_link_that_leads_nowhere_or_to_itself(tmp_path):
    os.symlink(tmp_path / "no.txt", tmp_path / "a.txt")
    os.symlink(tmp_path / "b.txt", tmp_path / "b.txt")
    done = analyze(
        discover([str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]), tmp_path / "r", FAST
    )
    assert done.counts.discovered == done.counts.rejected == 2


ODD = (
    "ñandú con espacios.csv", "=cmd|' \\C calc'!A0.csv", "a'b\"c.csv", "salto\nde línea.csv",
    "\x1b[2J.csv", "-o.csv", "\u202egnp.csv", "x" * 251 + ".csv", "CON.csv", "%s{0}.csv", "é.csv",
    "e\u0301.csv", "<script>.csv",
)  # fmt: skip


def test_odd_names_are_read_and_written_back_safely(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    row = soak.TABLE.format(name="A").encode()
    for name in ODD:
        (folder / name).write_bytes(row)
    Path(os.fsdecode(os.fsencode(folder) + b"/mal\xe9\xff.csv")).write_bytes(row)
    done = analyze(discover([str(folder)]), tmp_path / "run", FAST)
    assert done.counts.assessed == len(ODD) + 1
    read = read_run(tmp_path / "run")
    assert {f["source"] for f in read.tables.fiches} == {*ODD, "mal\ufffd\ufffd.csv"}
    assert len({f["fiche_id"] for f in read.tables.fiches}) == len(ODD) + 1


@pytest.mark.parametrize("lead", ["=", "+", "-", "@", "\t=", "\r="])
def test_formulas_in_every_text_field_stay_text(tmp_path, lead):
    attack = f"{lead}HYPERLINK(1)"
    row = f'"{attack}",gender,"{attack} no hay plan","{attack}","{attack}","{attack}"\n'
    (tmp_path / "a.csv").write_text("fiche_id,dimension,text,country,title,window\n" + row)
    analyze(discover([str(tmp_path / "a.csv")]), tmp_path / "run", FAST)
    for path in (tmp_path / "run").glob("*.csv"):
        for line in path.read_text(encoding="utf-8").split("\n"):
            assert not line.startswith(tuple("=+-@\t\r")), (path.name, line)
            assert not any(f"{mark}{attack}" in line for mark in (",", ',"')), (path.name, line)


def test_a_surrogate_escaped_in_a_workbook_can_be_written(tmp_path):
    cells = "".join(
        f'<row><c t="inlineStr"><is><t>{a}</t></is></c><c t="inlineStr"><is><t>{b}</t></is></c>'
        f'<c t="inlineStr"><is><t>{c}</t></is></c></row>'
        for a, b, c in (("fiche_id", "dimension", "text"), ("A", "gender", "hola _xD800_ mundo"))
    )
    (tmp_path / "a.xlsx").write_bytes(xlsx(cells))
    done = analyze(discover([str(tmp_path / "a.xlsx")]), tmp_path / "run", FAST)
    assert done.counts.assessed == 1
    read_run(tmp_path / "run")


def test_files_changed_by_chance_are_read_or_set_aside(tmp_path):
    soak.mutated_files(tmp_path, 100)
