"""Read one file into a `Document` or an `ObservationTable`; the reader is chosen by suffix."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable
from pathlib import Path

from assessor.documents import container, pdf, tables, text, word
from assessor.documents.discover import Input, readable
from assessor.documents.document import Document, ObservationTable, Row
from assessor.documents.remote import bytes_at, is_url
from assessor.errors import FicheError, Rejection

MAX_BYTES = 50 * 2**20
MAX_TEXT_CHARS = 2_000_000
MAX_LINES = 100_000
TEXT_SUFFIXES = (".txt", ".text", ".md")
TABLE_SUFFIXES = (".csv", ".xlsx")
READABLE = (*TEXT_SUFFIXES, ".pdf", ".docx", *TABLE_SUFFIXES)
IMAGES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif", ".heic")

Reader = Callable[[bytes], tuple[tuple[Row, ...], list[str]]]


def read_source(path: Path, source: str) -> Document | ObservationTable:
    """Read a file by its suffix.

    Parameters
    ----------
    source : str
        The path as people should see it.

    Raises
    ------
    FicheError
        If the file cannot be read; says why and what to do.
    """
    return read_bytes(bytes_of(path), path.suffix.lower(), source, readable(path.stem))


def read_bytes(data: bytes, suffix: str, source: str, stem: str) -> Document | ObservationTable:
    """Read a file already in memory, such as standard input.

    Raises
    ------
    FicheError
        As `read_source`.
    """
    if len(data) > MAX_BYTES:
        raise _too_large(len(data))
    if not data.strip():
        raise FicheError(Rejection.EMPTY, "the file is empty")
    _check_kind(data, suffix)
    if suffix in TABLE_SUFFIXES:
        return tables.read_table(data, suffix, source, stem)
    kind, reader = _READERS[suffix]
    rows, warnings = reader(data)
    if not any(row.cells for row in rows):
        raise FicheError(Rejection.EMPTY, "the file holds no text")
    digest = hashlib.sha256(data).hexdigest()
    return Document(source, stem, digest, kind, rows, tuple(warnings))


def bytes_of_input(item: Input) -> bytes:
    """Return the bytes of a local or remote file of a supported kind and size.

    Raises
    ------
    FicheError
        As `bytes_of`.
    """
    if not is_url(item.place):
        return bytes_of(item.path)
    _check_suffix(item.path)
    data = bytes_at(item.place, MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise _too_large(len(data))
    return data


def _check_suffix(path: Path) -> None:
    suffix = path.suffix.lower()
    if suffix not in READABLE:
        raise _unsupported(suffix)


def bytes_of(path: Path) -> bytes:
    """Return the bytes of a local file of a supported kind and size.

    Raises
    ------
    FicheError
        If it is missing, not a regular file, of an unsupported kind or too large.
    """
    _check_suffix(path)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # a pipe or device would be waited for
            raise FicheError(Rejection.UNREADABLE, "this is not a regular file")
        if status.st_size > MAX_BYTES:
            raise _too_large(status.st_size)
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise FicheError(Rejection.NOT_FOUND, "there is no such file") from error
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL
        why = getattr(error, "strerror", None) or "input error"
        raise FicheError(Rejection.UNREADABLE, f"the file cannot be opened ({why})") from error


def _too_large(size: int) -> FicheError:
    return FicheError(
        Rejection.TOO_LARGE,
        f"the file has more than {(size - 1) // 2**20} MiB (at most {MAX_BYTES // 2**20})",
    )


def _unsupported(suffix: str) -> FicheError:
    if suffix == ".doc":
        return FicheError(
            Rejection.LEGACY_WORD, "old Word format; open it in Word and save it as .docx"
        )
    if suffix in IMAGES:
        return FicheError(
            Rejection.NO_TEXT_LAYER,
            "an image; run OCR (text recognition) and save it as PDF or text",
        )
    name = suffix or "no suffix"
    return FicheError(
        Rejection.UNSUPPORTED_FORMAT,
        f"files of this kind ({name[:12]!r}) are not supported; use one of {', '.join(READABLE)}",
    )


def _check_kind(data: bytes, suffix: str) -> None:
    """Reject a file that is not what its suffix says, or an archive beyond the limits."""
    if suffix == ".pdf" and b"%PDF-" not in data[:1024]:
        raise FicheError(Rejection.CORRUPT, "the file is not a PDF, although its name ends in .pdf")
    if suffix in {".docx", ".xlsx"}:
        container.check_container(data, suffix)


def _read_text(data: bytes) -> tuple[tuple[Row, ...], list[str]]:
    if data.startswith((b"%PDF-", b"PK\x03\x04", container.OLE)):
        raise FicheError(
            Rejection.CORRUPT,
            "the file is not plain text, although its name says so; correct its suffix",
        )
    content, warnings = text.decode(data)
    if len(content) > MAX_TEXT_CHARS:
        raise FicheError(
            Rejection.TOO_LARGE,
            f"the text has {len(content):,} characters (at most {MAX_TEXT_CHARS:,})",
        )
    lines = content.count("\n")
    if lines > MAX_LINES:
        raise FicheError(
            Rejection.TOO_LARGE, f"the text has {lines:,} lines (at most {MAX_LINES:,})"
        )
    return tuple(text.rows_of_text(content)), warnings


def _read_docx(data: bytes) -> tuple[tuple[Row, ...], list[str]]:
    return tuple(word.rows_of_docx(data)), []


def _read_pdf(data: bytes) -> tuple[tuple[Row, ...], list[str]]:
    return tuple(pdf.rows_of_pdf(data)), []


_READERS: dict[str, tuple[str, Reader]] = {
    **dict.fromkeys(TEXT_SUFFIXES, ("text", _read_text)),
    ".docx": ("docx", _read_docx),
    ".pdf": ("pdf", _read_pdf),
}
