"""Document → fiches."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field, replace

from assessor.codebook.schema import Codebook, Form
from assessor.documents.document import Document
from assessor.errors import FicheError, Rejection
from assessor.fiche.affinity import section_affinity
from assessor.fiche.build import build_fiche
from assessor.fiche.fiche import Fiche
from assessor.fiche.labels import LabelIndex, Occurrence
from assessor.fiche.layout import lines_of
from assessor.fiche.layout_line import Line
from assessor.fiche.segment import CERTAIN, choose, segment

RESTART_KINDS = {"money", "agency_money", "date", "numbered"}  # kinds that prose does not hold
MIN_LABELS = 3  # a document with fewer labels of the form is no fiche
_DEBRIS = re.compile(
    r"^(?:mailto:\S+|P[aá]gina\s+\d+(?:\s+de\s+\d+)?|\d{1,3}\s*/\s*\d{1,3})$", re.I
)


def parse_document(document: Document, codebook: Codebook) -> list[Fiche]:
    """Parse one document; to parse several, build one `FicheParser` and use it for all.

    Raises
    ------
    FicheError
        As `FicheParser.parse`.
    """
    return FicheParser(codebook).parse(document)


class FicheParser:
    """Parses documents by a codebook's forms; the forms' labels are indexed once."""

    def __init__(self, codebook: Codebook) -> None:
        self._codebook = codebook
        self._forms = [(form, LabelIndex(form, codebook)) for form in codebook.forms]
        self._affinity = section_affinity(codebook)

    def parse(self, document: Document) -> list[Fiche]:
        """Parse every fiche that a document holds.

        The form that explains the document best is used, of those the codebook knows.

        Raises
        ------
        FicheError
            If the document has not enough labels of any form.
        """
        readings = [_read(document, form, index) for form, index in self._forms]
        best = max(readings, key=lambda reading: reading.weight)
        if best.labels < MIN_LABELS:
            raise FicheError(
                Rejection.NOT_A_FICHE,
                f"only {best.labels} of the form's labels were found (at least {MIN_LABELS} "
                "needed); check that the file is a fiche, or describe its form in a codebook",
            )
        parts = _split_fiches(best)
        several = len(parts) > 1
        return [
            build_fiche(
                document, segment(lines, found, self._affinity), best.form, self._codebook, several
            )
            for lines, found in parts
        ]


@dataclass
class _Reading:
    """A document read with one form."""

    form: Form
    lines: list[Line]
    occurrences: list[Occurrence] = field(default_factory=list)
    weight: float = 0.0
    labels: int = 0


def _read(document: Document, form: Form, index: LabelIndex) -> _Reading:
    lines = [line for line in lines_of(document, index) if not _DEBRIS.match(line.text)]
    occurrences = index.occurrences(lines)
    chosen = [o for o in choose(occurrences) if o.score > 1]
    weight = sum(o.score for o in chosen)
    fields = {o.field.id for o in chosen if o.field.kind != "group"}
    return _Reading(form, lines, occurrences, weight, len(fields))


def _split_fiches(reading: _Reading) -> list[tuple[list[Line], list[Occurrence]]]:
    """Cut a document that holds several fiches where the form begins anew."""
    starts = _restarts(reading)
    if not starts:
        return [(reading.lines, reading.occurrences)]
    borders = [0, *starts, len(reading.lines)]
    parts = []
    for begin, end in itertools.pairwise(borders):
        found = [
            _shift(o, begin) for o in reading.occurrences if begin <= o.start[0] and o.end[0] < end
        ]
        parts.append((reading.lines[begin:end], found))
    return parts


def _shift(occurrence: Occurrence, lines: int) -> Occurrence:
    (start, a), (end, b) = occurrence.start, occurrence.end
    return replace(occurrence, start=(start - lines, a), end=(end - lines, b))


def _restarts(reading: _Reading) -> list[int]:
    """Return the lines where a further fiche begins.

    A label of the form's first third comes again, certain, after labels of its last third.
    """
    third = len(reading.form.fields) / 3
    starts: list[int] = []
    late, seen_first = 0, False
    for occurrence in reading.occurrences:
        if occurrence.score < CERTAIN - 0.4:
            continue
        if occurrence.order > 2 * third:
            late += 1
        elif occurrence.order < third and occurrence.field.kind in RESTART_KINDS:
            if seen_first and late >= 3:
                starts.append(_head_start(reading, occurrence.start[0]))
                late = 0
            seen_first = True
    return starts


def _head_start(reading: _Reading, first_label: int) -> int:
    """Go back from a fiche's first label to the line its head begins with."""
    lines = reading.lines
    last_label = max(
        (o.end[0] for o in reading.occurrences if o.end[0] < first_label and o.score >= CERTAIN),
        default=0,
    )
    countries = {name.casefold() for name in reading.form.countries}
    for number in range(first_label, max(last_label, first_label - 12), -1):
        if lines[number].text.strip(" .:").casefold() in countries:
            return number
        if lines[number].page != lines[number - 1].page:
            return number
    return first_label
