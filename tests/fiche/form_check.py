"""Compare a parsed fiche with what its author wrote."""

from __future__ import annotations

import re

from corpus_form import FormRow, fiche_id, form_rows, habit_of

from assessor.fiche.fiche import BeneficiaryCount, Fiche

LISTS = ("government_entities", "expected_results", "regions", "mdgs")
GRID = ("institutions", "women", "men", "ethnic_groups")


def bare(text: str | None) -> str:
    """Drop white space and hyphens: text out of a PDF changes both at the ends of lines."""
    return re.sub(r"[\s-]+", "", text or "")


def written_sections(content: dict) -> dict[str, str]:
    """Return the sections as the form should give them."""
    rows: dict[str, FormRow] = {r.id: r for r in form_rows(content, habit_of(fiche_id(content)))}
    execution = [rows["status"].value, rows["achievements"].value]
    sections = {"execution": "\n".join(text for text in execution if text)}
    return sections | {name: row.value for name, row in rows.items() if name in content["sections"]}


def section_errors(content: dict, fiche: Fiche) -> list[str]:
    """Return the dimensions whose text differs."""
    return [
        name
        for name, text in written_sections(content).items()
        if bare(text) != bare(fiche.sections[name])
    ]


def field_errors(content: dict, fiche: Fiche) -> list[str]:
    """Return the fields that differ, white space aside."""
    written, parsed = _written(content), _parsed(fiche)
    return [f"{k}: {written[k]!r} != {parsed[k]!r}" for k in written if written[k] != parsed[k]]


def fields_right(content: dict, fiche: Fiche) -> dict[str, bool]:
    """Return for every field whether it was read as written, white space aside."""
    written, parsed = _written(content), _parsed(fiche)
    return {name: written[name] == parsed[name] for name in written}


def _written(c: dict) -> dict:
    evaluation = c["midterm_evaluation"] or {}
    return {
        **{k: bare(c[k]) for k in ("country", "title", "code", "window", "summary")},
        **{k: bare(c[k]) for k in ("period", "extension", "financial_execution")},
        **{k: c[k] for k in ("start_date", "end_date", "budget_total")},
        **{k: c[k] for k in ("sustainability_plan", "communication_plan")},
        "agencies": dict(c["budget_by_agency"] or {}),
        **{k: [bare(str(x)) for x in c[k] or []] for k in LISTS},
        "paid": [(d["n"], d.get("date"), d.get("amount")) for d in c["disbursements"] or []],
        **{
            k: [(bare(p.get("name")), bare(p.get("email"))) for p in c[k] or []]
            for k in ("coordinators", "rco_contacts")
        },
        "achievements": [(a.get("n"), bare(a["text"])) for a in c["achievements"] or []],
        **{
            kind: [((c["beneficiaries"] or {}).get(kind) or {}).get(key) for key in GRID]
            for kind in ("direct", "indirect")
        },
        "missions": [(str(m["date"])[:7], m.get("members")) for m in c["missions"] or []],
        "evaluation": [bare(evaluation.get(k)) for k in ("evaluator", "period", "report")],
    }


def _parsed(f: Fiche) -> dict:
    def grid(counts: BeneficiaryCount) -> list:
        return [getattr(counts, key) for key in GRID]

    evaluation = f.midterm_evaluation
    return {
        **{k: bare(getattr(f, k)) for k in ("country", "title", "code", "window", "summary")},
        **{k: bare(getattr(f, k)) for k in ("period", "extension", "financial_execution")},
        **{k: getattr(f, k) for k in ("start_date", "end_date", "budget_total")},
        **{k: getattr(f, k) for k in ("sustainability_plan", "communication_plan")},
        "agencies": dict(f.budget_by_agency),
        **{k: [bare(x) for x in getattr(f, k)] for k in LISTS},
        "paid": [(d.n, d.date, d.amount) for d in f.disbursements],
        **{
            k: [(bare(p.name), bare(p.email)) for p in getattr(f, k)]
            for k in ("coordinators", "rco_contacts")
        },
        "achievements": [(a.n, bare(a.text)) for a in f.achievements],
        "direct": grid(f.beneficiaries_direct),
        "indirect": grid(f.beneficiaries_indirect),
        "missions": [(m.date, m.members) for m in f.missions],
        "evaluation": [bare(getattr(evaluation, k)) for k in ("evaluator", "period", "report")],
    }
