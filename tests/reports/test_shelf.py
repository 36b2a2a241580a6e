"""Entries come back from the file as they were put."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessor.errors import RunError
from assessor.reports.shelf import Shelf

FULL = Path("/dev/full")
ENTRIES = [
    {"n": n, "text": text, "none": None, "share": 0.1} for n, text in enumerate("aé🌊\n\ud800")
]


@pytest.fixture
def shelf():
    with Shelf() as made:
        for entry in ENTRIES:
            made.put(entry)
            assert made[0] == ENTRIES[0]  # reading between two writes moves nothing
        yield made


def test_entries_come_back_in_any_order(shelf):
    assert list(shelf) == list(shelf) == ENTRIES
    assert [shelf[-1], shelf[2:4], len(shelf)] == [ENTRIES[-1], ENTRIES[2:4], len(ENTRIES)]
    with pytest.raises(IndexError):
        shelf[len(ENTRIES)]


def test_a_change_to_what_was_read_is_not_kept(shelf):
    shelf[0]["text"] = "otro"
    assert shelf[0] == ENTRIES[0]


@pytest.mark.skipif(
    not FULL.exists(),
    reason="this system has no /dev/full; every failing write: tests/runs/test_durable.py",
)
def test_a_full_disk_is_told(monkeypatch):
    monkeypatch.setattr("assessor.reports.shelf.TemporaryFile", lambda: FULL.open("wb"))
    with pytest.raises(RunError, match="No space left"), Shelf() as shelf:
        shelf.put({"text": "agua"})
