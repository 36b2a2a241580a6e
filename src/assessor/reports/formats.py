"""Report formats by name: a new format is one renderer and one line here."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from assessor.reports.html import render_html

Renderer = Callable[[Mapping[str, Any]], bytes]


def render_json(summary: Mapping[str, Any]) -> bytes:
    """Render the summary itself, for scripts."""
    return (json.dumps(summary, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


RENDERERS: dict[str, tuple[str, Renderer]] = {
    "html": ("index.html", render_html),
    "json": ("report.json", render_json),
}
