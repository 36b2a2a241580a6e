"""A folder put in another's place: whoever looks there finds the old one or the new one, whole."""

from __future__ import annotations

import ctypes
import glob
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assessor.runs.files import sync

TEMPORARY = ".tmp"
_AT_WORKING_DIRECTORY = -100  # Linux's AT_FDCWD: paths are taken as for any other call
_EXCHANGE = 2  # RENAME_EXCHANGE


@contextmanager
def replacing_folder(target: Path) -> Iterator[Path]:
    """Yield a folder to write into; it takes the target's place when the block is left.

    On Linux the two change places in one step: a process that is killed, whenever, leaves one
    of them. Where the system cannot do that, one killed between two renamings leaves the old
    one aside as ``.NAME.old``; the next writer puts it back. What a killed writer has left
    beside the target, the next one removes.

    Raises
    ------
    OSError
        If it cannot be written; the old folder is then as it was.
    """
    target = target.resolve()  # of a link, what it leads to is replaced
    target.parent.mkdir(parents=True, exist_ok=True)
    _clear(target)
    name = tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.", suffix=TEMPORARY)
    fresh = Path(name)
    try:
        yield fresh
        fresh.chmod(0o755)
        for path in (*fresh.rglob("*"), fresh):
            sync(path)
        _swap(fresh, target)
        sync(target.parent)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)  # after the swap: the old one


def _clear(target: Path) -> None:
    """Put back or remove what a killed writer left."""
    old = _aside(target)
    if old.is_dir() and not target.exists():
        old.replace(target)
    own = f".{glob.escape(target.name)}.{'?' * 8}{TEMPORARY}"  # as `mkdtemp` names them
    for left in (old, *target.parent.glob(own)):
        shutil.rmtree(left, ignore_errors=True)


def _swap(fresh: Path, target: Path) -> None:
    if not target.exists():
        fresh.replace(target)
    elif not _exchanged(fresh, target):
        old = _aside(target)
        target.replace(old)
        try:
            fresh.replace(target)
        except OSError:
            old.replace(target)
            raise
        old.replace(fresh)


def _exchanged(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; False where the system cannot."""
    try:
        rename = ctypes.CDLL(None).renameat2
    except (AttributeError, TypeError):  # another system than Linux
        return False
    here = _AT_WORKING_DIRECTORY
    status: int = rename(here, os.fsencode(one), here, os.fsencode(other), _EXCHANGE)
    return status == 0


def _aside(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")
