"""Coherence and data-quality checks: what of a fiche does not hold together.

Each check is one function of the map `CHECKS`; it returns both sides that disagree, as they
stand in the fiche: in no language of their own, and in the order in which the message names them.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from assessor.codebook.schema import Codebook
from assessor.fiche.fiche import Fiche
from assessor.folding import fold

BUDGET_TOLERANCE = 0.005  # shares may be rounded to whole dollars or thousands
LOW_SPEND_GAP = 0.35  # disbursed share this far behind the elapsed share
REQUIRED = (
    ("title", "título", "title"), ("budget_total", "presupuesto total", "total budget"),
    ("start_date", "fecha de inicio", "start date"), ("end_date", "fecha de fin", "end date"),
    ("period", "periodo del informe", "reporting period"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that did not hold.

    Parameters
    ----------
    check : str
        Its name in `CHECKS`.
    severity : str
        ``error`` (cannot both be true), ``warning`` (unlikely) or ``note`` (missing).
    message_es, message_en : str
        What does not hold, in a sentence.
    left, right : str
        The two sides, in the message's order: figures, dates or words of the fiche; empty
        where nothing stands.
    """

    check: str
    severity: str
    message_es: str
    message_en: str
    left: str
    right: str


Check = Callable[[Fiche, Codebook], Iterator[Finding]]


def check_fiche(fiche: Fiche, codebook: Codebook) -> tuple[Finding, ...]:
    """Run every check, in the order of `CHECKS`."""
    return tuple(
        finding
        for name, check in CHECKS.items()
        for finding in _named(name, check, fiche, codebook)
    )


def _named(name: str, check: Check, fiche: Fiche, codebook: Codebook) -> Iterator[Finding]:
    for finding in check(fiche, codebook):
        yield Finding(
            name, finding.severity, finding.message_es, finding.message_en, finding.left,
            finding.right,
        )  # fmt: skip


def _finding(severity: str, es: str, en: str, left: str, right: str) -> Finding:
    return Finding("", severity, es, en, left, right)


def money(amount: float) -> str:
    """Write a sum as both languages read it.

    >>> money(1250000)
    '1 250 000'
    """
    return f"{amount:,.0f}".replace(",", " ")


def budget_sum(fiche: Fiche, _: Codebook) -> Iterator[Finding]:
    """Agency budgets add up to the total."""
    if not fiche.budget_by_agency or fiche.budget_total is None:
        return
    total = sum(fiche.budget_by_agency.values())
    if abs(total - fiche.budget_total) > max(
        BUDGET_TOLERANCE * fiche.budget_total, len(fiche.budget_by_agency)
    ):
        parts = ", ".join(f"{name} {money(a)}" for name, a in fiche.budget_by_agency.items())
        yield _finding(
            "error",
            "El presupuesto total no es la suma de los presupuestos por agencia.",
            "The total budget is not the sum of the agency budgets.",
            money(fiche.budget_total),
            f"{money(total)} ({parts})",
        )


def disbursed_over_budget(fiche: Fiche, _: Codebook) -> Iterator[Finding]:
    """Disbursements stay within the budget."""
    paid = sum(d.amount or 0.0 for d in fiche.disbursements)
    if fiche.budget_total and paid > fiche.budget_total * (1 + BUDGET_TOLERANCE):
        yield _finding(
            "error",
            "Lo desembolsado supera el presupuesto total.",
            "Disbursements exceed the total budget.",
            money(paid),
            money(fiche.budget_total),
        )


def disbursed_behind_time(fiche: Fiche, _: Codebook) -> Iterator[Finding]:
    """The disbursed share keeps up with the elapsed share of the programme's time."""
    disbursed, elapsed = disbursed_share(fiche), elapsed_share(fiche)
    if disbursed is not None and elapsed is not None and elapsed - disbursed > LOW_SPEND_GAP:
        yield _finding(
            "warning",
            "Lo desembolsado va muy por detrás del tiempo transcurrido.",
            "Disbursements lag far behind the time elapsed.",
            f"{disbursed:.0%}",
            f"{elapsed:.0%}",
        )


def date_order(fiche: Fiche, _: Codebook) -> Iterator[Finding]:
    """The end comes after the start, and payments in their order."""
    if fiche.start_date and fiche.end_date and fiche.end_date <= fiche.start_date:
        yield _finding(
            "error", "La fecha de fin no es posterior a la de inicio.",
            "The end date is not after the start date.",
            str(fiche.end_date), str(fiche.start_date),
        )  # fmt: skip
    dated = [d for d in fiche.disbursements if d.date is not None]
    for before, after in itertools.pairwise(dated):
        if before.date and after.date and after.date < before.date:
            yield _finding(
                "warning", f"El desembolso {after.n} es anterior al {before.n}.",
                f"Disbursement {after.n} precedes disbursement {before.n}.",
                str(after.date), str(before.date),
            )  # fmt: skip


def mission_before_start(fiche: Fiche, _: Codebook) -> Iterator[Finding]:
    """No monitoring mission precedes the programme's start."""
    if fiche.start_date is None:
        return
    for mission in fiche.missions:
        if mission.date and mission.date[:7] < f"{fiche.start_date:%Y-%m}":
            yield _finding(
                "warning", "Una misión de seguimiento es anterior al inicio del programa.",
                "A monitoring mission precedes the programme's start.",
                mission.date, str(fiche.start_date),
            )  # fmt: skip


def report_outside_dates(fiche: Fiche, _: Codebook) -> Iterator[Finding]:
    """The reporting period lies within the programme's time."""
    end = period_end(fiche)
    if end is not None and fiche.start_date is not None and end < fiche.start_date:
        yield _finding(
            "warning", "El periodo del informe es anterior al inicio del programa.",
            "The reporting period precedes the programme's start.",
            str(fiche.period), str(fiche.start_date),
        )  # fmt: skip


