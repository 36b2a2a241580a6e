"""REFI-QDA projects and codebooks in: every code and coding, and the labels among them."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from assessor.codebook.schema import Codebook
from assessor.errors import LabelError
from assessor.evidence import Span
from assessor.labels.anchor import anchor, canonical, canonical_place
from assessor.labels.archive import read_archive, read_bounded
from assessor.labels.guide import both
from assessor.labels.refi_codes import Meaning, ReadCode, local, read_codes, text_of
from assessor.labels.refi_qda import CASE_FACTS, CUT, fact_variable, rating_variable
from assessor.labels.tables import UNCHECKED, Row, Rows, SetAside
from assessor.labels.vocabulary import Vocabulary

MARKS = (CUT, "...")  # of a name that was cut


@dataclass(frozen=True, slots=True)
class Passage:
    """A coded passage.

    Parameters
    ----------
    number : int
        Which coding of the project it is, from 1.
    span : Span or None
        In the source's canonical text; None where it has none.
    """

    number: int
    source: str
    kind: str
    name: str
    span: Span | None
    code: ReadCode
    user: str
    description: str


@dataclass(frozen=True, slots=True)
class Case:
    """A case: the values of its variables by their meaning, and its sources."""

    number: int
    name: str
    facts: Mapping[str, str]
    ratings: Mapping[str, str]
    sources: frozenset[str]

    def reader(self, annotator: str) -> str | None:
        """Return its annotator; None for a model's proposals that nobody checked."""
        if self.facts.get("proposed_by") and not self.facts.get("annotator"):
            return annotator or None
        return self.facts.get("annotator", "") or annotator


def rows_of_qdpx(path: Path, codebook: Codebook, annotator: str = "") -> Rows:
    """Read a project: its labels, and all its codes and codings as further tables.

    Parameters
    ----------
    annotator : str
        Who checked what a model proposed.

    Raises
    ------
    LabelError
        If it is damaged, too large once decompressed, or holds no project.
    """
    files = read_archive(path)
    name = next((n for n in sorted(files) if n.endswith(".qde") and "/" not in n), None)
    if name is None:
        raise LabelError(f"{path}: contains no project (.qde)")
    project = _Project(_parse(files[name], path), files, codebook)
    rows = Rows(others={"codes": [code.record() for code in project.codes.values()],
                        "codings": [project.record(p) for p in project.passages]})  # fmt: skip
    _labels(project, path.name, rows, annotator)
    return rows


def rows_of_qdc(path: Path, codebook: Codebook) -> Rows:
    """Read a codebook: codes only.

    Raises
    ------
    LabelError
        If it is damaged.
    """
    root = _parse(read_bounded(path), path)
    codes = [c for part in root if local(part) == "Codes" for c in read_codes(part, codebook)]
    return Rows(others={"codes": [code.record() for code in codes]})


