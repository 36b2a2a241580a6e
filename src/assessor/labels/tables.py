"""Label tables → labelled observations.

Importers of every format yield rows as the tables hold them. `labels_of_rows` alone validates
them: a row that it cannot use is set aside with file, row and reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from assessor.codebook.schema import Codebook
from assessor.errors import LabelError
from assessor.evidence import Span
from assessor.labels.anchor import anchor, canonical, canonical_place
from assessor.labels.vocabulary import Vocabulary

RATING_COLUMNS = ("fiche_id", "dimension", "rating", "annotator", "writer", "text")
ISSUE_COLUMNS = (
    "fiche_id", "dimension", "code", "status", "evidence", "start", "end", "annotator", "writer",
    "text",
)  # fmt: skip
DROPPED = {"no", "n", "0", "false"}  # in the column `keep`: the issue is rejected
UNSETTLED = "?"  # in the column `keep`: annotators disagree and nobody has adjudicated yet
REFEREE = "adjudicated"  # the annotator name of adjudicated labels

Section = tuple[str, str]  # fiche, dimension
Key = tuple[str, str, str]  # fiche, dimension, annotator
UNCHECKED = "proposed by a model; say who checked it with --annotator"


@dataclass(frozen=True, slots=True)
class IssueLabel:
    """One issue that an annotator marked.

    Parameters
    ----------
    start : int, optional
        Where the evidence begins in the text, in code points; None for an issue without evidence.
    """

    code: str
    status: str
    evidence: str
    start: int | None = None

    @property
    def end(self) -> int | None:
        """Where the evidence ends, exclusive."""
        return None if self.start is None else self.start + len(self.evidence)

    def span_in(self, text: str) -> Span | None:
        """Return the evidence's span in the section's text; None where it is not there.

        Without an offset it is the first occurrence of the evidence.
        """
        if not self.evidence:
            return None
        start = text.find(self.evidence) if self.start is None else self.start
        return Span(start, start + len(self.evidence)) if start >= 0 else None


@dataclass(frozen=True, slots=True)
class LabelledObservation:
    """An observation as one annotator labelled it.

    Parameters
    ----------
    writer : str
        Who wrote the text; empty where the table does not say.
    """

    fiche_id: str
    dimension: str
    text: str
    rating: str
    issues: tuple[IssueLabel, ...]
    annotator: str
    writer: str = ""

    @property
    def section(self) -> Section:
        """Fiche and dimension."""
        return self.fiche_id, self.dimension

    @property
    def key(self) -> Key:
        """Fiche, dimension and annotator: unique among the labels of a table."""
        return self.fiche_id, self.dimension, self.annotator


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a label table with its file and row number, from 1."""

    file: str
    number: int
    values: Mapping[str, str]

    def get(self, column: str) -> str:
        """Return a cell, trimmed; empty where the column is missing."""
        return self.values.get(column, "").strip()


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row that gave no label, and why; the reason never holds text of a fiche."""

    file: str
    row: int
    reason: str

    def __str__(self) -> str:
        """Write `issues.csv, row 3: code 'x' …`."""
        return f"{self.file}, row {self.row}: {self.reason}"


@dataclass(slots=True)
class Rows:
    """The rows of a label file before validation.

    Parameters
    ----------
    rejected, undecided : list of SetAside
        Rows that the importer already ruled out: damaged, cancelled, not answered.
    others : dict
        Further tables for the user, by name (`codes`, `codings` of a QDA project).
    """

    ratings: list[Row] = field(default_factory=list)
    issues: list[Row] = field(default_factory=list)
    rejected: list[SetAside] = field(default_factory=list)
    undecided: list[SetAside] = field(default_factory=list)
    others: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    def add(self, more: Rows) -> None:
        """Add another file's rows."""
        self.ratings += more.ratings
        self.issues += more.issues
        self.rejected += more.rejected
        self.undecided += more.undecided
        for name, table in more.others.items():
            self.others.setdefault(name, []).extend(table)


@dataclass(frozen=True, slots=True)
class LabelTable:
    """The labels of a table, and the rows that gave none.

    Parameters
    ----------
    rejected : tuple of SetAside
        Rows that are wrong.
    undecided : tuple of SetAside
        Rows that nobody has labelled yet, or that an annotator skipped.
    """

    labels: tuple[LabelledObservation, ...]
    rejected: tuple[SetAside, ...] = ()
    undecided: tuple[SetAside, ...] = ()


def labels_of_rows(rows: Rows, codebook: Codebook, annotator: str = "") -> LabelTable:
    """Validate rows and attach issues to their ratings, in the ratings' order.

    Parameters
    ----------
    annotator : str
        Who labelled, where a row does not say.
    """
    checked = _Checked(Vocabulary(codebook), annotator, list(rows.rejected), list(rows.undecided))
    labels = checked.ratings(rows.ratings)
    issues = checked.issues(rows.issues, labels)
    return LabelTable(
        tuple(replace(x, issues=tuple(issues[key])) for key, x in labels.items()),
        tuple(checked.rejected),
        tuple(checked.undecided),
    )


