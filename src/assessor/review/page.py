"""What the page shows, as data for its templates; every text of a fiche is escaped there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined

from assessor.codebook.schema import Codebook, IssueType
from assessor.folding import fold
from assessor.reports.summary.labels import Labels
from assessor.reports.summary.programmes import programme_name, segments
from assessor.reports.words import number, share, words
from assessor.review.decisions import Decision, Key, Reading, ReadIssue
from assessor.review.queue import Filter, Queue
from assessor.review.sections import Section, by_section

PACKAGE = "assessor.review"
REASONS = 4


@dataclass(frozen=True, slots=True)
class View:
    """What an annotator looks at.

    Parameters
    ----------
    section : Section or None
        The section shown; None where nothing is left that the filter wants.
    """

    annotator: str
    chosen: Filter
    section: Section | None

    def address(self, section: Section | None = None) -> str:
        """Return the query that shows a section with the same filter."""
        values = {
            "who": self.annotator, "in": self.chosen.dimension, "of": self.chosen.programme,
            "open": "1" if self.chosen.undecided else "",
        }  # fmt: skip
        if section is not None:
            values |= {"fiche": section.key[0], "dimension": section.dimension}
        return "?" + urlencode({name: value for name, value in values.items() if value})


class Page:
    """Makes the page of a run.

    Parameters
    ----------
    lang : str
        ``es`` or ``en``.
    """

    def __init__(self, queue: Queue, codebook: Codebook, lang: str) -> None:
        self.queue, self.codebook, self.lang = queue, codebook, lang
        self.words = words(lang, package=PACKAGE)
        self._labels = Labels(codebook, lang)
        self._templates = _environment(lang)

    def render(self, name: str, **values: Any) -> str:
        """Render a template."""
        return self._templates.get_template(name).render(t=self.words, lang=self.lang, **values)

    def whole(self, view: View, decisions: Sequence[Decision]) -> str:
        """Render the page."""
        codes = sorted(self.codebook.issues, key=lambda issue: fold(self._labels.issue(issue.id)))
        return self.render(
            "page.html.j2",
            codes=[self._code(issue) for issue in codes],
            statuses=[self._labels_of_status(status.id) for status in self.codebook.statuses],
            **self._values(view, decisions),
        )

    def part(self, view: View, decisions: Sequence[Decision]) -> str:
        """Render what a decision may change: progress, filter and section."""
        return self.render("review.html.j2", **self._values(view, decisions))

    def wanted(self, view: View, decisions: Sequence[Decision]) -> Any:
        """Return the function that says whether a section comes up for an annotator."""
        decided = self._decided(view, decisions)
        return lambda section: (
            view.chosen.wants(section) and not (view.chosen.undecided and section.key in decided)
        )

    def undecided(self, view: View, decisions: Sequence[Decision]) -> Any:
        """Return the function that says whether a section is still to be decided."""
        decided = self._decided(view, decisions)
        return lambda section: view.chosen.wants(section) and section.key not in decided

    def _decided(self, view: View, decisions: Sequence[Decision]) -> set[Key]:
        grouped = by_section(d for d in decisions if d.annotator == view.annotator)
        return {
            section.key
            for section in self.queue.sections
            if section.key in grouped and section.reading(grouped[section.key]).decided
        }

    def _values(self, view: View, decisions: Sequence[Decision]) -> dict[str, Any]:
        decided = self._decided(view, decisions)
        inside = [s for s in self.queue.sections if view.chosen.wants(s)]
        return {
            "view": view,
            "done": sum(s.key in decided for s in inside),
            "total": len(inside),
            "dimensions": [(d.id, self._labels.dimension(d.id)) for d in self.codebook.dimensions],
            "programmes": self._programmes(),
            "s": None if view.section is None else self._section(view, view.section, decisions),
        }

    def _programmes(self) -> list[tuple[str, str]]:
        names = {s.key[0]: programme_name(s.fiche) for s in self.queue.sections}
        return sorted(names.items(), key=lambda item: (item[1], item[0]))

    def _section(
        self, view: View, section: Section, decisions: Sequence[Decision]
    ) -> dict[str, Any]:
        own = by_section(d for d in decisions if d.annotator == view.annotator)
        reading = section.reading(own[section.key])
        wanted = self.wanted(view, decisions)
        before, after = self.queue.before(section, wanted), self.queue.after(section, wanted)
        fiche, labels = section.fiche, self._labels
        others = {d.annotator for d in decisions if d.section == section.key} - {view.annotator}
        return {
            "fiche_id": section.key[0],
            "dimension": section.dimension,
            "label": labels.dimension(section.dimension),
            "title": fiche["title"] or fiche["fiche_id"],
            "facts": [x for x in (fiche["country"], fiche["code"], fiche["period"]) if x],
            "place": self.queue.place(section),
            "before": before and view.address(before),
            "after": after and view.address(after),
            "flagged": section.rating["review"],
            "confidence": section.rating["confidence"],
            "proposed": labels.level(section.proposal.rating),
            "rating": reading.rating,
            "decided": reading.decided,
            "levels": self._levels(),
            "segments": _numbered(section, reading),
            "issues": [self._issue(section, issue) for issue in reading.issues],
            "removed": [self._issue(section, issue) for issue in reading.rejected],
            "note": reading.note,
            "others": sorted(others),
            "reasons": [r for r in section.reasons if r["words"]][:REASONS],
        }  # fmt: skip

    def _levels(self) -> list[dict[str, Any]]:
        """Return the levels with the key that sets each."""
        entries = [self._labels.level_entry(level.id) for level in self.codebook.levels]
        return [{**entry, "key": entry["value"] or 0} for entry in entries]

    def _issue(self, section: Section, issue: ReadIssue) -> dict[str, Any]:
        proposed = {row["code"] for row in section.issues}
        return {
            "code": issue.code, "status": issue.status, "label": self._labels.issue(issue.code),
            "status_label": self._labels.status(issue.status),
            "evidence": section.text[issue.start : issue.end], "by": issue.by,
            "added": issue.code not in proposed,
        }  # fmt: skip

    def _code(self, issue: IssueType) -> dict[str, Any]:
        return {
            "id": issue.id, "label": self._labels.issue(issue.id), "usual": issue.usual,
            "means": issue.means,
        }  # fmt: skip

    def _labels_of_status(self, name: str) -> tuple[str, str]:
        return name, self._labels.status(name)


def _numbered(section: Section, reading: Reading) -> list[dict[str, Any]]:
    """Return the text in pieces, each with the numbers of the issues it proves and ends."""
    rows = [issue.place() for issue in reading.issues]
    number_of = {f"{i.code}:{i.status}": n for n, i in enumerate(reading.issues, start=1)}
    pieces, end = [], 0
    for piece in segments(section.text, rows):
        end += len(piece["text"])
        numbers = [number_of[name] for name in piece["issues"]]
        ends = [n for n in numbers if rows[n - 1]["end"] == end]
        pieces.append({"text": piece["text"], "issues": numbers, "ends": ends})
    return pieces


def _environment(lang: str) -> Environment:
    made = Environment(
        loader=PackageLoader(PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["share"] = lambda value: share(value, lang)
    made.filters["number"] = lambda value, decimals=0: number(value, lang, decimals)
    return made


def css_and_script() -> Mapping[str, tuple[str, str]]:
    """Return the files the page needs: name → package and path. No other file is served."""
    return {
        "report.css": ("assessor.reports", "templates/report.css"),
        "review.css": (PACKAGE, "templates/review.css"),
        "review.js": (PACKAGE, "templates/review.js"),
    }
