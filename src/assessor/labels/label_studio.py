"""Label Studio: tasks with predictions, the labelling configuration, and annotations back.

Offsets there are UTF-16 units, as its page in JavaScript counts them.
"""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from assessor.codebook.schema import Codebook
from assessor.errors import LabelError
from assessor.labels.anchor import from_utf16, to_utf16
from assessor.labels.archive import read_bounded
from assessor.labels.batch import Batch, Proposal
from assessor.labels.guide import both, word
from assessor.labels.guids import guid
from assessor.labels.tables import IssueLabel, LabelledObservation, Row, Rows, SetAside
from assessor.labels.vocabulary import Vocabulary

RATING, ISSUES, STATUS, TEXT = "rating", "issues", "status", "text"  # names in the configuration

Json = dict[str, Any]


def export_label_studio(batch: Batch, codebook: Codebook, lang: str) -> bytes:
    """Write tasks: proposals as predictions, people's labels as annotations."""
    names = Vocabulary(codebook, lang)
    readings = sorted(batch.readings(), key=lambda x: _task_key(x[0]))
    tasks = [
        _task(key, list(same), names, batch, lang)
        for key, same in groupby(readings, key=lambda x: _task_key(x[0]))
    ]
    return (json.dumps(tasks, ensure_ascii=False, indent=1) + "\n").encode()


def labelling_config(codebook: Codebook, lang: str) -> bytes:
    """Write the labelling configuration: rating, issues as text spans, status per span."""
    names = Vocabulary(codebook, lang)
    view = ET.Element("View")
    ET.SubElement(view, "Header", value="$title")
    ET.SubElement(view, "Header", value=word("pick_rating", lang))
    rating = ET.SubElement(
        view, "Choices", name=RATING, toName=TEXT, choice="single", showInline="true",
        required="true",
    )  # fmt: skip
    _options(rating, "Choice", names.choices("rating"))
    ET.SubElement(view, "Text", name=TEXT, value="$text")
    ET.SubElement(view, "Header", value=word("pick_issues", lang))
    issues = ET.SubElement(view, "Labels", name=ISSUES, toName=TEXT, showInline="true")
    _options(issues, "Label", names.choices("code"))
    status = ET.SubElement(
        view, "Choices", name=STATUS, toName=TEXT, choice="single", perRegion="true",
        whenTagName=ISSUES,
    )  # fmt: skip
    ET.SubElement(status, "Header", value=word("pick_status", lang))
    _options(status, "Choice", names.choices("status"))
    ET.indent(view)
    config: str = ET.tostring(view, encoding="unicode")  # its page takes no declaration
    return f"{config}\n".encode()


