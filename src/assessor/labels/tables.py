"""Label tables → labelled observations."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from assessor.codebook.schema import Codebook
from assessor.errors import LabelError

MAX_CELL = 500_000


@dataclass(frozen=True, slots=True)
class IssueLabel:
    """One issue that a reader listed."""

    code: str
    status: str
    evidence: str


@dataclass(frozen=True, slots=True)
class LabelledObservation:
    """An observation as one reader labelled it.

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


def read_labels(folder: Path, codebook: Codebook) -> list[LabelledObservation]:
    """Read `ratings.csv` and `issues.csv` of a folder, in the ratings' order.

    Raises
    ------
    LabelError
        If a file is missing or a label is outside the codebook; names file and row.
    """
    issues: dict[tuple[str, str, str], list[IssueLabel]] = defaultdict(list)
    for number, row in _rows(folder / "issues.csv", {"fiche_id", "dimension", "code", "status"}):
        _known(row["code"], codebook.issue, "issues.csv", number, "code")
        _known(row["status"], codebook.status, "issues.csv", number, "status")
        key = (row["fiche_id"], row["dimension"], row.get("annotator", ""))
        issues[key].append(IssueLabel(row["code"], row["status"], row.get("evidence", "")))
    labelled = []
    for number, row in _rows(folder / "ratings.csv", {"fiche_id", "dimension", "rating", "text"}):
        _known(row["rating"], codebook.level, "ratings.csv", number, "rating")
        _known(row["dimension"], codebook.dimension, "ratings.csv", number, "dimension")
        annotator = row.get("annotator", "")
        found = issues.get((row["fiche_id"], row["dimension"], annotator), [])
        labelled.append(
            LabelledObservation(
                row["fiche_id"], row["dimension"], row["text"], row["rating"], tuple(found),
                annotator, row.get("writer", ""),
            )
        )  # fmt: skip
    return labelled


def one_reading(labels: Iterable[LabelledObservation]) -> list[LabelledObservation]:
    """Keep one reading of each section: the first annotator's, by name."""
    first: dict[tuple[str, str], LabelledObservation] = {}
    for label in sorted(labels, key=lambda x: (x.fiche_id, x.dimension, x.annotator)):
        first.setdefault((label.fiche_id, label.dimension), label)
    return list(first.values())


def _rows(path: Path, needed: set[str]) -> Iterable[tuple[int, dict[str, str]]]:
    csv.field_size_limit(MAX_CELL)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = needed - set(reader.fieldnames or ())
            if missing:
                raise LabelError(f"{path}: columns missing: {', '.join(sorted(missing))}")
            yield from enumerate(reader, start=2)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LabelError(f"{path}: cannot be read ({type(error).__name__})") from error


def _known(value: str, allowed: Iterable[str], file: str, row: int, column: str) -> None:
    names = list(allowed)
    if value not in names:
        raise LabelError(f"{file}, row {row}: {column} {value!r}; one of {', '.join(names)}")
