"""Summary → DOCX: a narrative report with contents, tables, charts and an annex of quotations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.opc.exceptions import PackageNotFoundError
from docx.shared import Cm, Pt, RGBColor

from assessor.errors import RunError
from assessor.reports import docx_parts as parts
from assessor.reports.docx_parts import Cell
from assessor.reports.tables import (
    Table,
    by_topic,
    group_notes,
    method_lines,
    quotes_by_issue,
    selection_lines,
    shown,
    tables_of,
)
from assessor.reports.words import number, say, words

Summary = Mapping[str, Any]
WIDE = 9600  # twentieths of a point between the margins of a page upright
LANDSCAPE = 14400
FEW = 60  # up to so many fiches each has its page; beyond, those at highest risk
MOST = 30
QUOTES = 8
LONGEST = 60  # rows of a table in a narrative; the workbook has them all
BAR = 15  # blocks of the longest bar


class Report:
    """A Word report while it is written."""

    def __init__(self, summary: Summary, template: Path | None) -> None:
        self.summary, self.lang = summary, str(summary["lang"])
        self.words = words(self.lang)
        self.document = _open(template)
        self.captions = 0
        self._width = WIDE
        self._styled = template is not None

    def heading(self, text: str, level: int) -> None:
        """Add a heading, real so that contents and navigation find it."""
        style = f"Heading {level}"
        paragraph = parts.add_paragraph(self.document, text, style)
        if not self._styled:
            for run in paragraph.runs:
                run.font.color.rgb = RGBColor(0x1D, 0x24, 0x30)

    def paragraph(self, text: str, style: str | None = None) -> Any:
        """Add a paragraph of text."""
        return parts.add_paragraph(self.document, text, style)

    def note(self, text: str) -> Any:
        """Add a paragraph that stays with what is below it."""
        paragraph = self.paragraph(text)
        paragraph.paragraph_format.keep_with_next = True
        return paragraph

    @contextmanager
    def across(self) -> Iterator[None]:
        """Write what is added meanwhile on pages across, where wide tables fit."""
        self._turn(WD_ORIENT.LANDSCAPE, LANDSCAPE)
        yield
        self._turn(WD_ORIENT.PORTRAIT, WIDE)

    def _turn(self, orientation: WD_ORIENT, width: int) -> None:
        section = self.document.add_section()
        section.orientation = orientation
        section.page_width, section.page_height = section.page_height, section.page_width
        self._width = width

    def table(self, rows: list[list[Cell]], weights: Sequence[float], caption: str, *,
              size: float = 8.5) -> None:  # fmt: skip
        """Add a table with its caption; what numbers leave of the width goes by `weights`."""
        self.captions += 1
        parts.caption(self.document, self.words["table"], self.captions, caption)
        widths, fitting = parts.widths(rows[0], weights, self._width, size)
        parts.append_table(self.document, parts.table(rows, widths, fitting))

    def plain(self, table: Table, *, size: float = 8.5) -> None:
        """Add one of the summary's tables as it is."""
        rows = [[Cell(c.label, right=c.kind != "text") for c in table.columns]]
        rows += [
            [
                Cell(shown(v, c.kind, self.lang), right=c.kind != "text")
                for v, c in zip(row, table.columns, strict=True)
            ]
            for row in table.rows[:LONGEST]
        ]
        if len(table.rows) > LONGEST:
            self.paragraph(say(self.lang, "docx_rows", n=LONGEST, of=len(table.rows)))
        weights = [min(c.width, 60) if c.kind == "text" else 1 for c in table.columns]
        self.table(rows, weights, table.caption, size=size)


def _open(template: Path | None) -> Any:
    try:
        document = Document(str(template) if template else None)
    except (PackageNotFoundError, OSError, ValueError, KeyError) as error:
        raise RunError(f"--template: {template} is no Word document (.docx)") from error
    if template is None:
        section = document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2)
        section.top_margin = section.bottom_margin = Cm(2)
        normal = document.styles["Normal"]
        normal.font.name, normal.font.size = "Calibri", Pt(10.5)
        normal.paragraph_format.space_after = Pt(5)
    return document


