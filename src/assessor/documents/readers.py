"""One file → a `Document` or an `ObservationTable`: the reader is chosen by suffix."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from assessor.documents import pdf, tables, text, word
from assessor.documents.document import Document, ObservationTable, Row
from assessor.errors import FicheError, Rejection

MAX_BYTES = 50 * 2**20
MAX_TEXT_CHARS = 2_000_000
MAX_UNZIPPED = 200 * 2**20  # a larger document is a zip bomb or holds no fiche
MAX_RATIO = 200
TEXT_SUFFIXES = (".txt", ".text", ".md")
TABLE_SUFFIXES = (".csv", ".xlsx")
READABLE = (*TEXT_SUFFIXES, ".pdf", ".docx", *TABLE_SUFFIXES)
IMAGES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif", ".heic")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old Word and Excel, and encrypted new ones

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
    suffix = path.suffix.lower()
    if suffix not in READABLE:
        raise FicheError(*_unreadable_suffix(suffix))
    data = _bytes_of(path)
    if suffix in TABLE_SUFFIXES:
        _check_container(data, suffix)
        return tables.read_table(data, suffix, source, path.stem)
    return read_bytes(data, suffix, source, path.stem)


def read_bytes(data: bytes, suffix: str, source: str, stem: str) -> Document:
    """Read a document already in memory, such as one from standard input.

    Raises
    ------
    FicheError
        As `read_source`.
    """
    if not data.strip():
        raise FicheError(Rejection.EMPTY, "the file is empty")
    _check_container(data, suffix)
    kind, reader = _READERS.get(suffix, _READERS[".txt"])
    rows, warnings = reader(data)
    if not any(row.cells for row in rows):
        raise FicheError(Rejection.EMPTY, "the file holds no text")
    digest = hashlib.sha256(data).hexdigest()
    return Document(source, stem, digest, kind, rows, tuple(warnings))


def _bytes_of(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise FicheError(
                Rejection.TOO_LARGE,
                f"the file has {size / 2**20:.0f} MiB (at most {MAX_BYTES // 2**20})",
            )
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise FicheError(Rejection.NOT_FOUND, "there is no such file") from error
    except OSError as error:
        raise FicheError(
            Rejection.UNREADABLE, f"the file cannot be opened ({error.strerror or 'input error'})"
        ) from error
    if not data.strip():
        raise FicheError(Rejection.EMPTY, "the file is empty")
    return data


def _unreadable_suffix(suffix: str) -> tuple[Rejection, str]:
    if suffix == ".doc":
        return Rejection.LEGACY_WORD, "old Word format; open it in Word and save it as .docx"
    if suffix in IMAGES:
        return Rejection.NO_TEXT_LAYER, "an image; run it through OCR and save it as PDF or text"
    name = suffix or "no suffix"
    return (
        Rejection.UNSUPPORTED_FORMAT,
        f"files of this kind ({name[:12]!r}) are not read; one of {', '.join(READABLE)}",
    )


def _check_container(data: bytes, suffix: str) -> None:
    """Refuse what is not what its suffix says, and archives that unfold without bound."""
    if suffix == ".pdf":
        if b"%PDF-" not in data[:1024]:
            raise FicheError(Rejection.CORRUPT, "the file is no PDF, whatever its name says")
        return
    if suffix not in {".docx", ".xlsx"}:
        return
    if data.startswith(_OLE):
        raise FicheError(
            Rejection.ENCRYPTED,
            "the file is protected by a password or in an old format; save it anew without",
        )
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            total = sum(info.file_size for info in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise FicheError(
            Rejection.CORRUPT, f"the {suffix} file is damaged or is none; save it anew"
        ) from error
    if total > MAX_UNZIPPED or total > MAX_RATIO * max(len(data), 4096):
        raise FicheError(
            Rejection.TOO_LARGE, f"the {suffix} file unfolds to {total / 2**20:.0f} MiB"
        )


def _read_text(data: bytes) -> tuple[tuple[Row, ...], list[str]]:
    if data.startswith((b"%PDF-", b"PK\x03\x04", _OLE)):
        raise FicheError(
            Rejection.CORRUPT, "the file is no text, whatever its name says; give it its suffix"
        )
    content, warnings = text.decode(data)
    if len(content) > MAX_TEXT_CHARS:
        raise FicheError(
            Rejection.TOO_LARGE,
            f"the text has {len(content):,} characters (at most {MAX_TEXT_CHARS:,})",
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
