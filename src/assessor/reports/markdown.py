"""Summary → Markdown, for repositories and wikis."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from assessor.reports.tables import (
    Table,
    by_topic,
    method_lines,
    selection_lines,
    shown,
    tables_of,
)
from assessor.reports.words import words

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$&])")
# Words that a renderer would make a link of by itself.
_LINKING = re.compile(
    r"(?i)\b(https?|ftp|file|mailto|javascript|data|vbscript)(:)|(www)(\.)|(\w)(@)"
)


def escaped(text: Any) -> str:
    r"""Return text that no Markdown renderer takes for markup, HTML or a link.

    >>> print(escaped("<b>[x](y) a_b"))
    \<b\>\[x\](y) a\_b
    """
    line = " ".join(str(text).split())
    line = _LINKING.sub(lambda m: "\u200b".join(g for g in m.groups() if g), line)
    line = _SPECIAL.sub(r"\\\1", line)
    line = re.sub(r"^(\d+)([.)])(?=\s)", r"\1\\\2", line)
    return re.sub(r"^([-+](?=\s)|[-=](?=[-=]))", r"\\\1", line)


def write_markdown(summary: Mapping[str, Any], file: BinaryIO) -> None:
    """Write the report block by block: sentences, tables, programmes, method."""
    before = ""
    for block in filter(None, _blocks(summary)):
        file.write((before + block).encode())
        before = "\n\n"
    file.write(b"\n")


def _blocks(summary: Mapping[str, Any]) -> Iterator[str]:
    t, lang = words(summary["lang"]), summary["lang"]
    letters = {x["id"]: x["letter"] for x in summary["levels"]}
    yield from (f"# {escaped(summary['title'])}", *map(escaped, selection_lines(summary)))
    yield from (f"## {t['summary']}", *map(escaped, summary["sentences"]))
    yield f"## {t['brief']}"
    for topic, texts in by_topic(summary["brief"]):
        yield f"**{t[f'topic_{topic}']}**"
        yield "\n".join(f"- {escaped(text)}" for text in texts)
    for table in tables_of(summary).values():
        if table.rows or table.name == "groups":
            yield from _table(table, lang, letters)
        if table.name == "heat":
            levels = (f"{x['letter']} {escaped(x['label'])}" for x in summary["levels"])
            yield f"{t['legend']}: " + " · ".join(levels)
    yield f"## {t['programmes']}"
    for programme in summary["programmes"]:
        yield f"### {escaped(programme['title'] or programme['name'])}"
        facts = (programme[k] for k in ("country", "window", "code", "period"))
        yield escaped(" · ".join(fact for fact in facts if fact)) or t["none"]
        yield "\n".join(
            f"- **{t[f'topic_{topic}']}.** {escaped(' '.join(texts))}"
            for topic, texts in by_topic(programme["brief"])
        )
    yield from (f"## {t['method']}", *map(escaped, method_lines(summary)))


def _table(table: Table, lang: str, letters: Mapping[str, str]) -> list[str]:
    blocks = [f"## {escaped(table.caption)}"]
    if table.note:
        blocks.append(escaped(table.note))
    if not table.rows:
        return blocks
    head = "| " + " | ".join(escaped(c.label) or " " for c in table.columns) + " |"
    rule = "| " + " | ".join("---" if c.kind == "text" else "---:" for c in table.columns) + " |"
    lines = [head, rule]
    for row in table.rows:
        cells = [
            letters[value] if column.kind == "level" else escaped(shown(value, column.kind, lang))
            for value, column in zip(row, table.columns, strict=True)
        ]
        lines.append("| " + " | ".join(cell or " " for cell in cells) + " |")
    return [*blocks, "\n".join(lines)]