def write_docx(summary: Summary, file: BinaryIO, template: Path | None = None) -> None:
    """Write the report.

    Parameters
    ----------
    template : Path or None
        A document of the user's: its cover stays, its styles are taken.

    Raises
    ------
    RunError
        If the template is no Word document.
    """
    report = Report(summary, template)
    t, tables = report.words, tables_of(summary)
    parts.add_paragraph(report.document, summary["title"], "Title")
    for line in selection_lines(summary):
        report.paragraph(line)
    report.paragraph(t["contents"]).runs[0].bold = True
    parts.contents(report.document, _entries(summary, t), t["pending"])
    report.heading(t["summary"], 1)
    for line in summary["sentences"]:
        report.paragraph(line)
    report.heading(t["brief"], 1)
    _brief(report, summary["brief"])
    with report.across():
        _heat(report, tables["heat"])
    _charts(report, tables)
    _tables(report, tables)
    with report.across():
        _comparisons(report, tables)
    _programmes(report)
    report.heading(t["method"], 1)
    for line in method_lines(summary):
        report.paragraph(line)
    if tables["rejected"].rows:
        report.plain(tables["rejected"])
    _annex(report)
    report.document.core_properties.title = parts.clean(summary["title"])
    report.document.core_properties.author = f"assessor {summary['method']['assessor']}"
    report.document.save(file)


def _entries(summary: Summary, t: Mapping[str, str]) -> list[str]:
    names = ["summary", "brief", "heat", "ranking", "distribution", "groups", "changes",
             "findings", "programmes", "method", "annex"]  # fmt: skip
    if not summary["changes"]["pairs"]:
        names.remove("changes")
    if not summary["findings"]:
        names.remove("findings")
    return [t[name] for name in names]


def _brief(report: Report, sentences: Sequence[Mapping[str, Any]]) -> None:
    """Write a risk summary with a heading for each topic."""
    for topic, texts in by_topic(sentences):
        report.heading(report.words[f"topic_{topic}"], 2)
        for text in texts:
            report.paragraph(text, "List Bullet").paragraph_format.space_after = Pt(2)


def _topics(report: Report, sentences: Sequence[Mapping[str, Any]]) -> None:
    """Write a risk summary with a paragraph for each topic."""
    for topic, texts in by_topic(sentences):
        paragraph = report.paragraph("", "List Bullet")
        paragraph.add_run(f"{report.words[f'topic_{topic}']}. ").bold = True
        paragraph.add_run(parts.clean(" ".join(texts)))
        paragraph.paragraph_format.space_after = Pt(2)


def _level_cell(report: Report, level: str) -> Cell:
    entry = next(x for x in report.summary["levels"] if x["id"] == level)
    return Cell(
        entry["letter"], centre=True, bold=True, fill=parts.INK.get(entry["shade"]),
        colour=parts.ON_INK.get(entry["shade"], "1D2430"),
    )  # fmt: skip


def _count_cell(n: int, shade: str, lang: str) -> Cell:
    """Return a count, in its level's colour where it is not 0."""
    fill, colour = (parts.INK.get(shade), parts.ON_INK.get(shade)) if n else (None, None)
    return Cell(number(n, lang), right=True, fill=fill, colour=colour)


def _heat(report: Report, heat: Table) -> None:
    t = report.words
    report.heading(t["heat"], 1)
    legend = " · ".join(f"{x['letter']} {x['label']}" for x in report.summary["levels"])
    report.note(f"{t['legend']}: {legend}")
    rows = [
        [Cell(c.label, right=c.kind == "figure", turned=c.kind == "level") for c in heat.columns]
    ]
    rows += [
        [
            _level_cell(report, v)
            if c.kind == "level"
            else Cell(shown(v, c.kind, report.lang), right=c.kind == "figure")
            for v, c in zip(row, heat.columns, strict=True)
        ]
        for row in heat.rows
    ]
    weights = [c.width if c.kind == "text" else 2 for c in heat.columns]
    report.table(rows, weights, heat.caption, size=7.5)


