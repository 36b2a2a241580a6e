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
    before = "{"
    for key, value in sorted(summary.items()):
        parts = _listed(value) if isinstance(value, Shelf) else [_indented(value, 1)]
        file.write(f"{before}\n {json.dumps(key)}: ".encode())
        file.writelines(part.encode() for part in parts)
        before = ","
    file.write(b"\n}\n")


def _listed(entries: Iterable[Any]) -> Iterator[str]:
    before = "["
    for entry in entries:
        yield f"{before}\n  {_indented(entry, 2)}"
        before = ","
    yield "[]" if before == "[" else "\n ]"


def _indented(value: Any, depth: int) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    return text.replace("\n", "\n" + depth * " ")  # within a text a line break is written \\n


RENDERERS: dict[str, Renderer] = {
    "html": Renderer("index.html", "assessor.reports.html:write_html"),
    "xlsx": Renderer("report.xlsx", "assessor.reports.xlsx:write_xlsx"),
    "docx": Renderer("report.docx", "assessor.reports.word:write_docx", takes_template=True),
    "md": Renderer("report.md", "assessor.reports.markdown:write_markdown"),
    "pdf": Renderer("report.pdf", "assessor.reports.pdf:write_pdf"),
    "json": Renderer("report.json", "assessor.reports.formats:write_json"),
}
