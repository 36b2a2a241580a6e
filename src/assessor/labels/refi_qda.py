"""Export of REFI-QDA projects (`.qdpx`), which NVivo, MAXQDA, ATLAS.ti and QualCoder open.

A fiche is a source and a case. Its sections follow one another in the source, each coded with its
dimension; ratings are variables of the case; issues are coded passages, with their annotator.
"""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from assessor import __version__
from assessor.codebook.schema import Codebook
from assessor.evidence import Span
from assessor.labels.batch import FACTS, Batch, Proposal
from assessor.labels.guide import word
from assessor.labels.guids import guid
from assessor.labels.refi_codes import PROJECT, Meaning, codes_element, xml_bytes
from assessor.labels.tables import IssueLabel, LabelledObservation
from assessor.labels.vocabulary import Vocabulary

ORIGIN = f"assessor {__version__}"
NAME_LENGTH = 100  # letters of a passage that its name repeats
CUT = "…"
CASE_FACTS = ("fiche_id", "annotator", "proposed_by", "writer", *FACTS)

Reading = tuple[LabelledObservation, Proposal | None]


def export_qdpx(batch: Batch, codebook: Codebook, lang: str) -> bytes:
    """Write a project; every observation with issues has a text."""
    names = Vocabulary(codebook, lang)
    sources = _sources(batch, codebook, names)
    project = _project(sources, batch, codebook, names, lang)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        _store(archive, "project.qde", xml_bytes(project))
        for source in sources:
            _store(archive, f"sources/{source.guid}.txt", source.text.encode())
    return buffer.getvalue()


def rating_variable(dimension: str) -> str:
    """Return the identifier of the variable that holds a dimension's rating."""
    return guid(f"variable/rating/{dimension}")


def fact_variable(name: str) -> str:
    """Return the identifier of a variable about the case."""
    return guid(f"variable/{name}")


@dataclass(slots=True)
class _Source:
    """A fiche's text; a fiche has a second source where annotators saw another text."""

    fiche: str
    guid: str
    readings: dict[str, list[Reading]] = field(default_factory=dict)  # by annotator
    texts: dict[str, str] = field(default_factory=dict)  # by dimension
    text: str = ""
    spans: dict[str, Span] = field(default_factory=dict)

    def takes(self, readings: Iterable[Reading]) -> bool:
        """Say whether readings are of the same texts."""
        return all(self.texts.get(x.dimension, x.text) == x.text for x, _ in readings)

    def lay_out(self, codebook: Codebook, names: Vocabulary) -> None:
        """Join the sections into one text, in the codebook's order, under headings."""
        for dimension in codebook.dimensions:
            text = self.texts.get(dimension.id, "")
            if text:
                self.text += f"{names.shown('dimension', dimension.id)}\n"
                start = len(self.text)
                self.spans[dimension.id] = Span(start, start + len(text))
                self.text += f"{text}\n\n"


def _sources(batch: Batch, codebook: Codebook, names: Vocabulary) -> list[_Source]:
    ordered = sorted(batch.readings(), key=lambda x: (x[0].fiche_id, x[0].annotator))
    sources: list[_Source] = []
    for (fiche, annotator), same in groupby(ordered, key=lambda x: (x[0].fiche_id, x[0].annotator)):
        readings = list(same)
        own = [s for s in sources if s.fiche == fiche]
        source = next((s for s in own if s.takes(readings)), None)
        if source is None:
            source = _Source(fiche, guid(f"source/{fiche}/{len(own)}"))
            sources.append(source)
        source.readings[annotator] = readings
        source.texts.update((x.dimension, x.text) for x, _ in readings)
    for source in sources:
        source.lay_out(codebook, names)
    return sources


def _project(
    sources: Sequence[_Source], batch: Batch, codebook: Codebook, names: Vocabulary, lang: str
) -> ET.Element:
    root = ET.Element("Project", xmlns=PROJECT, name="assessor", origin=ORIGIN)
    annotators = sorted({who for source in sources for who in source.readings} - {""})
    if annotators:
        users = ET.SubElement(root, "Users")
        for who in annotators:
            ET.SubElement(users, "User", guid=_user(who), name=who)
    book = ET.SubElement(root, "CodeBook")
    book.append(codes_element(codebook, lang))
    _variables(root, codebook, names, lang)
    cases = ET.SubElement(root, "Cases")
    texts = ET.SubElement(root, "Sources")
    for source in sources:
        for annotator, readings in source.readings.items():
            _case(cases, source, annotator, readings, batch, names)
        _text_source(texts, source, lang)
    return root