def rows_of_label_studio(path: Path, codebook: Codebook) -> Rows:
    """Read a JSON export: its annotations, without those that were cancelled.

    Raises
    ------
    LabelError
        If the file is not a list of tasks.
    """
    try:
        tasks = json.loads(read_bounded(path).decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise LabelError(f"{path}: not valid JSON; export from Label Studio as JSON") from error
    if not isinstance(tasks, list):
        raise LabelError(
            f"{path}: not a list of tasks; export from Label Studio as JSON, not JSON-MIN"
        )
    rows = Rows()
    for number, task in enumerate(tasks, start=1):
        try:
            _read_task(Place(path.name, number), task, codebook, rows)
        except (TypeError, KeyError, ValueError, AttributeError, IndexError):
            rows.rejected.append(SetAside(path.name, number, "not a task with annotations"))
    return rows


@dataclass(frozen=True, slots=True)
class Place:
    """A task of a file, by its number."""

    file: str
    number: int

    def row(self, **values: str) -> Row:
        """Return a row that comes from here."""
        return Row(self.file, self.number, values)


def _options(parent: ET.Element, tag: str, values: Sequence[str]) -> None:
    for value in values:
        ET.SubElement(parent, tag, value=value)


def _task_key(label: LabelledObservation) -> tuple[str, str, str, str]:
    return label.fiche_id, label.dimension, label.text, label.writer


def _task(
    key: tuple[str, str, str, str],
    readings: Sequence[tuple[LabelledObservation, Proposal | None]],
    names: Vocabulary,
    batch: Batch,
    lang: str,
) -> Json:
    fiche, dimension, text, writer = key
    title = f"{fiche} · {names.shown('dimension', dimension)}"
    data = {"text": text, "title": title, "fiche_id": fiche, "dimension": dimension}
    data |= {"writer": writer} if writer else {}
    data |= {k: v for k, v in batch.facts.get(fiche, {}).items() if k not in data}
    predictions, annotations = [], []
    for label, proposal in readings:
        result = _result(label, proposal, names, lang)
        if proposal is not None:
            score = round(proposal.confidence, 3)
            predictions.append({"model_version": label.annotator, "score": score, "result": result})
        else:
            # Not `completed_by`: Label Studio refuses people it does not know.
            annotations.append({"annotator": label.annotator, "was_cancelled": False,
                                "result": result})  # fmt: skip
    task: Json = {"data": data}
    if predictions:
        task["predictions"] = predictions
    if annotations:
        task["annotations"] = annotations
    return task


def _result(
    label: LabelledObservation, proposal: Proposal | None, names: Vocabulary, lang: str
) -> list[Json]:
    key = "/".join(label.key)
    chosen = {"choices": [names.shown("rating", label.rating)]}
    result = [_item(guid(key), RATING, "choices", chosen)]
    if proposal is not None:
        result[0]["score"] = round(proposal.confidence, 3)
    for number, issue in enumerate(label.issues):
        name = guid(f"{key}/{number}")
        place = _region(label.text, issue)
        labels = {**place, "labels": [names.shown("code", issue.code)]}
        region = _item(name, ISSUES, "labels", labels)
        if proposal is not None:
            region["score"] = round(proposal.issue_confidences[number], 3)
        if not issue.evidence:
            region["meta"] = {"text": [word("no_quote", lang)]}
        status = {**place, "choices": [names.shown("status", issue.status)]}
        result += [region, _item(name, STATUS, "choices", status)]
    return result


def _item(name: str, control: str, kind: str, value: Json) -> Json:
    return {"id": name, "from_name": control, "to_name": TEXT, "type": kind, "value": value}


def _region(text: str, issue: IssueLabel) -> Json:
    """Return the marked words; all of the text for an issue that quotes none."""
    start = issue.start or 0
    end = issue.end if issue.end is not None else len(text)
    return {"start": to_utf16(text, start), "end": to_utf16(text, end), "text": text[start:end]}


def _read_task(place: Place, task: Mapping[str, Any], codebook: Codebook, rows: Rows) -> None:
    data = task["data"]
    section = {k: str(data.get(k, "")) for k in ("fiche_id", "dimension", "text", "writer")}
    annotations = [x for x in task.get("annotations", ()) if not x.get("was_cancelled")]
    if not annotations:
        rows.undecided.append(SetAside(place.file, place.number, "no annotation"))
    for annotation in annotations:
        who = {**section, "annotator": _annotator(annotation)}
        result = annotation["result"]
        rows.ratings.append(place.row(**who, rating=_choice(result, RATING)))
        regions = [item for item in result if item.get("from_name") == ISSUES]
        for region in regions:
            same = [x for x in result if x.get("id") == region["id"]]
            status = _choice(same, STATUS) or codebook.statuses[0].id
            for code in region["value"]["labels"]:
                issue = {"code": str(code), "status": status, **_quote(section["text"], region)}
                rows.issues.append(place.row(**who, **issue))


def _annotator(annotation: Mapping[str, Any]) -> str:
    who = annotation.get("completed_by")
    if isinstance(who, Mapping):
        return str(who.get("email") or who.get("username") or who.get("id") or "")
    return str(annotation.get("annotator", "") if who is None else who)


def _choice(result: Iterable[Mapping[str, Any]], control: str) -> str:
    found = [x["value"]["choices"] for x in result if x.get("from_name") == control]
    return str(found[0][0]) if found and found[0] else ""


def _quote(text: str, region: Mapping[str, Any]) -> dict[str, str]:
    value = region["value"]
    notes = (region.get("meta") or {}).get("text") or ()
    if any(note in both("no_quote") for note in notes):
        return {"evidence": ""}
    start, end = (from_utf16(text, int(value[side])) for side in ("start", "end"))
    quote = value.get("text")
    return {"evidence": text[start:end] if quote is None else str(quote), "start": str(start)}
