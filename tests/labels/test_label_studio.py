from __future__ import annotations

import json

import pytest

from assessor.labels.batch import Batch, Proposal
from assessor.labels.formats import collect_labels, export_labels

from .. import needs
from .conftest import reading

ISSUES = [
    ("no_baseline", "current", "línea de base"),
    ("absence_of_coordinator", "resolved", "desde julio hay otra"),
    ("staff_turnover", "current", ""),
]


@pytest.fixture
def exported(tmp_path, codebook):
    """Tasks with a prediction and with annotations; the configuration."""
    label = reading(issues=ISSUES)
    batch = Batch(
        [label], [Proposal(label, 0.7, (0.9, 0.8, 0.3))], {"A_2011-1": {"country": "Perú"}}
    )
    tasks, config = export_labels(batch, codebook, "label-studio", tmp_path / "tareas.json")
    return json.loads(tasks.read_text()), config.read_text()


def test_tasks_validate_with_the_sdk(exported):
    interface = pytest.importorskip(
        "label_studio_sdk.label_interface", reason=needs.LABEL_STUDIO
    ).LabelInterface(exported[1])
    interface.validate()
    (task,) = exported[0]
    assert interface.validate_task({"data": task["data"]})
    for made in (*task["predictions"], *task["annotations"]):
        assert interface.validate_prediction(made, return_errors=True) == []
    assert task["predictions"][0]["score"] == 0.7
    assert task["data"]["country"] == "Perú"


def test_offsets_are_utf16_units(exported):
    (task,) = exported[0]
    units = task["data"]["text"].encode("utf-16-le")
    regions = [x["value"] for x in task["predictions"][0]["result"] if x["type"] == "labels"]
    assert len(regions) == 3
    for value in regions:
        assert units[2 * value["start"] : 2 * value["end"]].decode("utf-16-le") == value["text"]


def test_predictions_and_cancelled_work_are_no_labels(exported, tmp_path, codebook):
    (task,) = exported[0]
    task["annotations"][0]["was_cancelled"] = True
    path = tmp_path / "export.json"
    path.write_text(json.dumps([task]))
    table = collect_labels([path], codebook)
    assert (table.labels, len(table.undecided)) == ((), 1)


def test_what_came_back_elsewhere_is_found_by_its_words(exported, tmp_path, codebook):
    (task,) = exported[0]
    for item in task["annotations"][0]["result"]:
        if item["type"] == "labels" and not item.get("meta"):
            item["value"]["start"] += 1
            item["value"]["end"] += 1
    task["annotations"][0]["completed_by"] = {"id": 7, "email": "ana@example.org"}
    path = tmp_path / "export.json"
    path.write_text(json.dumps([task, {"data": 3}]))
    table = collect_labels([path], codebook)
    assert set(table.labels[0].issues) == set(reading(issues=ISSUES).issues)
    assert table.labels[0].annotator == "ana@example.org"
    assert [x.row for x in table.rejected] == [2]