@dataclass(frozen=True, slots=True)
class _Checked:
    """Validates rows and gathers those that gave no label."""

    names: Vocabulary
    annotator: str
    rejected: list[SetAside]
    undecided: list[SetAside]

    def ratings(self, rows: Iterable[Row]) -> dict[Key, LabelledObservation]:
        """Return the labels, without issues, in order."""
        labels: dict[Key, LabelledObservation] = {}
        for row in rows:
            if not row.get("rating"):
                self._undecided(row, "no rating yet")
                continue
            try:
                label = _reading(row, self.names, self.annotator)
                _unchanged(label, labels.get(label.key))
                labels.setdefault(label.key, label)
            except LabelError as error:
                self._rejected(row, error)
        return labels

    def issues(
        self, rows: Iterable[Row], labels: Mapping[Key, LabelledObservation]
    ) -> Mapping[Key, list[IssueLabel]]:
        """Return each label's issues, in order."""
        annotators: dict[Section, list[str]] = defaultdict(list)
        for label in labels.values():
            annotators[label.section].append(label.annotator)
        issues: dict[Key, list[IssueLabel]] = defaultdict(list)
        for row in rows:
            if row.get("keep").casefold() in DROPPED:
                continue
            try:
                key = _owner(row, self.names, annotators, self.annotator)
                if row.get("keep") == UNSETTLED:
                    self._undecided(row, "keep is still «?»")
                elif key is None:
                    self._undecided(row, "its section has no rating yet")
                else:
                    issue = _issue(row, self.names, labels[key].text)
                    if issue not in issues[key]:
                        issues[key].append(issue)
            except LabelError as error:
                self._rejected(row, error)
        return issues

    def _rejected(self, row: Row, error: LabelError) -> None:
        self.rejected.append(SetAside(row.file, row.number, str(error)))

    def _undecided(self, row: Row, reason: str) -> None:
        self.undecided.append(SetAside(row.file, row.number, reason))


def read_labels(folder: Path, codebook: Codebook) -> list[LabelledObservation]:
    """Read `ratings.csv` and `issues.csv` of a folder, in the ratings' order, all or nothing.

    Raises
    ------
    LabelError
        If a file is missing or a row cannot be used; names file and row.
    """
    from assessor.labels.csv_tables import rows_of_csv

    rows = rows_of_csv(folder / "ratings.csv")
    rows.add(rows_of_csv(folder / "issues.csv"))
    table = labels_of_rows(rows, codebook)
    unusable = (*table.rejected, *table.undecided)
    if unusable:
        raise LabelError(str(unusable[0]))
    return list(table.labels)


def one_reading(labels: Iterable[LabelledObservation]) -> list[LabelledObservation]:
    """Keep one label per section: the adjudicated one, else that of the first annotator by name."""
    first: dict[Section, LabelledObservation] = {}
    for label in sorted(labels, key=lambda x: (x.section, x.annotator != REFEREE, x.annotator)):
        first.setdefault(label.section, label)
    return list(first.values())


def rating_records(labels: Sequence[LabelledObservation]) -> list[dict[str, str]]:
    """Return the rows of the table `ratings`."""
    return [
        {"fiche_id": x.fiche_id, "dimension": x.dimension, "rating": x.rating,
         "annotator": x.annotator, "writer": x.writer, "text": x.text}
        for x in labels
    ]  # fmt: skip


def issue_records(labels: Sequence[LabelledObservation]) -> list[dict[str, str]]:
    """Return the rows of the table `issues`."""
    return [
        {"fiche_id": x.fiche_id, "dimension": x.dimension, "code": i.code, "status": i.status,
         "evidence": i.evidence, "start": _place(i.start), "end": _place(i.end),
         "annotator": x.annotator, "writer": x.writer, "text": x.text}
        for x in labels for i in x.issues
    ]  # fmt: skip


def _place(value: int | None) -> str:
    return "" if value is None else str(value)


def _reading(row: Row, names: Vocabulary, annotator: str) -> LabelledObservation:
    fiche = canonical(row.get("fiche_id"))
    if not fiche:
        raise LabelError("fiche_id is empty")
    dimension = names.read("dimension", row.get("dimension"))
    rating = names.read("rating", row.get("rating"))
    who = canonical(row.get("annotator")) or annotator
    text = canonical(row.values.get("text", ""))
    writer = canonical(row.get("writer"))
    return LabelledObservation(fiche, dimension, text, rating, (), who, writer)


def _unchanged(reading: LabelledObservation, known: LabelledObservation | None) -> None:
    if known is not None and (known.rating, known.text) != (reading.rating, reading.text):
        what = "rated otherwise" if known.rating != reading.rating else "with another text"
        raise LabelError(f"the same section by the same annotator is in an earlier row, {what}")


def _owner(
    row: Row,
    names: Vocabulary,
    annotators: Mapping[Section, Sequence[str]],
    annotator: str,
) -> Key | None:
    """Return the label that an issue belongs to; None for a proposal that nobody accepted."""
    fiche = canonical(row.get("fiche_id"))
    dimension = names.read("dimension", row.get("dimension"))
    known = annotators.get((fiche, dimension), ())
    named = canonical(row.get("annotator"))
    who = named or annotator
    if who in known:
        return fiche, dimension, who
    if not named and len(known) == 1:
        return fiche, dimension, known[0]
    if row.get("confidence") or row.get("readings"):
        return None
    raise LabelError("no rating of this section by this annotator")


def _issue(row: Row, names: Vocabulary, text: str) -> IssueLabel:
    code = names.read("code", row.get("code"))
    status = names.read("status", row.get("status"))
    quote = row.values.get("evidence", "")
    if not quote.strip():
        return IssueLabel(code, status, "")
    evidence = canonical(quote)
    if not text:
        return IssueLabel(code, status, evidence)
    near = canonical_place(row.values.get("text", ""), _number(row.get("start")))
    span = anchor(text, evidence, near)
    if span is None:
        raise LabelError("the evidence is not in the section's text")
    return IssueLabel(code, status, span.of(text), span.start)


def _number(text: str) -> int | None:
    whole = text.removesuffix(".0")
    return int(whole) if whole.isascii() and whole.isdigit() else None
