"""Report formats by name: a new format is one renderer and one line here."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Renderer:
    """A report format.

    Parameters
    ----------
    file : str
        Name of the file it makes.
    function : str
        ``module:function``, imported when it is used: summary → bytes.
    takes_template : bool
        Whether the function takes a template of the user's as its second argument.
    """

    file: str
    function: str
    takes_template: bool = False

    def render(self, summary: Mapping[str, Any], template: Path | None = None) -> bytes:
        """Render a summary."""
        module, name = self.function.split(":")
        function = getattr(importlib.import_module(module), name)
        data: bytes = function(summary, template) if self.takes_template else function(summary)
        return data


def render_json(summary: Mapping[str, Any]) -> bytes:
    """Render the summary itself, for scripts."""
    return (json.dumps(summary, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


RENDERERS: dict[str, Renderer] = {
    "html": Renderer("index.html", "assessor.reports.html:render_html"),
    "xlsx": Renderer("report.xlsx", "assessor.reports.xlsx:render_xlsx"),
    "docx": Renderer("report.docx", "assessor.reports.word:render_docx", takes_template=True),
    "md": Renderer("report.md", "assessor.reports.markdown:render_markdown"),
    "pdf": Renderer("report.pdf", "assessor.reports.pdf:render_pdf"),
    "json": Renderer("report.json", "assessor.reports.formats:render_json"),
}
