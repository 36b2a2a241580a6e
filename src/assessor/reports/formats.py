"""Report formats by name: a new format is one renderer and one line here."""

from __future__ import annotations

import importlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from assessor.reports.shelf import Shelf

_ENCODER = json.JSONEncoder(ensure_ascii=False, indent=1, sort_keys=True)


@dataclass(frozen=True, slots=True)
class Renderer:
    """A report format.

    Parameters
    ----------
    file : str
        Name of the file it makes.
    function : str
        ``module:function``, imported when it is used: writes a summary into a binary file.
    takes_template : bool
        Whether the function takes a template of the user's as its third argument.
    """

    file: str
    function: str
    takes_template: bool = False

    def write(
        self, summary: Mapping[str, Any], file: BinaryIO, template: Path | None = None
    ) -> None:
        """Write a summary into a file."""
        module, name = self.function.split(":")
        function = getattr(importlib.import_module(module), name)
        function(summary, file, *([template] if self.takes_template else []))

    def render(self, summary: Mapping[str, Any], template: Path | None = None) -> bytes:
        """Return a summary as this format has it."""
        buffer = io.BytesIO()
        self.write(summary, buffer, template)
        return buffer.getvalue()


def write_json(summary: Mapping[str, Any], file: BinaryIO) -> None:
    """Write the summary itself, for scripts: one value, one programme after another."""
    file.writelines(piece.encode() for piece in _pieces(summary))


def _pieces(summary: Mapping[str, Any]) -> Iterator[str]:
    before = "{"
    for key, value in sorted(summary.items()):
        yield f"{before}\n {json.dumps(key)}: "
        yield from _array(value) if isinstance(value, Shelf) else _indented(value, 1)
        before = ","
    yield "\n}\n"


def _array(entries: Iterable[Any]) -> Iterator[str]:
    before = "["
    for entry in entries:
        yield f"{before}\n  "
        yield from _indented(entry, 2)
        before = ","
    yield "[]" if before == "[" else "\n ]"


def _indented(value: Any, depth: int) -> Iterator[str]:
    for piece in _ENCODER.iterencode(value):
        yield piece.replace("\n", "\n" + depth * " ")  # a text's own line breaks are escaped


RENDERERS: dict[str, Renderer] = {
    "html": Renderer("index.html", "assessor.reports.html:write_html"),
    "xlsx": Renderer("report.xlsx", "assessor.reports.xlsx:write_xlsx"),
    "docx": Renderer("report.docx", "assessor.reports.word:write_docx", takes_template=True),
    "md": Renderer("report.md", "assessor.reports.markdown:write_markdown"),
    "pdf": Renderer("report.pdf", "assessor.reports.pdf:write_pdf"),
    "json": Renderer("report.json", "assessor.reports.formats:write_json"),
}
