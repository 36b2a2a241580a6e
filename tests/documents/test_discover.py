from __future__ import annotations

import os

from assessor.documents.discover import discover


def make(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")


def test_folders_are_searched_in_order_without_hidden_and_temporary_files(tmp_path):
    make(
        tmp_path,
        "b.txt",
        "a.pdf",
        "sub/c.docx",
        ".hidden.txt",
        "~$a.docx",
        ".git/x.txt",
        "Thumbs.db",
    )
    assert [item.source for item in discover([str(tmp_path)])] == ["a.pdf", "b.txt", "sub/c.docx"]


def test_links_out_of_the_folder_are_not_followed(tmp_path):
    inside, outside = tmp_path / "in", tmp_path / "out"
    make(inside, "a.txt")
    make(outside, "secret.txt")
    os.symlink(outside / "secret.txt", inside / "link.txt")
    os.symlink(outside, inside / "folder")
    assert [item.source for item in discover([str(inside)])] == ["a.txt"]


def test_globs_and_repeats(tmp_path):
    make(tmp_path, "a.txt", "b.txt", "c.pdf")
    found = discover([str(tmp_path / "*.txt"), str(tmp_path / "a.txt")])
    assert [item.path.name for item in found] == ["a.txt", "b.txt"]


def test_a_missing_name_is_kept_so_that_it_is_reported(tmp_path):
    assert len(discover([str(tmp_path / "no.txt")])) == 1


def test_runs_below_the_folder_are_not_read(tmp_path):
    make(tmp_path, "a.txt", "run/run.json", "run/fiches.jsonl", "run/ratings.csv", "run/sub/b.txt")
    make(tmp_path, "begun/.results/00/11", "begun/ratings.csv", "other/run.json", "other/c.csv")
    sources = [item.source for item in discover([str(tmp_path)])]
    assert sources == ["a.txt", "other/c.csv", "other/run.json"]
    assert discover([str(tmp_path / "run" / "*.csv")]) == []


def test_the_same_name_below_two_folders_is_told_apart(tmp_path):
    make(tmp_path, "x/a.txt", "y/a.txt", "y/b.txt")
    sources = [item.source for item in discover([str(tmp_path / "x"), str(tmp_path / "y")])]
    assert sources == [f"{tmp_path}/x/a.txt", f"{tmp_path}/y/a.txt", "b.txt"]