def missing_fields(fiche: Fiche, _: Codebook) -> Iterator[Finding]:
    """The key data are there; asked only of fiches that have a form's header at all."""
    if not any(getattr(fiche, name) for name, _, _ in REQUIRED):
        return
    for name, es, en in REQUIRED:
        if getattr(fiche, name) is None:
            yield _finding("note", f"Falta: {es}.", f"Missing: {en}.", "", "")


def missing_sections(fiche: Fiche, codebook: Codebook) -> Iterator[Finding]:
    """At most a third of the sections are blank."""
    blank = [d for d in codebook.dimensions if not fiche.sections.get(d.id, "").strip()]
    n, of = len(blank), len(codebook.dimensions)
    if n > of / 3:
        es, en = "; ".join(d.es for d in blank), "; ".join(d.en for d in blank)
        yield _finding(
            "warning", f"{n} de {of} apartados están en blanco: {es}.",
            f"{n} of {of} sections are blank: {en}.", "", "",
        )  # fmt: skip


_PLAN_DENIED = re.compile(
    r"\b(?:no (?:hay|existe|se cuenta con|cuenta con|tiene|se dispone de)|carece de|sin|falta)"
    r"(?:\W+\w+){0,4}?\W+(?:plan|estrategia)\b"
)
_PLAN_CLAIMED = re.compile(
    r"\b(?:el|un) plan (?:de \w+ )?(?:ya )?(?:esta aprobado|se aprobo|fue aprobado|se aplica"
    r"|esta en marcha|vigente|se ejecuta)\b"
    r"|\bse (?:aprobo|ha aprobado|elaboro|ha elaborado|ha desarrollado) (?:un|el) plan\b"
)


def flag_against_text(fiche: Fiche, _: Codebook) -> Iterator[Finding]:
    """A plan flag and the text of its section say the same."""
    for flag, dimension, name in (
        (fiche.sustainability_plan, "sustainability", "Plan de sostenibilidad"),
        (fiche.communication_plan, "communication", "Plan de comunicación"),
    ):
        text = fiche.sections.get(dimension, "")
        body = text.split("\n", 1)[1] if flag and "\n" in text else ""
        pattern = {"yes": _PLAN_DENIED, "no": _PLAN_CLAIMED}.get(flag or "")
        match = pattern.search(fold(body)) if pattern else None
        if match:
            said = "sí" if flag == "yes" else "no"
            yield _finding(
                "warning", f"La casilla «{name}: {said}» y el texto no coinciden.",
                f"The flag '{name}: {said}' and the text disagree.",
                f"{name}: {said}", _around(body, match),
            )  # fmt: skip


_ZERO_TARGETS = re.compile(r"\bmetas?\b[^.;\n]{0,25}\b(?:en|a) (?:0|cero)\b|\bmetas? en 0\b")
_CLAIM = re.compile(
    r"\b(?:se (?:han )?(?:alcanz\w+|cumpl\w+|super\w+)|logros (?:important|significativ|notabl)\w+|"
    r"avances? (?:important|significativ|notabl)\w+|con exito|todas las metas)\b"
)


def zero_against_claim(fiche: Fiche, _: Codebook) -> Iterator[Finding]:
    """«Metas en 0» does not stand beside a claim of achievement."""
    texts = {
        name: fold(fiche.sections.get(name, "")) for name in ("execution", "monitoring_evaluation")
    }
    zero = next((m for t in texts.values() if (m := _ZERO_TARGETS.search(t))), None)
    text = fiche.sections.get("execution", "")
    claim = _CLAIM.search(texts["execution"])
    if zero and claim:
        yield _finding(
            "warning", "Se afirman logros y hay metas en cero.",
            "Achievements are claimed and targets stand at zero.",
            zero.group(), _around(text, claim),
        )  # fmt: skip


def _around(text: str, match: re.Match[str], width: int = 60) -> str:
    """Quote a match with some words on both sides."""
    start, end = max(0, match.start() - width // 2), min(len(text), match.end() + width)
    return " ".join(text[start:end].split())


def disbursed_share(fiche: Fiche) -> float | None:
    """Return disbursed / budget, 0 upwards; None where either is missing."""
    if not fiche.budget_total or not fiche.disbursements:
        return None
    return sum(d.amount or 0.0 for d in fiche.disbursements) / fiche.budget_total


def period_end(fiche: Fiche) -> date | None:
    """Return the last day of the reporting period."""
    match = re.fullmatch(r"(\d{4})-([12])", fiche.period or "")
    if not match:
        return None
    return date(int(match[1]), 6, 30) if match[2] == "1" else date(int(match[1]), 12, 31)


def elapsed_share(fiche: Fiche) -> float | None:
    """Return the share of the programme's time gone by at the period's end, 0 to 1."""
    end = period_end(fiche)
    if end is None or not fiche.start_date or not fiche.end_date:
        return None
    length = (fiche.end_date - fiche.start_date).days
    if length <= 0:
        return None
    return min(1.0, max(0.0, (end - fiche.start_date).days / length))


CHECKS: dict[str, Check] = {
    "budget_sum": budget_sum,
    "disbursed_over_budget": disbursed_over_budget,
    "disbursed_behind_time": disbursed_behind_time,
    "date_order": date_order,
    "mission_before_start": mission_before_start,
    "report_outside_dates": report_outside_dates,
    "missing_fields": missing_fields,
    "missing_sections": missing_sections,
    "flag_against_text": flag_against_text,
    "zero_against_claim": zero_against_claim,
}
