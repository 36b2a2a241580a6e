"""Files at a URL (`s3://`, `gs://`, `https://`, `memory://`, `file://` …), through fsspec."""

from __future__ import annotations

import re
from collections.abc import Iterator
from glob import has_magic
from pathlib import PurePosixPath
from typing import Any, TypeAlias
from urllib.parse import urlsplit, urlunsplit

from assessor.errors import FicheError, Rejection, RunError

FileSystem: TypeAlias = Any  # fsspec has no types
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def is_url(name: str) -> bool:
    """Say whether a name is a URL.

    >>> is_url("s3://fichas/2011/"), is_url("fichas/a.txt"), is_url("C:/fichas")
    (True, False, False)
    """
    return _URL.match(name) is not None


def shown(url: str) -> str:
    """Return a URL without its possibly secret parts: user, password and query.

    >>> shown("https://ana:clave@example.org/a.pdf?firma=x")
    'https://example.org/a.pdf'
    """
    parts = urlsplit(url)
    web = parts.scheme in {"http", "https"}  # elsewhere ? and # are letters of a name
    host = parts.netloc.rpartition("@")[2]
    if web:
        return urlunsplit((parts.scheme, host, parts.path, "", ""))
    return url.replace(parts.netloc, host, 1)


def system_of(url: str) -> tuple[FileSystem, str]:
    """Return the file system of a URL and the path in it.

    Raises
    ------
    RunError
        If there is none, or what it needs is not installed.
    """
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise RunError(f"{shown(url)}: URLs need pip install 'assessor[scale]'") from error
    try:
        system, path = url_to_fs(url.rstrip("/"))
    except ImportError as error:  # fsspec names the package that is missing
        raise RunError(f"{shown(url)}: {error}") from error
    except Exception as error:  # each kind of store has its own
        raise RunError(f"{shown(url)}: cannot be used ({type(error).__name__})") from error
    return system, path


def files_at(url: str) -> Iterator[tuple[str, str]]:
    """Yield the files that a URL stands for: itself, a folder's, or those of a pattern.

    Yields
    ------
    tuple of str
        Its path below the folder (its whole URL where it was named itself), and its URL.

    Raises
    ------
    RunError
        If the place cannot be listed.
    """
    system, path = system_of(url)
    if urlsplit(url).scheme in {"http", "https"}:  # pages are no folders
        yield shown(url), url
        return
    whole, path_in_it = url.rstrip("/"), path.strip("/")
    if not whole.endswith(path_in_it):
        raise RunError(f"{shown(url)}: cannot be told from its parts; write the whole URL")
    base = whole.removesuffix(path_in_it)
    try:
        found = sorted(system.glob(path)) if has_magic(path) else [path]
        for one in found or [path]:  # what is not there is reported, not lost
            if not system.isdir(one):
                yield shown(base + one.strip("/")), base + one.strip("/")
                continue
            for name in sorted(system.find(one)):
                below = PurePosixPath(name).relative_to(PurePosixPath(one)).as_posix()
                yield below, base + name.strip("/")
    except Exception as error:  # each kind of store has its own
        raise RunError(f"{shown(url)}: cannot be listed ({type(error).__name__})") from error


def bytes_at(url: str, most: int) -> bytes:
    """Return the first `most` bytes of a file.

    Raises
    ------
    FicheError
        If it is missing or cannot be read.
    """
    try:
        system, path = system_of(url)
        with system.open(path, "rb") as file:
            data: bytes = file.read(most)
    except FileNotFoundError as error:
        raise FicheError(Rejection.NOT_FOUND, "there is no such file") from error
    except Exception as error:  # each kind of store has its own
        why = f"the file cannot be read from its store ({type(error).__name__})"
        raise FicheError(Rejection.UNREADABLE, why) from error
    return data
