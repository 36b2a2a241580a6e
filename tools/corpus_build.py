"""Lay the written corpus out as users' files and label tables.

    python tools/corpus_build.py fiches        # content/*.yaml → fiches/ (LibreOffice, poppler)
    python tools/corpus_build.py labels RAW    # readings in RAW (JSON Lines) → labels/*.csv

`content/` and the readings are what people wrote; everything else follows from them.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from corpus_form import FormRow, fiche_id, form_rows, habit_of, load_content
from corpus_render import render

from assessor.labels.tables import REFEREE

CORPUS = Path(__file__).parents[1] / "corpus"
RATINGS = ("fiche_id", "dimension", "rating", "annotator", "writer", "text")
ISSUES = (
    "fiche_id", "dimension", "code", "status", "evidence", "start", "end", "annotator", "writer",
    "text",
)  # fmt: skip
ADJUDICATION = (
    "fiche_id", "dimension", "annotator_1", "says_1", "annotator_2", "says_2", "decision",
    "reason",
)  # fmt: skip
TEST_SHARE = 5  # every fifth hand is kept for the test
HOLD_OUT = 7  # one of every seven hands chooses the encoder's epoch and how models combine


def observations() -> Iterator[tuple[str, str, str, str]]:
    """Yield ``(fiche_id, writer, dimension, text)`` of every single observation."""
    for path in sorted((CORPUS / "observations").glob("*.csv")):
        for row in read_csv(path):
            yield row["fiche_id"], row["writer"], row["dimension"], row["text"]


def written_sections(content: dict[str, Any]) -> dict[str, str]:
    """Return a written fiche's sections as the form gives them, flag lines included."""
    rows: dict[str, FormRow] = {r.id: r for r in form_rows(content, habit_of(fiche_id(content)))}
    execution = [rows["status"].value, rows["achievements"].value]
    own = {name: rows[name].value for name in content["sections"]}
    return {"execution": "\n".join(text for text in execution if text)} | own


def fiche_sections() -> Iterator[tuple[str, str, str, str]]:
    """Yield ``(fiche_id, writer, dimension, text)`` of every written fiche."""
    for path in sorted((CORPUS / "content").rglob("*.yaml")):
        content = load_content(path)
        for dimension, text in written_sections(content).items():
            yield fiche_id(content), content["writer"], dimension, text


