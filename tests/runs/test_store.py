"""What is finished stays finished: resumption, damage, locks, kills."""

from __future__ import annotations

import pytest
import soak

from assessor.errors import RunError
from assessor.runs.lock import locked
from assessor.runs.store import Store, key_of

from .conftest import run, tables


def stored(target):
    return sorted((target / ".results").glob("*/*"))


def test_only_what_changed_is_done_again(small, tmp_path):
    target = tmp_path / "run"
    assert run(small, target).reused == 0
    before = tables(target)
    assert run(small, target).reused == 3
    assert tables(target) == before
    (small / "b.csv").write_text("fiche_id,dimension,text\nB,gender,Ya no falta nada\n")
    (small / "d.csv").write_text("fiche_id,dimension,text\nD,gender,Falta todo\n")
    (small / "c.csv").unlink()
    done = run(small, target)
    assert (done.reused, done.counts.discovered) == (1, 3)
    assert len(stored(target)) == 3


@pytest.mark.parametrize("part", ["codebook", "model", "reader", "assessor", "code", "libraries"])
def test_whatever_bears_on_a_result_changes_its_key(part):
    fingerprint = {
        "codebook": "1",
        "model": "1",
        "reader": "default",
        "assessor": "1",
        "code": "1",
        "libraries": {},
    }
    assert key_of("a", "0", fingerprint) != key_of("a", "0", fingerprint | {part: "2"})
    assert key_of("a", "0", fingerprint) != key_of("b", "0", fingerprint)
    assert key_of("a", "0", fingerprint) != key_of("a", "1", fingerprint)


def test_a_changed_codebook_or_model_or_option_is_noticed(tmp_path):
    from assessor.runs.settings import Settings

    book = tmp_path / "libro.yaml"
    book.write_text("extends: default\n")
    mine = Settings(codebook=book).fingerprint()
    book.write_text(
        "extends: default\nissues:\n  - {id: x, es: X, usual: gender, wording: [ajá]}\n"
    )
    fingerprints = [
        Settings(codebook=book).fingerprint(),
        Settings().fingerprint(),
        Settings(reader="none").fingerprint(),
        mine,
    ]
    assert len({str(one) for one in fingerprints}) == 4


def test_a_flipped_byte_is_noticed_and_its_result_made_again(tmp_path):
    soak.flipped_bytes(tmp_path, 20)


@pytest.mark.parametrize("size", [0, 1, 40])
def test_a_result_cut_short_is_noticed(small, tmp_path, size):
    target = tmp_path / "run"
    run(small, target)
    path = stored(target)[0]
    path.write_bytes(path.read_bytes()[:size])
    assert run(small, target).damaged == 1


def test_every_flipped_bit_of_a_result_is_noticed(small, tmp_path):
    run(small, tmp_path / "run")
    path = stored(tmp_path / "run")[0]
    whole, store = path.read_bytes(), Store(tmp_path / "run")
    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x20]) + whole[place + 1 :])
        assert store.head(path.parent.name + path.name) is None, place


def test_a_second_writer_is_refused(small, tmp_path):
    with locked(tmp_path / "run"), pytest.raises(RunError, match="another assessor"):
        run(small, tmp_path / "run")
    assert run(small, tmp_path / "run").counts.assessed == 3


def test_leftovers_of_a_killed_process_go_away(small, tmp_path):
    target = tmp_path / "run"
    run(small, target)
    for place in (target, target / ".results", stored(target)[0].parent):
        (place / ".ratings.csv.1234.tmp").write_text("texto")
    run(small, target)
    assert not list(target.rglob("*.tmp"))


def test_nothing_readable_leaves_the_earlier_run(small, tmp_path):
    target = tmp_path / "run"
    run(small, target)
    before = tables(target)
    for path in small.iterdir():
        path.write_text("nada")
    assert not run(small, target).written
    assert tables(target) == before


def test_killed_at_any_moment_and_resumed_the_tables_are_the_same(tmp_path):
    soak.killed_runs(tmp_path, 20, 5)


def test_the_parent_s_memory_hardly_grows(tmp_path):
    soak.parent_memory(tmp_path, 200, 800)
