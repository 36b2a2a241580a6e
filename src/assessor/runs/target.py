"""A run folder at a URL: written here, then sent; or fetched, to be reported on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assessor.documents.remote import is_url, shown, system_of
from assessor.errors import RunError
from assessor.runs.commit import SEAL
from assessor.runs.folder import RUN_FILES

REPORT = "report"


@contextmanager
def run_folder(target: str) -> Iterator[Path]:
    """Yield the folder that a run is to be written into.

    For a URL it is a temporary one, private, whose files are sent when the block is left, the
    manifest last: without `run.json` there is no run. What is finished is kept meanwhile on
    this machine only, so that a run stopped before it is sent begins anew.

    Raises
    ------
    RunError
        If something else is at the URL, or it cannot be written.
    """
    if not is_url(target):
        yield Path(target)
        return
    with _speaking_of(target):
        system, root = system_of(target)
        _check(system, root, target)
    with TemporaryDirectory(prefix="assessor-") as name:
        folder = Path(name) / "run"
        yield folder
        with _speaking_of(target):
            _send(folder, system, root)


@contextmanager
def fetched(source: str) -> Iterator[Path]:
    """Yield the folder of a run; of one at a URL, a copy of its tables that goes away.

    Raises
    ------
    RunError
        If it cannot be read.
    """
    if not is_url(source):
        yield Path(source)
        return
    with TemporaryDirectory(prefix="assessor-") as name:
        folder = Path(name)
        with _speaking_of(source):
            system, root = system_of(source)
            for file in RUN_FILES:
                if system.exists(f"{root}/{file}"):
                    system.get_file(f"{root}/{file}", str(folder / file))
        yield folder


def _check(system: Any, root: str, target: str) -> None:
    """Refuse a place that holds something and no run, as for a folder."""
    if not system.exists(root) or system.exists(f"{root}/{SEAL}"):
        return
    names = {name.rstrip("/").rpartition("/")[2] for name in system.ls(root, detail=False)}
    if names - {*RUN_FILES, REPORT}:
        raise RunError(f"{shown(target)}: is not a run and not empty; choose another place")


def _send(folder: Path, system: Any, root: str) -> None:
    """Send a run; an earlier one stays where nothing could be assessed."""
    if not (folder / SEAL).exists():
        return
    fiches = json.loads((folder / SEAL).read_text(encoding="utf-8"))["counts"]["fiches"]
    if not fiches and system.exists(f"{root}/{SEAL}"):
        raise RunError("no input could be read; the earlier run is left as it was")
    for name in sorted(RUN_FILES, key=lambda name: name != SEAL):
        if system.exists(f"{root}/{name}"):
            system.rm_file(f"{root}/{name}")
    sent = [folder / name for name in RUN_FILES if name != SEAL and (folder / name).exists()]
    sent += sorted(path for path in (folder / REPORT).rglob("*") if path.is_file())
    for path in [*sent, folder / SEAL]:
        place = f"{root}/{path.relative_to(folder).as_posix()}"
        system.makedirs(place.rpartition("/")[0], exist_ok=True)
        system.put_file(str(path), place)


@contextmanager
def _speaking_of(url: str) -> Iterator[None]:
    """Name the URL in what goes wrong there."""
    try:
        yield
    except RunError:
        raise
    except Exception as error:  # each kind of store has its own
        raise RunError(
            f"{shown(url)}: cannot be read or written ({type(error).__name__})"
        ) from error
