"""Observation table → fiches."""

from __future__ import annotations

from collections.abc import Mapping

from assessor.codebook.schema import Codebook
from assessor.documents.document import ObservationTable, TableRecord
from assessor.errors import FicheError, Rejection
from assessor.fiche.fiche import Fiche
from assessor.fiche.numbers import parse_amount, parse_date, parse_period
from assessor.folding import bare_words, fold

TEXT_FIELDS = (
    "country", "title", "code", "window", "currency", "extension", "summary", "status",
    "financial_execution",
)  # fmt: skip
DATE_FIELDS = ("start_date", "end_date")
FLAG_FIELDS = ("sustainability_plan", "communication_plan")
_YES_NO = {"si": "yes", "yes": "yes", "no": "no"}


def fiches_of_table(table: ObservationTable, codebook: Codebook) -> list[Fiche]:
    """Turn a table's records into fiches.

    Raises
    ------
    FicheError
        If no column or value of ``dimension`` is a dimension of the codebook.
    """
    names = _dimension_names(codebook)
    fiches = [_fiche(record, table, codebook, names) for record in table.records]
    if not any(any(fiche.sections.values()) for fiche in fiches):
        raise FicheError(
            Rejection.BAD_TABLE,
            f"no dimension of the codebook is in the table; one of {', '.join(codebook.dimension)}",
        )
    return fiches


def _dimension_names(codebook: Codebook) -> dict[tuple[str, ...], str]:
    """Map every way to name a dimension, by its folded words, to its id."""
    names: dict[tuple[str, ...], str] = {}
    for dimension in codebook.dimensions:
        texts = (dimension.id, dimension.es, dimension.en, dimension.heading, *dimension.aliases)
        for text in texts:
            names.setdefault(tuple(bare_words(text)), dimension.id)
    return names


def _fiche(
    record: TableRecord,
    table: ObservationTable,
    codebook: Codebook,
    names: Mapping[tuple[str, ...], str],
) -> Fiche:
    sections = {dimension.id: "" for dimension in codebook.dimensions}
    warnings = [*table.warnings, *record.warnings]
    extra: dict[str, str] = {}
    for column, text in [*record.fields.items(), *record.sections.items()]:
        dimension = names.get(tuple(bare_words(column)))
        if dimension is not None:
            given_text = text.replace("\r\n", "\n").strip()
            if sections[dimension] and given_text:
                warnings.append(f"{dimension}: given under two names; joined")
                given_text = f"{sections[dimension]}\n{given_text}"
            sections[dimension] = given_text or sections[dimension]
        elif column in record.sections:
            warnings.append(
                "a dimension that the codebook does not have; its text is kept under extra"
            )
            extra[column] = text
        elif column not in Fiche.__dataclass_fields__:
            extra[column] = text
    given = record.fields
    period = given.get("period")
    return Fiche(
        fiche_id=record.fiche_id,
        source=table.source,
        sha256=table.sha256,
        **{name: given.get(name) for name in TEXT_FIELDS},  # type: ignore[arg-type]
        **{name: parse_date(given.get(name, "")) for name in DATE_FIELDS},  # type: ignore[arg-type]
        **{name: _YES_NO.get(fold(given.get(name, ""))) for name in FLAG_FIELDS},  # type: ignore[arg-type]
        period=(parse_period(period) or period) if period else None,
        budget_total=parse_amount(given.get("budget_total", "")),
        extra=extra,
        sections=sections,
        warnings=tuple(warnings),
    )
