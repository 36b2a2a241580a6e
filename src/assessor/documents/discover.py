"""Find the input files: folders, files, globs and URLs → a sorted list of inputs."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath

from assessor.documents.remote import files_at, is_url, shown

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
        Its path or URL: a run may hold tens of thousands, and `Path` objects are large.
    """

    source: str
    place: str

    @property
    def path(self) -> Path:
        """Its path; for a URL, only good for the file's name and suffix."""
        return Path(shown(self.place) if is_url(self.place) else self.place)


def discover(paths: Sequence[str]) -> list[Input]:
    """Find the files below folders, matching globs, or named outright.

    Hidden and temporary files are skipped, links that lead out of a folder are not followed,
    and run folders are not searched. A name that does not exist is kept, so that it is
    reported as not found. Files of the same name in two folders are told apart by their
    whole paths.

    Returns
    -------
    list of Input
        Sorted by source, each file once.
    """
    found: dict[str, Input] = {}
    for given in paths:
        for item in _expand(given):
            found.setdefault(_absolute(item.place), item)
    items = sorted(found.values())
    del found  # of a large run, the larger part
    twice = {one.source for one, next_one in pairwise(items) if one.source == next_one.source}
    if not twice:
        return items
    return sorted(
        Input(_named(item.place), item.place) if item.source in twice else item for item in items
    )


def readable(name: str) -> str:
    r"""Return a file name with undecodable bytes replaced, so that it can be written.

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
    if is_url(given):
        yield from _at_url(given)
    elif path.is_dir():
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


def _absolute(place: str) -> str:
    if is_url(place) or Path(place).is_absolute():
        return place
    return str(Path(place).absolute())


def _named(place: str) -> str:
    return shown(place) if is_url(place) else readable(Path(place).as_posix())


def _at_url(url: str) -> Iterator[Input]:
    """Yield the files at a URL, leaving out of a folder what `_walk` leaves out."""
    found = [(PurePosixPath(name), Input(readable(name), place)) for name, place in files_at(url)]
    names = {path for path, _ in found}
    runs = {
        p.parent for p in names if p.name == "run.json" and p.with_name("fiches.jsonl") in names
    }
    for path, item in found:
        named_outright = is_url(item.source)
        hidden = any(part.startswith(".") for part in path.parts) or _passed_over(path.name)
        if named_outright or not (hidden or runs.intersection(path.parents)):
            yield item


def _passed_over(name: str) -> bool:
    return name.startswith((".", "~$")) or name in IGNORED


def _walk(folder: Path) -> Iterator[Input]:
    root = folder.resolve()
    for place, folders, files in os.walk(folder, followlinks=False):
        if is_run(Path(place)):
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(place) / name
            if _passed_over(name):
                continue
            if path.is_symlink() and not path.resolve().is_relative_to(root):
                continue
            yield Input(readable(path.relative_to(folder).as_posix()), str(path))
