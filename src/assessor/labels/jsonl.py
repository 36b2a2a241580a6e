"""JSON Lines of doccano and of Prodigy: texts with spans, offsets in code points.

A span's label is the issue's code, with its status after a bar unless it is the codebook's
first: ``staff_turnover``, ``staff_turnover|resolved``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assessor.codebook.schema import Codebook
from assessor.errors import LabelError
from assessor.labels.archive import read_bounded
from assessor.labels.batch import Batch, Proposal
from assessor.labels.tables import (
    UNCHECKED,
    IssueLabel,
    LabelledObservation,
    Row,
    Rows,
    SetAside,
)
from assessor.labels.vocabulary import Vocabulary

BAR = "|"
META = ("fiche_id", "dimension", "writer", "rating", "annotator", "proposed_by")

Json = dict[str, Any]


def export_doccano(batch: Batch, codebook: Codebook, lang: str) -> bytes:
    """Write a line per label; the rating is metadata, because doccano only marks spans."""
    return _lines([_doccano(*reading, codebook) for reading in batch.readings()])


def export_prodigy(batch: Batch, codebook: Codebook, lang: str) -> bytes:
    """Write a line per label, with spans and choices; proposals come without an answer."""
    names = Vocabulary(codebook, lang)
    options = [{"id": x.id, "text": names.shown("rating", x.id)} for x in codebook.levels]
    return _lines([_prodigy(*reading, codebook, options) for reading in batch.readings()])


def rows_of_jsonl(path: Path, codebook: Codebook, annotator: str = "") -> Rows:
    """Read lines of doccano or Prodigy, recognised line by line.

    Parameters
    ----------
    annotator : str
        Who checked what a model proposed: doccano does not say.

    Raises
    ------
    LabelError
        If the file cannot be read.
    """
    try:
        text = read_bounded(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LabelError(f"{path}: not UTF-8; save the file as UTF-8") from error
    rows = Rows()
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                _read(path.name, number, json.loads(line), rows, codebook, annotator)
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
                rows.rejected.append(SetAside(path.name, number, "not a text with spans"))
    return rows


def _lines(records: Sequence[Json]) -> bytes:
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records).encode()


def _span_label(issue: IssueLabel, codebook: Codebook) -> str:
    first = issue.status == codebook.statuses[0].id
    return issue.code if first else f"{issue.code}{BAR}{issue.status}"


def _meta(label: LabelledObservation, proposal: Proposal | None, codebook: Codebook) -> Json:
    meta: Json = {"fiche_id": label.fiche_id, "dimension": label.dimension, "writer": label.writer}
    if proposal is None:
        meta |= {"rating": label.rating, "annotator": label.annotator}
    else:
        meta |= {"rating": label.rating, "proposed_by": label.annotator,
                 "confidence": round(proposal.confidence, 3)}  # fmt: skip
    unquoted = [_span_label(i, codebook) for i in label.issues if i.start is None]
    return meta | ({"unquoted": unquoted} if unquoted else {})


def _doccano(label: LabelledObservation, proposal: Proposal | None, codebook: Codebook) -> Json:
    spans = [
        [i.start, i.end, _span_label(i, codebook)] for i in label.issues if i.start is not None
    ]
    return {"text": label.text, "label": spans, **_meta(label, proposal, codebook)}


def _prodigy(
    label: LabelledObservation,
    proposal: Proposal | None,
    codebook: Codebook,
    options: Sequence[Json],
) -> Json:
    spans = [
        {"start": i.start, "end": i.end, "label": _span_label(i, codebook), "text": i.evidence}
        for i in label.issues if i.start is not None
    ]  # fmt: skip
    line: Json = {"text": label.text, "spans": spans, "options": list(options),
                  "accept": [label.rating], "meta": _meta(label, proposal, codebook)}  # fmt: skip
    if proposal is None:
        line |= {"answer": "accept", "_annotator_id": label.annotator}
    return line


def _read(
    file: str, number: int, line: Json, rows: Rows, codebook: Codebook, annotator: str
) -> None:
    meta = line.get("meta") or {}
    values = {name: str(line.get(name, meta.get(name)) or "") for name in META}
    values["text"] = str(line.get("text", line.get("data", "")))
    is_prodigy = "spans" in line or "answer" in line
    why = _not_decided(line) if is_prodigy else _unchecked(values, annotator)
    if why:
        rows.undecided.append(SetAside(file, number, why))
        return
    if is_prodigy:
        values["annotator"] = str(line.get("_annotator_id") or values["annotator"])
        values["rating"] = str((line.get("accept") or [values["rating"]])[0])
    rows.ratings.append(Row(file, number, values))
    found = _prodigy_spans(line) if is_prodigy else _doccano_spans(line)
    unquoted = line.get("unquoted", meta.get("unquoted")) or ()
    for label, place in [*found, *((str(x), {"evidence": ""}) for x in unquoted)]:
        code, _, status = label.partition(BAR)
        issue = {"code": code, "status": status or codebook.statuses[0].id, **place}
        rows.issues.append(Row(file, number, {**values, **issue}))


def _not_decided(line: Json) -> str:
    answer = line.get("answer")
    return "" if answer == "accept" else f"answer {answer!r}" if answer else "not answered"


def _unchecked(values: Mapping[str, str], annotator: str) -> str:
    if values["proposed_by"] and not values["annotator"] and not annotator:
        return UNCHECKED
    return ""


def _doccano_spans(line: Json) -> list[tuple[str, dict[str, str]]]:
    text = str(line.get("text", line.get("data", "")))
    return [
        (str(label), {"evidence": text[int(start) : int(end)], "start": str(start)})
        for start, end, label in line.get("label", line.get("labels")) or ()
    ]


def _prodigy_spans(line: Json) -> list[tuple[str, dict[str, str]]]:
    text = str(line["text"])
    return [
        (str(x["label"]),
         {"evidence": str(x.get("text") or text[int(x["start"]) : int(x["end"])]),
          "start": str(x["start"])})
        for x in line.get("spans") or ()
    ]  # fmt: skip