def _parse(data: bytes, path: Path) -> ET.Element:
    try:
        root: ET.Element = fromstring(data, forbid_dtd=True)
    except (ET.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise LabelError(f"{path}: its XML is damaged or declares entities") from error
    return root


class _Project:
    """A project's parts, looked up by identifier."""

    def __init__(self, root: ET.Element, files: Mapping[str, bytes], codebook: Codebook) -> None:
        self._files = {name.lower(): data for name, data in files.items()}
        self._vocabulary = Vocabulary(codebook)
        parts = {local(part): part for part in root}
        self.users = {_guid(x): x.get("name", "") for x in parts.get("Users", ())}
        book = parts.get("CodeBook", ())
        found = [c for part in book if local(part) == "Codes" for c in read_codes(part, codebook)]
        self.codes = {code.guid: code for code in found}
        self._meanings = self._variables(parts.get("Variables", ()), codebook)
        self.raw: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.passages = list(self._passages(parts.get("Sources", ())))
        self.cases = [self._case(n, x) for n, x in enumerate(parts.get("Cases", ()), start=1)]

    def quote(self, passage: Passage) -> str:
        """Return a passage's words; its name where the source has no text."""
        text = self.texts.get(passage.source, "")
        return passage.span.of(text) if passage.span else passage.name

    def record(self, passage: Passage) -> dict[str, str]:
        """Return a passage as a row of `codings.csv`."""
        span = passage.span
        return {"source": self.names[passage.source], "kind": passage.kind,
                "start": str(span.start) if span else "", "end": str(span.end) if span else "",
                "quote": self.quote(passage), "code": " / ".join(passage.code.path),
                "user": passage.user, "description": passage.description}  # fmt: skip

    def _variables(
        self, elements: Sequence[ET.Element] | ET.Element, codebook: Codebook
    ) -> dict[str, tuple[str, str]]:
        """Map variables to their meaning: (``fact``, name) or (``rating``, dimension)."""
        known = {fact_variable(name): ("fact", name) for name in CASE_FACTS}
        known |= {rating_variable(d.id): ("rating", d.id) for d in codebook.dimensions}
        found = {}
        for element in elements:
            name = element.get("name", "")
            meaning = known.get(_guid(element)) or self._variable_named(name)
            if meaning:
                found[_guid(element)] = meaning
        return found

    def _variable_named(self, name: str) -> tuple[str, str] | None:
        if name in CASE_FACTS:
            return "fact", name
        prefix, _, dimension = name.partition(": ")
        if prefix in both("case_rating"):
            try:
                return "rating", self._vocabulary.read("dimension", dimension)
            except LabelError:
                return None
        return None

    def _case(self, number: int, element: ET.Element) -> Case:
        values: dict[str, dict[str, str]] = {"fact": {}, "rating": {}}
        for value in (x for x in element if local(x) == "VariableValue"):
            reference = next((_target(x) for x in value if local(x) == "VariableRef"), "")
            if reference in self._meanings:
                kind, name = self._meanings[reference]
                values[kind][name] = text_of(value, "TextValue")
        sources = frozenset(_target(x) for x in element if local(x) == "SourceRef")
        return Case(number, element.get("name", ""), values["fact"], values["rating"], sources)

    def _passages(self, sources: Sequence[ET.Element] | ET.Element) -> Iterator[Passage]:
        number = 0
        for source in sources:
            key = _guid(source)
            self.names[key] = source.get("name", "")
            for holder in source.iter():
                if local(holder) in {"TextSource", "Representation", "TextDescription"}:
                    self._read_text(key, holder)
            for holder in source.iter():
                for coding in (x for x in holder if local(x) == "Coding"):
                    number += 1
                    yield self._passage(number, key, holder, coding)

    def _passage(self, number: int, key: str, holder: ET.Element, coding: ET.Element) -> Passage:
        target = next((_target(x) for x in coding if local(x) == "CodeRef"), "")
        code = self.codes.get(target) or ReadCode(target, (target,), "", None)
        user = coding.get("creatingUser") or holder.get("creatingUser") or ""
        kind = local(holder)
        span = self._span(key, holder) if kind == "PlainTextSelection" else None
        who, said = self.users.get(_plain(user), ""), text_of(holder, "Description")
        return Passage(number, key, kind, holder.get("name", ""), span, code, who, said)

    def _read_text(self, key: str, holder: ET.Element) -> None:
        """Read a source's text from the archive, never from a path outside it."""
        scheme, _, place = holder.get("plainTextPath", "").partition("://")
        data = self._files.get(f"sources/{place}".lower()) if scheme == "internal" else None
        raw = text_of(holder, "PlainTextContent")
        if data is not None:
            raw = data.decode("utf-8-sig", "replace")
        if raw and key not in self.raw:
            self.raw[key], self.texts[key] = raw, canonical(raw)

    def _span(self, key: str, selection: ET.Element) -> Span | None:
        """Return a passage's span: by its positions if its name agrees with them, else by its name.

        Programs count line breaks as one or two and byte order marks as one or none.
        """
        text, raw = self.texts.get(key, ""), self.raw.get(key, "")
        places = [_integer(selection.get(side)) for side in ("startPosition", "endPosition")]
        name = canonical(selection.get("name", ""))
        shown = next((name.removesuffix(m) for m in MARKS if name.endswith(m)), name)
        moved = [canonical_place(raw, place) if place is not None else None for place in places]
        spans = [s for s in (_within(places, text), _within(moved, text)) if s is not None]
        agreeing = [s for s in spans if s.of(text).startswith(shown)]
        if agreeing or not shown:
            return next(iter(agreeing or spans), None)
        found = anchor(text, shown, places[0])
        if found is None:
            return spans[0] if spans else None
        if shown != name and spans:  # the name was cut: the length is the positions'
            length = spans[0].end - spans[0].start
            return Span(found.start, min(len(text), max(found.end, found.start + length)))
        return found


def _labels(project: _Project, file: str, rows: Rows, annotator: str) -> None:
    sections = _sections(project)
    readers: dict[str, list[str | None]] = {}
    for case in project.cases:
        reader = case.reader(annotator)
        for source in sorted(case.sources):
            readers.setdefault(source, []).append(reader)
            if not case.ratings:
                continue
            if reader is None:
                rows.undecided.append(SetAside(file, case.number, UNCHECKED))
                continue
            fiche = case.facts.get("fiche_id") or case.name
            for dimension, rating in case.ratings.items():
                span = sections.get(source, {}).get(dimension)
                text = span.of(project.texts[source]) if span else ""
                values = {"fiche_id": fiche, "dimension": dimension, "rating": rating,
                          "annotator": reader, "text": text,
                          "writer": case.facts.get("writer", "")}  # fmt: skip
                rows.ratings.append(Row(file, case.number, values))
    fiches = {s: c.facts.get("fiche_id") or c.name for c in project.cases for s in c.sources}
    for passage in project.passages:
        meaning = passage.code.meaning
        if meaning is None:
            reason = "the codebook has no such code; see codings.csv"
            rows.rejected.append(SetAside(file, passage.number, reason))
        elif meaning.code:
            who = _who(passage.user, readers.get(passage.source, []))
            if who is None:
                rows.undecided.append(SetAside(file, passage.number, UNCHECKED))
                continue
            fiche = fiches.get(passage.source, project.names[passage.source])
            _issue(project, file, rows, passage, meaning, sections, fiche, who)


def _sections(project: _Project) -> dict[str, dict[str, Span]]:
    """Return where each source has its sections: passages coded with a dimension."""
    found: dict[str, dict[str, Span]] = {}
    for passage in project.passages:
        meaning = passage.code.meaning
        if meaning is not None and meaning.dimension and passage.span is not None:
            found.setdefault(passage.source, {}).setdefault(meaning.dimension, passage.span)
    return found


def _who(user: str, readers: Sequence[str | None]) -> str | None:
    """Return whose a coding is: its user's, or that of the source's only reader."""
    if user not in readers and len(readers) == 1:
        return readers[0]
    return user


def _issue(
    project: _Project,
    file: str,
    rows: Rows,
    passage: Passage,
    meaning: Meaning,
    sections: Mapping[str, Mapping[str, Span]],
    fiche: str,
    annotator: str,
) -> None:
    span = passage.span
    if span is None:
        reason = "the passage has no plain text; see codings.csv"
        rows.rejected.append(SetAside(file, passage.number, reason))
        return
    holders = sections.get(passage.source, {})
    dimension = next((d for d, s in holders.items() if _holds(s, span)), None)
    if dimension is None:
        reason = "the passage is not inside one section; code the sections with the dimensions"
        rows.rejected.append(SetAside(file, passage.number, reason))
        return
    section = holders[dimension]
    unquoted = any(passage.description.startswith(mark) for mark in both("no_quote"))
    values = {
        "fiche_id": fiche, "dimension": dimension, "code": meaning.code,
        "status": meaning.status, "annotator": annotator,
        "evidence": "" if unquoted and span == section else project.quote(passage),
        "start": str(span.start - section.start), "text": section.of(project.texts[passage.source]),
    }  # fmt: skip
    rows.issues.append(Row(file, passage.number, values))


def _holds(section: Span, span: Span) -> bool:
    return section.start <= span.start and span.end <= section.end


def _within(places: Sequence[int | None], text: str) -> Span | None:
    start, end = places
    if start is None or end is None or not 0 <= start < end <= len(text):
        return None
    return Span(start, end)


def _integer(text: str | None) -> int | None:
    value = (text or "").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 12 else None


def _guid(element: ET.Element) -> str:
    return _plain(element.get("guid", ""))


def _target(element: ET.Element) -> str:
    return _plain(element.get("targetGUID", ""))


def _plain(guid: str) -> str:
    return guid.strip("{} ").lower()
