"""Labels for training and evaluation, their texts taken from fiches where the tables lack them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assessor.codebook.schema import Codebook
from assessor.labels.formats import collect_labels
from assessor.labels.tables import LabelledObservation, SetAside

Fiches = Mapping[str, Mapping[str, Any]]  # fiche_id → its record of fiches.jsonl


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels with their texts, and the rows that cannot be used.

    Parameters
    ----------
    readings : tuple of LabelledObservation
        Including blank sections that are labelled as not assessed.
    rejected : tuple of SetAside
        Rows that are wrong.
    without_text : int
        Labels left out because neither table nor fiche holds the text.
    """

    readings: tuple[LabelledObservation, ...]
    rejected: tuple[SetAside, ...]
    without_text: int


def gather(paths: Sequence[Path], codebook: Codebook, fiches: Fiches | None = None) -> Labels:
    """Read labels; texts that their tables lack come from the fiches.

    Raises
    ------
    LabelError
        If a file cannot be read at all.
    """
    table = collect_labels(paths, codebook)
    known = fiches or {}
    texts = [_with_text(label, known) for label in table.labels]
    readings = tuple(x for x in texts if x.text.strip() or codebook.level[x.rating].value is None)
    return Labels(readings, table.rejected, len(texts) - len(readings))


def _with_text(label: LabelledObservation, fiches: Fiches) -> LabelledObservation:
    if label.text.strip():
        return label
    sections = fiches.get(label.fiche_id, {}).get("sections", {})
    return replace(label, text=str(sections.get(label.dimension) or ""))
