"""Tables that commands write into documents, between marks."""

from __future__ import annotations

from pathlib import Path


def write_between(path: Path, name: str, text: str) -> None:
    """Put text between ``<!-- name … -->`` and ``<!-- end of name -->`` of a document."""
    content = path.read_text(encoding="utf-8")
    start = content.index(f"<!-- {name}")
    begin = content.index("-->", start) + 3
    end = content.index(f"<!-- end of {name} -->", begin)
    path.write_text(f"{content[:begin]}\n{text}\n{content[end:]}", encoding="utf-8")
