"""Limits on DOCX and XLSX files, checked before a library opens them.

Both are ZIP archives of XML. Every part is decompressed once, in chunks that are counted, and
XML is parsed as a stream: neither the archive nor an XML tree is held in memory before its size
is known.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser

from assessor.errors import FicheError, Rejection

MAX_PARTS = 5_000
MAX_UNFOLDED = 200 * 2**20  # photographs count; what is larger holds no fiche
MAX_XML = 40 * 2**20
MAX_ELEMENTS = {".docx": 1_000_000, ".xlsx": 4_000_000}  # Word's stand in memory as a tree
MAX_DEPTH = 200
PIECE = 2**16
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old Word and Excel, and encrypted new ones


def check_container(data: bytes, suffix: str) -> None:
    """Reject an archive that is damaged, too large once decompressed, or has hostile XML.

    Raises
    ------
    FicheError
        With reason ``encrypted``, ``corrupt`` or ``too_large``.
    """
    if data.startswith(OLE):
        raise FicheError(
            Rejection.ENCRYPTED,
            "the file is password-protected or in an old Office format; save it again as "
            f"{suffix}, without a password",
        )
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check_parts(archive, suffix)
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError,
            RuntimeError) as error:  # fmt: skip
        raise FicheError(
            Rejection.CORRUPT, f"the file is not a valid {suffix} file; open it and save it again"
        ) from error


def _check_parts(archive: zipfile.ZipFile, suffix: str) -> None:
    parts = [part for part in archive.infolist() if not part.is_dir()]
    names = [part.filename for part in parts]
    if len(parts) > MAX_PARTS or len(set(names)) < len(names) or any(map(_leads_out, names)):
        raise FicheError(
            Rejection.CORRUPT,
            f"the {suffix} file has an unusual structure; open it and save it again",
        )
    _check_total(sum(part.file_size for part in parts), suffix)
    scan = _Scan(suffix)
    for part in parts:
        scan.part(archive, part)


def _leads_out(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in name


def _check_total(size: int, suffix: str) -> None:
    if size > MAX_UNFOLDED:
        raise FicheError(
            Rejection.TOO_LARGE,
            f"the {suffix} file takes more than {MAX_UNFOLDED // 2**20} MiB uncompressed",
        )


class _Scan(ContentHandler):
    """Decompresses one part after another and enforces the limits."""

    def __init__(self, suffix: str) -> None:
        super().__init__()
        self._suffix = suffix
        self._unfolded = self._xml = self._elements = self._depth = 0

    def part(self, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
        pieces = self._counted(archive, part)
        first = next(pieces, b"")
        if not _is_xml(part.filename, first):
            for _ in pieces:
                pass
            return
        self._depth = 0
        parser = create_parser(forbid_dtd=False, forbid_entities=True, forbid_external=False)
        parser.setContentHandler(self)
        try:
            self._feed(parser, first)
            for piece in pieces:
                self._feed(parser, piece)
            parser.close()
        except DefusedXmlException as error:
            raise FicheError(
                Rejection.CORRUPT,
                f"the {self._suffix} file declares XML entities; open it and save it again",
            ) from error
        except (SAXException, LookupError) as error:
            raise FicheError(
                Rejection.CORRUPT, f"the {self._suffix} file is damaged; open it and save it again"
            ) from error

    def _counted(self, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
        with archive.open(part) as file:
            while piece := file.read(PIECE):
                self._unfolded += len(piece)
                _check_total(self._unfolded, self._suffix)
                yield piece

    def _feed(self, parser: Any, piece: bytes) -> None:
        self._xml += len(piece)
        if self._xml > MAX_XML:
            self._too_large()
        parser.feed(piece)

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802  # SAX's name
        self._elements += 1
        self._depth += 1
        if self._elements > MAX_ELEMENTS[self._suffix] or self._depth > MAX_DEPTH:
            self._too_large()

    def endElement(self, name: str) -> None:  # noqa: N802
        self._depth -= 1

    def _too_large(self) -> None:
        raise FicheError(
            Rejection.TOO_LARGE,
            f"the {self._suffix} file holds far more text, or deeper nesting, than a fiche",
        )


def _is_xml(name: str, start: bytes) -> bool:
    """Say whether a part may be read as XML, whatever its name and encoding."""
    bare = start.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")
    return name.lower().endswith((".xml", ".rels")) or bare.startswith(b"<")
