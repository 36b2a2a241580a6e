from __future__ import annotations

import pytest

from assessor.labels.tables import IssueLabel, LabelledObservation

TEXT = "No hay línea de base 🌊. La coordinadora renunció en mayo; desde julio hay otra."


def reading(
    fiche="A_2011-1", dimension="gender", rating="high", annotator="ana", issues=(), text=TEXT
):
    found = tuple(
        IssueLabel(code, status, quote, text.index(quote) if quote else None)
        for code, status, quote in issues
    )
    return LabelledObservation(fiche, dimension, text, rating, found, annotator)


@pytest.fixture
def labels():
    return [
        reading(issues=[("no_baseline", "current", "No hay línea de base"),
                        ("absence_of_coordinator", "resolved", "La coordinadora renunció en mayo")]),
        reading(annotator="luis", rating="moderate", issues=[("no_baseline", "current", "")]),
        reading(dimension="alignment", rating="not_assessed", text=""),
        reading(fiche="B_2011-1", rating="low", text="=1+1 es una fórmula"),
    ]  # fmt: skip
