"""What a sentence rests on: a fiche's own words and where they stand, and checks that fail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Entry = dict[str, Any]


def quote_of(programme: Entry, section: Entry, issue: Entry) -> Entry:
    """Return the words that prove an issue, and where they stand."""
    place = f"{programme['anchor']}-{section['dimension']}"
    return _quote(programme, place, section["label"], issue["evidence"])


def side_quote(programme: Entry, text: str) -> Entry:
    """Return one side of a finding, which stands in no section of its own."""
    return _quote(programme, programme["anchor"], "", text)


def _quote(programme: Entry, anchor: str, section: str, text: str) -> Entry:
    return {
        "fiche_id": programme["fiche_id"], "name": programme["name"],
        "anchor": anchor, "section": section, "text": text,
    }  # fmt: skip


def finding_of(row: Mapping[str, Any], lang: str) -> Entry:
    """Return a check that did not hold, in the report's language."""
    return {
        "check": row["check"], "severity": row["severity"],
        "message": row[f"message_{lang}"] or "",
        "left": row["left"] or "", "right": row["right"] or "",
    }  # fmt: skip