def _charts(report: Report, tables: Mapping[str, Table]) -> None:
    """Write ranking and distribution with bars beside their numbers."""
    t, lang, s = report.words, report.lang, report.summary
    report.heading(t["ranking"], 1)
    report.note(tables["ranking"].note)
    statuses = [x["label"] for x in s["statuses"]]
    rows = [[Cell(t["issue"]), Cell(""), *(Cell(x, right=True) for x in statuses),
             Cell(t["any_status"], right=True),
             Cell(t["of"].capitalize(), right=True)]]  # fmt: skip
    for r in s["ranking"]:
        bar = "█" * round(BAR * r["n"] / r["of"]) if r["of"] else ""
        counts = [r["by_status"][x["id"]] for x in s["statuses"]]
        rows.append(
            [Cell(r["label"]), Cell(bar, colour="0B5394"),
             *(Cell(number(n, lang), right=True) for n in [*counts, r["n"], r["of"]])]
        )  # fmt: skip
    report.table(rows, [30, 30, *[1] * (len(statuses) + 2)], t["ranking"])
    report.heading(t["distribution"], 1)
    levels = s["levels"]
    rows = [[Cell(t["dimension"]), *(Cell(x["label"], right=True) for x in levels),
             Cell(t["total"], right=True)]]  # fmt: skip
    for d in s["distribution"]:
        cells = [_count_cell(d["counts"][x["id"]], x["shade"], lang) for x in levels]
        rows.append([Cell(d["label"]), *cells, Cell(number(d["total"], lang), right=True)])
    report.table(rows, [30, *[4] * len(levels), 2], t["distribution"])


def _tables(report: Report, tables: Mapping[str, Table]) -> None:
    for name in ("matrix", "cooccurrence", "money"):
        if tables[name].rows:
            report.heading(tables[name].caption, 2)
            report.note(tables[name].note)
            report.plain(tables[name], size=8)


def _comparisons(report: Report, tables: Mapping[str, Table]) -> None:
    """Write the tables of many columns: groups, changes, figures that do not hold together."""
    t, s = report.words, report.summary
    report.heading(t["groups"], 1)
    for line in group_notes(s):
        report.paragraph(line)
    if tables["groups"].rows:
        report.plain(tables["groups"], size=7.5)
    if s["changes"]["pairs"]:
        report.heading(tables["changes"].caption, 1)
        report.note(tables["changes"].note)
        for name in ("changes", "transitions", "issue_changes"):
            report.plain(tables[name], size=7.5)
    for key in ("only_before", "only_after"):
        if s["changes"][key]:
            report.paragraph(f"{t[key]}: {', '.join(s['changes'][key])}.")
    if s["findings"]:
        report.heading(t["findings"], 1)
        report.plain(tables["findings"], size=8)
    if s["missing"]:
        report.heading(t["missing"], 2)
        report.plain(tables["missing"], size=8)


def _programmes(report: Report) -> None:
    t, lang, s = report.words, report.lang, report.summary
    report.heading(t["programmes"], 1)
    kept = s["programmes"] if s["fiches"] <= FEW else s["programmes"][:MOST]
    if len(kept) < s["fiches"]:
        report.paragraph(say(lang, "docx_some", n=len(kept), of=s["fiches"]))
    for p in kept:
        report.heading(f"{p['name']} – {p['title']}" if p["title"] else p["name"], 2)
        facts = [f for f in (p["country"], p["window"], p["period"]) if f]
        if p["budget_total"] is not None:
            facts.append(f"{p['currency'] or ''} {number(p['budget_total'], lang)}".strip())
        report.note(" · ".join(facts))
        _topics(report, p["brief"])


def _annex(report: Report) -> None:
    t, lang = report.words, report.lang
    report.heading(t["annex"], 1)
    report.paragraph(t["quotes_note"])
    for issue in quotes_by_issue(report.summary, most=QUOTES):
        report.heading(issue["label"], 2)
        for status in issue["statuses"]:
            line = report.note(status["label"])
            line.runs[0].bold = True
            if status["of"] > QUOTES:
                line.add_run(f" ({say(lang, 'docx_quotes', n=QUOTES, of=status['of'])})")
            for quote in status["quotes"]:
                paragraph = report.paragraph("", "List Bullet")
                paragraph.add_run(f"«{parts.clean(' '.join(quote['text'].split()))}» ")
                source = paragraph.add_run(parts.clean(f"{quote['name']}, {quote['section']}"))
                source.italic = True
                paragraph.paragraph_format.space_after = Pt(2)
