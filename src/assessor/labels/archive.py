"""Reading archives from other people within limits; nothing is extracted to disk."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO
from pathlib import Path, PurePosixPath

from assessor.errors import LabelError

MAX_FILE = 200 * 2**20  # bytes
MAX_DECOMPRESSED = 500 * 2**20
MAX_RATIO = 500
MAX_ENTRIES = 20_000


def read_bounded(path: Path) -> bytes:
    """Read a file of bounded size.

    Raises
    ------
    LabelError
        If it is larger or cannot be read.
    """
    try:
        if path.stat().st_size > MAX_FILE:
            raise LabelError(f"{path}: larger than {MAX_FILE // 2**20} MiB")
        return path.read_bytes()
    except OSError as error:
        raise LabelError(f"{path}: cannot be read ({error.strerror or 'input error'})") from error


def read_archive(path: Path) -> dict[str, bytes]:
    """Return an archive's files by name, in memory: nothing is written anywhere.

    Raises
    ------
    LabelError
        If it is not an archive, too large once decompressed, or names a path outside itself.
    """
    data = read_bounded(path)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            total = sum(entry.file_size for entry in entries)
            if len(entries) > MAX_ENTRIES or total > MAX_DECOMPRESSED:
                raise LabelError(
                    f"{path}: the archive holds more than {MAX_ENTRIES:,} files or "
                    f"{MAX_DECOMPRESSED // 2**20} MiB"
                )
            if total > MAX_RATIO * max(len(data), 4096):
                raise LabelError(
                    f"{path}: decompresses to {total / len(data):.0f} times its size "
                    f"(at most {MAX_RATIO})"
                )
            for entry in entries:
                if not _inside(entry.orig_filename):
                    raise LabelError(f"{path}: names a path outside the archive")
            return {x.filename: archive.read(x) for x in entries if not x.is_dir()}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError,
            ValueError, OSError) as error:  # fmt: skip
        raise LabelError(
            f"{path}: the archive is damaged or password-protected, or the file is not an archive"
        ) from error


def _inside(name: str) -> bool:
    path = PurePosixPath(name)
    drive = ":" in path.parts[0] if path.parts else False
    return not (path.is_absolute() or ".." in path.parts or "\\" in name or drive)
