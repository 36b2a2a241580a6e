"""Assessments → tidy tables: the run folder's CSV files, and figures over many fiches."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from assessor.assess import Assessment
from assessor.checks.findings import disbursed_share, elapsed_share
from assessor.codebook.schema import Codebook
from assessor.fiche.fiche import Fiche
from assessor.folding import fold
from assessor.risk_index import index_rule, risk_index

LINKS = ("new", "reopened", "persisting", "potential", "resolved", "not_mentioned")
STATUS_RANK = {"current": 3, "potential": 2, "resolved": 1}

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
    names = [f"p_{level}" for level in codebook.level_ids]
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
    index = risk_index(assessment.ratings, codebook)
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
        "risk_index": index.value,
        "risk_index_low": index.low,
        "risk_index_high": index.high,
        "assessed_share": round(index.assessed_share, 3),
        "index_rule": index_rule(codebook),
        "disbursed_share": _rounded(disbursed_share(fiche)),
        "elapsed_share": _rounded(elapsed_share(fiche)),
        **{f"n_{level.id}": ratings[level.id] for level in codebook.levels},
        **{f"issues_{status.id}": statuses[status.id] for status in codebook.statuses},
        "findings": len(assessment.findings),
        "review": sum(rating.review for rating in assessment.ratings),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def programme_key(fiche: Mapping[str, Any]) -> str:
    """Return what a programme's fiches of several periods have in common."""
    if fiche["code"]:
        return fold(fiche["code"])
    name, period = fiche["fiche_id"], fiche["period"]
    return fold(name.removesuffix(f"_{period}") if period else name)


def gravest(statuses: Iterable[str]) -> str:
    """Return the status that a programme's issue counts as; other statuses rank as current."""
    return max(sorted(statuses), key=lambda status: STATUS_RANK.get(status, 3))


def link(before: str | None, after: str | None, *, known: bool) -> str | None:
    """Name what became of an issue from one period to the next.

    Parameters
    ----------
    before, after : str or None
        Its gravest status in either; None where it is not mentioned.
    known : bool
        Whether an earlier period mentions it.

    Returns
    -------
    str or None
        One of `LINKS`; None where nothing is to be told. What is no longer mentioned is not
        taken for resolved.
    """
    if after is None:
        return None if before == "resolved" else "not_mentioned"
    if after == "resolved":
        return None if before == "resolved" else "resolved"
    if after == "potential":
        return "potential"
    if before == "current":
        return "persisting"
    return "reopened" if before == "resolved" or (before is None and known) else "new"


def issue_links(fiches: Iterable[Record], issues: Iterable[Record]) -> dict[tuple[str, str], str]:
    """Link each issue to the same one in the programme's period before.

    Returns
    -------
    dict
        ``(fiche_id, code)`` to one of `LINKS`; nothing for a programme's first period.
    """
    statuses: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for issue in issues:
        statuses[issue["fiche_id"]][issue["code"]].add(issue["status"])
    chains: dict[str, list[Record]] = defaultdict(list)
    for fiche in sorted(fiches, key=lambda f: (f["period"] or "", f["fiche_id"])):
        chains[programme_key(fiche)].append(fiche)
    links: dict[tuple[str, str], str] = {}
    for chain in chains.values():
        known: set[str] = set()
        for last, now in pairwise(chain):
            before, after = statuses[last["fiche_id"]], statuses[now["fiche_id"]]
            known |= before.keys()
            if last["period"] == now["period"]:
                continue
            for code, found in after.items():
                old = gravest(before[code]) if before.get(code) else None
                kind = link(old, gravest(found), known=code in known)
                if kind:
                    links[now["fiche_id"], code] = kind
    return links
