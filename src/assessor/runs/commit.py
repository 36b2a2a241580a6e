"""Several files replaced together: all of them, or none.

New files are written aside, into `.new`. The old ones move into `.moving`, which is renamed
`.old` when it holds them all; then the new ones move in, `run.json` last. So whoever finds
`.moving` or `.old` after a kill knows what to put back, and a folder with `run.json` is whole.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from assessor.runs.files import as_run_error, replace, sync

SEAL = "run.json"  # the file that vouches for the others
NEW, MOVING, OLD = ".new", ".moving", ".old"


@contextmanager
def replacing(folder: Path, names: Iterable[str]) -> Iterator[Path]:
    """Yield a folder to write new files into; they replace the old ones when the block is left.

    Parameters
    ----------
    names : iterable of str
        All files that the folder may hold of this kind: an old one that is not written anew
        goes away.

    Raises
    ------
    RunError
        If a file cannot be written or moved; the old ones are then as they were.
    """
    names = tuple(names)
    with as_run_error(folder):
        folder.mkdir(parents=True, exist_ok=True)
        restore(folder, names)
        new = folder / NEW
        new.mkdir()
        try:
            yield new
            _swap(folder, names)
        finally:
            shutil.rmtree(new, ignore_errors=True)


def restore(folder: Path, names: Iterable[str]) -> None:
    """Put back what an interrupted writer moved away."""
    shutil.rmtree(folder / NEW, ignore_errors=True)
    moving, old = folder / MOVING, folder / OLD
    if old.is_dir():
        if (folder / SEAL).exists():  # all had been done
            shutil.rmtree(old)
        else:
            for name in names:
                (folder / name).unlink(missing_ok=True)
            replace(old, moving)  # from here on, what stands in the folder is old again
    if moving.is_dir():
        for name in sorted((path.name for path in moving.iterdir()), key=_seal_last):
            replace(moving / name, folder / name)
        sync(folder)
        shutil.rmtree(moving)


def interrupted(folder: Path) -> bool:
    """Say whether a writer was stopped while it replaced the files."""
    return any((folder / name).is_dir() for name in (MOVING, OLD)) and not (folder / SEAL).exists()


def _swap(folder: Path, names: tuple[str, ...]) -> None:
    moving, old = folder / MOVING, folder / OLD
    try:
        moving.mkdir()
        for name in sorted(names, key=_seal_last, reverse=True):
            if (folder / name).exists():
                replace(folder / name, moving / name)
        replace(moving, old)
        sync(folder)
        for name in sorted((path.name for path in (folder / NEW).iterdir()), key=_seal_last):
            replace(folder / NEW / name, folder / name)
        sync(folder)
    except OSError:
        if old.is_dir():
            (folder / SEAL).unlink(missing_ok=True)
        with suppress(OSError):  # what cannot be put back now is put back by the next writer
            restore(folder, names)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _seal_last(name: str) -> tuple[bool, str]:
    return name == SEAL, name