def write_csv(path: Path, columns: Iterable[str], rows: Iterable[dict[str, Any]]) -> None:
    """Write a table as UTF-8 CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def build_labels(raw: Path) -> None:
    """Write label tables, observation tables and the split.

    Labels that the tables already hold stay, unless `raw` reads the same fiche anew. `raw` holds
    ``readings/<annotator>_*.jsonl`` (of fiches and of others' observations) and
    ``observations/<writer>.jsonl``.
    """
    ratings: list[dict[str, Any]] = []
    issues: list[dict[str, Any]] = []
    for path in sorted((raw / "observations").glob("*.jsonl")):
        _add_observations(path, ratings, issues)
    known = [*fiche_sections(), *observations()]
    texts = {f"{f}/{d}": (f, w, d, t) for f, w, d, t in known}
    for path in sorted((raw / "readings").glob("*.jsonl")):
        _add_reading(path, texts, ratings, issues)
    _write_adjudication(raw / "readings" / f"{REFEREE}.jsonl", ratings, issues)
    read = {(row["fiche_id"], row["annotator"]) for row in ratings}
    for name, columns, rows in (("ratings", RATINGS, ratings), ("issues", ISSUES, issues)):
        path = CORPUS / "labels" / f"{name}.csv"
        kept = [r for r in read_csv(path) if (r["fiche_id"], r["annotator"]) not in read]
        write_csv(path, columns, sorted([*kept, *rows], key=_order))
    _write_splits()


def _order(row: dict[str, Any]) -> tuple[Any, ...]:
    place = (int(row.get("start", 0)), row.get("code", ""), row.get("status", ""))
    return (row["fiche_id"], row["dimension"], row["annotator"], *place)


def read_csv(path: Path) -> list[dict[str, Any]]:
    """Read a table; nothing where there is none yet."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _add_reading(
    path: Path,
    texts: dict[str, tuple[str, str, str, str]],
    ratings: list[dict[str, Any]],
    issues: list[dict[str, Any]],
) -> None:
    annotator = path.stem.split("_")[0]
    read: dict[str, dict[str, Any]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            entry = json.loads(line)
            read[entry["id"]] = entry
    fiches = {name.split("/")[0] for name in read}
    for name, (fiche, writer, dimension, text) in texts.items():
        if fiche in fiches:
            entry = read.get(name)
            if entry is None and not text.strip() and annotator != REFEREE:
                entry = {"rating": "not_assessed", "issues": []}
            if entry is not None:
                _add(entry, fiche, dimension, text, annotator, writer, ratings, issues)


def _write_adjudication(
    path: Path, ratings: list[dict[str, Any]], issues: list[dict[str, Any]]
) -> None:
    """Write what two readers said, what was decided, and why."""
    if not path.exists():
        return
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        fiche, dimension = entry["id"].split("/")
        said = {
            row["annotator"]: _said(row, issues)
            for row in ratings
            if (row["fiche_id"], row["dimension"]) == (fiche, dimension)
        }
        decision = said.pop(REFEREE)
        (first, one), (second, other) = sorted(said.items())[:2]
        rows.append(
            {"fiche_id": fiche, "dimension": dimension, "annotator_1": first, "says_1": one,
             "annotator_2": second, "says_2": other, "decision": decision,
             "reason": entry["reason"]}
        )  # fmt: skip
    write_csv(CORPUS / "labels" / "adjudication.csv", ADJUDICATION, rows)


def _said(rating: dict[str, Any], issues: list[dict[str, Any]]) -> str:
    place = ("fiche_id", "dimension", "annotator")
    found = [i for i in issues if all(i[name] == rating[name] for name in place)]
    told = sorted(f"{i['code']} {i['status']}" for i in found)
    return "; ".join([rating["rating"], *told])


def _add_observations(
    path: Path, ratings: list[dict[str, Any]], issues: list[dict[str, Any]]
) -> None:
    writer = path.stem
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        entry = json.loads(line)
        name = f"{writer}-{number:03d}"
        text = entry["text"].strip()
        dimension = entry["dimension"]
        rows.append({"fiche_id": name, "dimension": dimension, "text": text, "writer": writer})
        _add(entry, name, dimension, text, writer, writer, ratings, issues)
    write_csv(
        CORPUS / "observations" / f"{writer}.csv", ("fiche_id", "dimension", "text", "writer"), rows
    )


def _add(
    entry: dict[str, Any], fiche: str, dimension: str, text: str, annotator: str, writer: str,
    ratings: list[dict[str, Any]], issues: list[dict[str, Any]],
) -> None:  # fmt: skip
    common = {"fiche_id": fiche, "dimension": dimension, "annotator": annotator}
    common |= {"writer": writer, "text": text}
    ratings.append(common | {"rating": entry["rating"]})
    for code, status, evidence in entry["issues"]:
        start = text.find(evidence)
        if start < 0:
            print(f"{fiche}/{dimension}: evidence is not in the text, left out: {evidence[:40]}")
            continue
        end = start + len(evidence)
        issues.append(
            common
            | {"code": code, "status": status, "evidence": evidence, "start": start, "end": end}
        )


def _write_splits() -> None:
    """Divide by writer: every fifth hand of each kind is for the test."""
    rows = []
    for path in sorted((CORPUS / "content").rglob("*.yaml")):
        content = load_content(path)
        rows.append((fiche_id(content), content["code"], content["writer"]))
    for path in sorted((CORPUS / "observations").glob("*.csv")):
        rows += [(r["fiche_id"], r["fiche_id"], r["writer"]) for r in read_csv(path)]
    write_csv(
        CORPUS / "splits.csv",
        ("fiche_id", "programme", "writer", "split"),
        [
            {"fiche_id": f, "programme": p, "writer": w, "split": split_of(w)}
            for f, p, w in sorted(rows)
        ],
    )


def split_of(writer: str) -> str:
    """Return ``test`` for every fifth hand, ``train`` for the others."""
    return "test" if int(writer[1:]) % TEST_SHARE == 0 else "train"


def held_out(writer: str) -> bool:
    """Say whether a train writer is kept to choose by, not to learn from."""
    return int(writer[1:]) % HOLD_OUT == 3


if __name__ == "__main__":
    if sys.argv[1:2] == ["fiches"]:
        render(CORPUS / "content", CORPUS / "fiches")
    elif sys.argv[1:2] == ["labels"] and len(sys.argv) == 3:
        build_labels(Path(sys.argv[2]))
    else:
        sys.exit(__doc__)
