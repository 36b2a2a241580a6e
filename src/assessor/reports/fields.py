"""Fields of a fiche by name, for filters and groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assessor.errors import RunError
from assessor.folding import fold
from assessor.portfolio import Record

ALIASES = {
    "pais": "country", "ventana": "window", "agencia": "agency", "agencies": "agency",
    "periodo": "period", "problema": "issue", "issues": "issue", "codigo": "code",
    "titulo": "title", "indice": "risk_index", "region": "regions", "ficha": "fiche_id",
}  # fmt: skip
LISTS = ("regions", "mdgs", "government_entities", "expected_results")
FIGURES = ("risk_index", "assessed_share", "disbursed_share", "elapsed_share", "findings", "review")
PLAIN = (
    "country", "window", "period", "code", "title", "fiche_id", "source", "status", "currency",
    "budget_total", "start_date", "end_date", "extension", "sustainability_plan",
    "communication_plan", "financial_execution",
)  # fmt: skip
Value = str | float


@dataclass(frozen=True, slots=True)
class Fields:
    """What may be asked of each fiche of a portfolio.

    Parameters
    ----------
    figures : Mapping
        Row of `programmes.csv` by fiche_id.
    levels : Mapping
        By fiche_id and dimension, the names of the rating (id and label).
    issues : Mapping
        By fiche_id, the names of its issues: code, ``code:status`` and label.
    extras : Mapping
        Labels of the forms' own rows, as written, by their folded form.
    """

    figures: Mapping[str, Record]
    levels: Mapping[str, Mapping[str, list[str]]]
    issues: Mapping[str, list[str]]
    dimensions: tuple[str, ...]
    extras: Mapping[str, str]

    def names(self) -> list[str]:
        """Return every field's name."""
        return [*PLAIN, "agency", "issue", *LISTS, *FIGURES, *self.dimensions, *self.extras]

    def resolve(self, name: str, option: str) -> str:
        """Return a field's own name.

        Raises
        ------
        RunError
            If there is no such field; says which there are.
        """
        wanted = fold(name.strip()).replace(" ", "_")
        wanted = ALIASES.get(wanted, wanted)
        for known in self.names():
            if fold(known).replace(" ", "_") == wanted:
                return known
        raise RunError(f"{option}: no field {name.strip()!r}; one of {', '.join(self.names())}")

    def values(self, fiche: Record, field: str) -> list[Value]:
        """Return a fiche's values of a resolved field; none where it is absent."""
        name = fiche["fiche_id"]
        if field == "agency":
            return list(fiche["budget_by_agency"])
        if field == "issue":
            return list(self.issues.get(name, ()))
        if field in LISTS:
            return list(fiche[field])
        if field in FIGURES:
            return _present(self.figures.get(name, {}).get(field))
        if field in self.dimensions:
            return list(self.levels.get(name, {}).get(field, ()))
        if field in PLAIN:
            return _present(fiche.get(field))
        own = {fold(label): value for label, value in fiche["extra"].items()}
        return _present(own.get(fold(field)))


def _present(value: Any) -> list[Value]:
    return [] if value is None or value == "" else [value]
