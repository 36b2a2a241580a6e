"""Assessments → tidy tables: the run folder's CSV files, and figures over many fiches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from assessor.assess import Assessment
from assessor.checks.findings import disbursed_share, elapsed_share
from assessor.codebook.schema import Codebook
from assessor.fiche.fiche import Fiche

INDEX_RULE = "100 * weighted mean of (expected - 1) / (levels - 1) over assessed dimensions"

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a run, each a list of records with the same keys in the same order."""

    fiches: list[Record]
    ratings: list[Record]
    issues: list[Record]
    programmes: list[Record]
    findings: list[Record]
    explanations: list[Record]


def tables_of(assessments: Iterable[Assessment], codebook: Codebook) -> Tables:
    """Lay assessments out as tables, in their order."""
    tables = Tables([], [], [], [], [], [])
    for assessment in assessments:
        tables.fiches.append(fiche_record(assessment.fiche))
        tables.ratings.extend(_rating_records(assessment, codebook))
        tables.issues.extend(_issue_records(assessment))
        tables.programmes.append(_programme_record(assessment, codebook))
        tables.findings.extend(_finding_records(assessment))
        tables.explanations.extend(_explanation_records(assessment))
    return tables


def fiche_record(fiche: Fiche) -> Record:
    """Return a fiche as `fiches.jsonl` holds it: JSON types only, dates ISO 8601."""
    record = _plain(asdict(fiche))
    direct, indirect = record.pop("beneficiaries_direct"), record.pop("beneficiaries_indirect")
    ordered: Record = {}
    for key, value in record.items():
        if key == "missions":
            ordered["beneficiaries"] = {"direct": direct, "indirect": indirect}
        ordered[key] = value
    return ordered


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _rating_records(assessment: Assessment, codebook: Codebook) -> Iterable[Record]:
    names = [f"p_{level.id}" for level in codebook.assessed_levels]
    for rating in assessment.ratings:
        expected = rating.expected
        yield {
            "fiche_id": assessment.fiche.fiche_id,
            "dimension": rating.dimension,
            "rating": rating.level,
            "value": codebook.level[rating.level].value,
            "expected": None if expected is None else round(expected, 3),
            **dict(zip(names, _probabilities(rating.probabilities), strict=True)),
            "confidence": round(rating.confidence, 3),
            "review": rating.review,
            "method": rating.method,
        }


def _probabilities(values: Sequence[float]) -> list[float | None]:
    return [round(p, 4) for p in values] if any(values) else [None] * len(values)


def _issue_records(assessment: Assessment) -> Iterable[Record]:
    for issue in assessment.issues:
        yield {
            "fiche_id": assessment.fiche.fiche_id,
            "dimension": issue.dimension,
            "code": issue.code,
            "status": issue.status,
            "severity": issue.severity,
            "evidence": issue.evidence.text,
            "start": issue.evidence.span.start,
            "end": issue.evidence.span.end,
            "confidence": round(issue.confidence, 3),
            "rule": issue.rule,
        }


def _explanation_records(assessment: Assessment) -> Iterable[Record]:
    for rating in assessment.ratings:
        for rank, reason in enumerate(rating.reasons, start=1):
            span = reason.evidence.span if reason.evidence else None
            yield {
                "fiche_id": assessment.fiche.fiche_id,
                "dimension": rating.dimension,
                "rank": rank,
                "effect": round(reason.effect, 3),
                "words": reason.evidence.text if reason.evidence else "",
                "start": span.start if span else None,
                "end": span.end if span else None,
                "rule": reason.rule,
            }


def _finding_records(assessment: Assessment) -> Iterable[Record]:
    for finding in assessment.findings:
        yield {
            "fiche_id": assessment.fiche.fiche_id,
            "check": finding.check,
            "severity": finding.severity,
            "message_es": finding.message_es,
            "message_en": finding.message_en,
            "left": finding.left,
            "right": finding.right,
        }


def _programme_record(assessment: Assessment, codebook: Codebook) -> Record:
    fiche = assessment.fiche
    index, covered = risk_index(assessment, codebook)
    ratings = Counter(rating.level for rating in assessment.ratings)
    statuses = Counter(issue.status for issue in assessment.issues)
    return {
        "fiche_id": fiche.fiche_id,
        "country": fiche.country,
        "title": fiche.title,
        "code": fiche.code,
        "window": fiche.window,
        "period": fiche.period,
        "agencies": "; ".join(fiche.budget_by_agency),
        "budget_total": fiche.budget_total,
        "risk_index": index,
        "assessed_share": round(covered, 3),
        "index_rule": INDEX_RULE,
        "disbursed_share": _rounded(disbursed_share(fiche)),
        "elapsed_share": _rounded(elapsed_share(fiche)),
        **{f"n_{level.id}": ratings[level.id] for level in codebook.levels},
        **{f"issues_{status.id}": statuses[status.id] for status in codebook.statuses},
        "findings": len(assessment.findings),
        "review": sum(rating.review for rating in assessment.ratings),
    }


def risk_index(assessment: Assessment, codebook: Codebook) -> tuple[float | None, float]:
    """Return the programme's index and the share of its dimensions that bear on it.

    Returns
    -------
    tuple
        Index from 0 (all low) to 100 (all high), None where nothing is assessed; and the
        assessed share of the dimensions' weights, 0 to 1. What is not assessed counts
        neither as low nor as high: it lowers the share.
    """
    top = len(codebook.assessed_levels) - 1
    weights = {d.id: d.weight for d in codebook.dimensions}
    total = sum(weights.values())
    rated = [(r.expected, weights[r.dimension]) for r in assessment.ratings if r.assessed]
    weight = sum(w for _, w in rated)
    if not weight or not total:
        return None, 0.0
    mean = sum(w * ((expected or 1.0) - 1) / top for expected, w in rated) / weight
    return round(100 * mean, 1), weight / total


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