def _variables(root: ET.Element, codebook: Codebook, names: Vocabulary, lang: str) -> None:
    variables = ET.SubElement(root, "Variables")
    named = [(fact_variable(name), name) for name in CASE_FACTS]
    for dimension in codebook.dimensions:
        label = f"{word('case_rating', lang)}: {names.shown('dimension', dimension.id)}"
        named.append((rating_variable(dimension.id), label))
    for identifier, name in named:
        ET.SubElement(variables, "Variable", guid=identifier, name=name, typeOfVariable="Text")


def _case(
    cases: ET.Element,
    source: _Source,
    annotator: str,
    readings: Sequence[Reading],
    batch: Batch,
    names: Vocabulary,
) -> None:
    alone = len(source.readings) == 1
    name = source.fiche if alone else f"{source.fiche} · {annotator}"
    case = ET.SubElement(cases, "Case", guid=guid(f"case/{source.guid}/{annotator}"), name=name)
    first, proposal = readings[0]
    facts = {
        "fiche_id": source.fiche, "writer": first.writer,
        "annotator" if proposal is None else "proposed_by": annotator,
        **batch.facts.get(source.fiche, {}),
    }  # fmt: skip
    values = [(fact_variable(k), facts[k]) for k in CASE_FACTS if facts.get(k)]
    for label, _ in readings:
        level = names.shown("rating", label.rating)
        values.append((rating_variable(label.dimension), level))
    for variable, value in values:
        element = ET.SubElement(case, "VariableValue")
        ET.SubElement(element, "VariableRef", targetGUID=variable)
        ET.SubElement(element, "TextValue").text = value
    ET.SubElement(case, "SourceRef", targetGUID=source.guid)


def _text_source(texts: ET.Element, source: _Source, lang: str) -> None:
    path = f"internal://{source.guid}.txt"
    element = ET.SubElement(
        texts, "TextSource", guid=source.guid, name=source.fiche, plainTextPath=path
    )
    for dimension, span in source.spans.items():
        key = f"{source.guid}/{dimension}"
        _selection(element, source, span, key, Meaning(dimension=dimension))
    for annotator, readings in source.readings.items():
        for label, proposal in readings:
            for number, issue in enumerate(label.issues):
                _coded(element, source, annotator, label, proposal, number, issue, lang)


def _coded(
    element: ET.Element,
    source: _Source,
    annotator: str,
    label: LabelledObservation,
    proposal: Proposal | None,
    number: int,
    issue: IssueLabel,
    lang: str,
) -> None:
    section = source.spans[label.dimension]
    span, said = section, word("no_quote", lang)
    if issue.start is not None:
        span = Span(section.start + issue.start, section.start + issue.start + len(issue.evidence))
        said = ""
    if proposal is not None:
        sure = f"{word('confidence', lang)} {proposal.issue_confidences[number]:.2f}"
        said = f"{said}; {sure}" if said else sure
    key = f"{source.guid}/{label.dimension}/{annotator}/{number}"
    _selection(element, source, span, key, Meaning(issue.code, issue.status), annotator, said)


def _selection(
    element: ET.Element,
    source: _Source,
    span: Span,
    key: str,
    meaning: Meaning,
    annotator: str = "",
    description: str = "",
) -> None:
    quote = span.of(source.text)
    name = quote if len(quote) <= NAME_LENGTH else quote[:NAME_LENGTH] + CUT
    selection = ET.SubElement(
        element, "PlainTextSelection", guid=guid(f"selection/{key}"), name=name,
        startPosition=str(span.start), endPosition=str(span.end),
    )  # fmt: skip
    if description:
        ET.SubElement(selection, "Description").text = description
    coding = ET.SubElement(selection, "Coding", guid=guid(f"coding/{key}"))
    ET.SubElement(coding, "CodeRef", targetGUID=meaning.guid)
    if annotator:
        for made in (selection, coding):
            made.set("creatingUser", _user(annotator))


def _user(name: str) -> str:
    return guid(f"user/{name}")


def _store(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Store a file with a fixed date, so that exports repeat byte by byte."""
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, data)
