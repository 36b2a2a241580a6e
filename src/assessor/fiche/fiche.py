"""The fiche: one programme's assessment sheet at one reporting period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Disbursement:
    """One payment of the fund; `n` counts from 1, `amount` in the fiche's currency."""

    n: int
    date: date | None
    amount: float | None


@dataclass(frozen=True, slots=True)
class Contact:
    """A named person of the programme or of the Resident Coordinator's Office."""

    name: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class Achievement:
    """What was achieved under expected result `n` (None where the fiche does not number it)."""

    n: int | None
    text: str


@dataclass(frozen=True, slots=True)
class BeneficiaryCount:
    """Beneficiaries to date of one kind (direct or indirect)."""

    institutions: int | None = None
    women: int | None = None
    men: int | None = None
    ethnic_groups: int | None = None


@dataclass(frozen=True, slots=True)
class Mission:
    """A monitoring mission of the Secretariat; `date` is ISO 8601, `YYYY-MM` or longer."""

    date: str | None
    members: str | None


@dataclass(frozen=True, slots=True)
class MidtermEvaluation:
    """The mid-term evaluation block, as written."""

    evaluator: str | None = None
    period: str | None = None
    report: str | None = None


@dataclass(frozen=True, slots=True)
class Fiche:
    """A parsed fiche.

    Field names are those of `fiches.jsonl`. What the document does not say is None or
    empty; what could not be told with certainty is said in `warnings`.

    Parameters
    ----------
    sections : Mapping[str, str]
        Dimension id to text, for every dimension of the codebook in its order; ``""`` where
        the section is blank or missing. Wrapped lines are joined; paragraphs are separated
        by one line break.
    extra : Mapping[str, str]
        Rows of the form that no field takes, by their label as written.
    """

    fiche_id: str
    source: str
    sha256: str
    country: str | None = None
    title: str | None = None
    code: str | None = None
    window: str | None = None
    period: str | None = None
    budget_total: float | None = None
    currency: str | None = None
    budget_by_agency: Mapping[str, float] = field(default_factory=dict)
    government_entities: tuple[str, ...] = ()
    start_date: date | None = None
    end_date: date | None = None
    extension: str | None = None
    disbursements: tuple[Disbursement, ...] = ()
    summary: str | None = None
    expected_results: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    mdgs: tuple[str, ...] = ()
    coordinators: tuple[Contact, ...] = ()
    rco_contacts: tuple[Contact, ...] = ()
    status: str | None = None
    achievements: tuple[Achievement, ...] = ()
    financial_execution: str | None = None
    beneficiaries_direct: BeneficiaryCount = BeneficiaryCount()
    beneficiaries_indirect: BeneficiaryCount = BeneficiaryCount()
    missions: tuple[Mission, ...] = ()
    midterm_evaluation: MidtermEvaluation = MidtermEvaluation()
    sustainability_plan: str | None = None
    communication_plan: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
