from __future__ import annotations

from datetime import date

import pytest

from assessor.checks.findings import CHECKS, check_fiche, disbursed_share, elapsed_share
from assessor.fiche.fiche import Disbursement, Fiche, Mission

BASE = {
    "fiche_id": "A", "source": "a", "sha256": "0", "title": "T", "period": "2010-2",
    "budget_total": 1000.0, "start_date": date(2010, 1, 1), "end_date": date(2012, 12, 31),
    "budget_by_agency": {"PNUD": 600.0, "FAO": 400.0},
    "disbursements": (Disbursement(1, date(2010, 2, 1), 400.0),),
    "sections": {},
}  # fmt: skip


def checks(codebook, **changes) -> set[str]:
    full = {d.id: "Texto." for d in codebook.dimensions}
    values = BASE | changes
    values["sections"] = full | values["sections"]
    return {f.check for f in check_fiche(Fiche(**values), codebook)}


def test_a_coherent_fiche_has_no_findings(codebook):
    assert checks(codebook) == set()


@pytest.mark.parametrize(
    ("check", "changes"),
    [
        ("budget_sum", {"budget_by_agency": {"PNUD": 600.0, "FAO": 300.0}}),
        ("disbursed_over_budget", {"disbursements": (Disbursement(1, None, 1200.0),)}),
        ("disbursed_behind_time", {"period": "2012-2"}),
        ("date_order", {"end_date": date(2009, 1, 1)}),
        ("date_order", {"disbursements": (Disbursement(1, date(2011, 1, 1), 200.0), Disbursement(2, date(2010, 1, 2), 300.0))}),
        ("mission_before_start", {"missions": (Mission("2009-04", "AB"),)}),
        ("report_outside_dates", {"period": "2009-1"}),
        ("missing_fields", {"title": None}),
        ("missing_sections", {"sections": dict.fromkeys(("gender", "execution", "alignment", "rco_role", "scalability"), "")}),
        ("flag_against_text", {"sustainability_plan": "yes", "sections": {"sustainability": "Plan de sostenibilidad: si\nNo hay todavía un plan."}}),
        ("flag_against_text", {"communication_plan": "no", "sections": {"communication": "Plan C&I: no\nSe ha desarrollado un plan con radios."}}),
        ("zero_against_claim", {"sections": {"execution": "Se alcanzaron avances importantes.\nResultado 2: metas en 0"}}),
    ],
)  # fmt: skip
def test_each_check(codebook, check, changes):
    assert check in checks(codebook, **changes)


def test_every_check_is_tested_here():
    tested = {
        "budget_sum", "disbursed_over_budget", "disbursed_behind_time", "date_order",
        "mission_before_start", "report_outside_dates", "missing_fields", "missing_sections",
        "flag_against_text", "zero_against_claim",
    }  # fmt: skip
    assert tested == set(CHECKS)


def test_findings_quote_both_sides(codebook):
    fiche = Fiche(**(BASE | {"budget_by_agency": {"PNUD": 1.0}}))
    finding = check_fiche(fiche, codebook)[0]
    assert finding.left == "1 000"
    assert finding.right == "1 (PNUD 1)"


def test_sides_stand_in_the_message_s_order_and_in_no_language(codebook):
    late = BASE | {"period": "2012-2", "sections": {d.id: "Texto." for d in codebook.dimensions}}
    (finding,) = check_fiche(Fiche(**late), codebook)
    assert finding.message_en == "Disbursements lag far behind the time elapsed."
    assert (finding.left, finding.right) == ("40%", "100%")


def test_what_is_missing_is_named_in_the_message_s_own_language(codebook):
    found = {f.check: f for f in check_fiche(Fiche(**(BASE | {"budget_total": None})), codebook)}
    assert found["missing_fields"].message_en == "Missing: total budget."
    assert "blank: Execution; Gender;" in found["missing_sections"].message_en


def test_shares():
    fiche = Fiche(**BASE)
    assert disbursed_share(fiche) == pytest.approx(0.4)
    assert elapsed_share(fiche) == pytest.approx(364 / 1095, abs=0.01)
    assert disbursed_share(Fiche("A", "a", "0")) is None
    assert elapsed_share(Fiche("A", "a", "0")) is None
