"""Runs made from fiches written in the test."""

from __future__ import annotations

from datetime import date

from assessor.assess import Assessor
from assessor.fiche.fiche import Contact, Disbursement, Fiche, MidtermEvaluation
from assessor.runs.folder import write_run
from assessor.runs.manifest import about_run
from assessor.runs.result import result_of, set_aside
from assessor.runs.source import Outcome

NO_BASELINE = "No hay línea de base."
NO_PLAN = "Plan de sostenibilidad: no\nNo existe plan de sostenibilidad."
GOOD = "El comité se reúne cada mes y sus acuerdos se cumplen."


def make_run(path, codebook, fiches, rejected=(), *, parquet=False):
    assessor = Assessor(codebook)
    done = tuple(assessor.assess(fiche) for fiche in fiches)
    results = [result_of(Outcome("origen.txt", done), codebook)]
    results += [set_aside(r["source"], "", r["reason"], r["detail"]) for r in rejected]
    write_run(path, results, codebook, about_run(codebook, {}), parquet=parquet)
    return path


def fiche(number, period="2011-1", country="Perú", sections=None, **others):
    """A fiche with header, two sections and a figure that does not hold together."""
    code = f"MDGF-{7000 + number}"
    texts = {"monitoring_evaluation": NO_BASELINE, "interagency_coordination": GOOD}
    values = {
        "code": code, "title": f"Agua limpia {number}", "country": country, "period": period,
        "window": "Desarrollo y sector privado", "budget_total": 1000.0, "currency": "USD",
        "budget_by_agency": {"PNUD": 600.0, "FAO": 300.0},
        "start_date": date(2010, 1, 1), "end_date": date(2013, 1, 1),
        "disbursements": (Disbursement(1, date(2010, 2, 1), 100.0),),
        "coordinators": (Contact("Ana Quispe Yupanqui", "ana.quispe@example.org"),),
        "midterm_evaluation": MidtermEvaluation("Luis Tapia Rengifo"),
    }  # fmt: skip
    return Fiche(
        f"{code}_{period}", f"{code}.txt", f"{code}{period}", **(values | others),
        sections=sections or texts,
    )  # fmt: skip
