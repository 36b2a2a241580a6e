"""Which files a user means: folders, files and globs → a sorted list of inputs."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

STDIN = "-"
RESULTS = ".results"  # where a run keeps what it has finished
IGNORED = ("Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True, order=True)
class Input:
    """A file to read.

    Parameters
    ----------
    source : str
        As people should see it: relative to the folder given, with ``/``.
    place : str
        Its path: a run may hold tens of thousands, and `Path` objects are large.
    """

    source: str
    place: str

    @property
    def path(self) -> Path:
        """Where it is."""
        return Path(self.place)


def discover(paths: Sequence[str]) -> list[Input]:
    """Find the files below folders, matching globs, or named outright.

    Hidden and temporary files are passed over; links that lead out of a folder are not
    followed, and runs below them are not read as input. A name that does not exist is kept,
    so that it is reported and not lost. Files of the same name in two folders given keep
    apart by their paths.

    Returns
    -------
    list of Input
        Sorted by source, each file once.
    """
    found: dict[str, Input] = {}
    for given in paths:
        for item in _expand(given):
            path = item.path
            found.setdefault(item.place if path.is_absolute() else str(path.absolute()), item)
    items = sorted(found.values())
    del found  # of a large run, the larger part
    twice = {one.source for one, next_one in pairwise(items) if one.source == next_one.source}
    if not twice:
        return items
    return sorted(
        Input(readable(item.path.as_posix()), item.place) if item.source in twice else item
        for item in items
    )


def readable(name: str) -> str:
    """Return a name with the bytes that are no UTF-8 replaced, so that it can be written.

    >>> readable("a\udce9o.txt")
    'a�o.txt'
    """
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def is_run(folder: Path) -> bool:
    """Say whether a folder holds a run, finished or not."""
    return (folder / RESULTS).is_dir() or (
        (folder / "run.json").is_file() and (folder / "fiches.jsonl").is_file()
    )


def _expand(given: str) -> Iterator[Input]:
    path = Path(given)
    if path.is_dir():
        yield from _walk(path)
    elif path.exists() or not glob.has_magic(given):
        yield Input(readable(given.replace(os.sep, "/")), given)
    else:
        matches = sorted(glob.glob(given, recursive=True))  # noqa: PTH207  # any root
        if not matches:
            yield Input(readable(given), given)  # reported as not found, not lost
        for match in matches:
            matched = Path(match)
            if matched.is_dir():
                yield from _walk(matched)
            elif not any(is_run(parent) for parent in matched.parents):
                yield Input(readable(match.replace(os.sep, "/")), match)


def _walk(folder: Path) -> Iterator[Input]:
    root = folder.resolve()
    for place, folders, files in os.walk(folder, followlinks=False):
        if is_run(Path(place)):
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(place) / name
            if name.startswith((".", "~$")) or name in IGNORED:
                continue
            if path.is_symlink() and not path.resolve().is_relative_to(root):
                continue
            yield Input(readable(path.relative_to(folder).as_posix()), str(path))
