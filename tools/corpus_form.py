"""A written fiche (`corpus/content/*.yaml`) as the rows of its form, in one of several habits.

Offices fill in the same form differently: dates, sums, lists and labels vary with the `Habit`,
which is chosen by the fiche's name so that rendering repeats.
"""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

MONTHS = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre"),
    *("octubre", "noviembre", "diciembre"),
)
ORDINALS = ("Primer", "Segundo", "Tercer", "Cuarto", "Quinto", "Sexto")
DIMENSION_LABELS = {
    "gender": "Valoración sobre la inclusión de la perspectiva de género en el PC y sus "
    "herramientas de gestión (ejemplo):",
    "national_leadership": "Liderazgo de la/s institución/es nacional/local:",
    "civil_society": "Involucramiento de la sociedad civil y ciudadanía:",
    "alignment": "Armonización y alineamiento:",
    "accountability": "Elementos innovadores en rendición de cuentas:",
    "management_harmonisation": "Elementos innovadores en armonización de procedimientos y de "
    "gestión:",
    "rco_role": "Rol de la OCR y sinergias con otros PCs:",
    "interagency_coordination": "Coordinación interagencial:",
    "sustainability": "Sostenibilidad (acciones concretas y estrategias de asociación)",
    "scalability": "Escalabilidad e innovación",
    "external_factors": "Factores externos/ acciones de mitigación",
    "communication": "Comunicación e incidencia",
    "monitoring_evaluation": "Seguimiento y Evaluación",
}


@dataclass(frozen=True)
class Habit:
    """How an office fills in the form; every number picks one of a few ways."""

    date: int
    money: int
    agencies: int
    numbering: int


@dataclass(frozen=True)
class FormRow:
    """A label and its value; `group` is the label printed over a block of rows."""

    id: str
    label: str
    value: str
    group: str = ""


def load_content(path: Path) -> dict[str, Any]:
    """Read a written fiche."""
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def fiche_id(content: dict[str, Any]) -> str:
    """Return the name the fiche bears in every table."""
    return f"{content['code']}_{content['period']}"


def habit_of(name: str) -> Habit:
    """Choose a habit by the fiche's name."""
    digest = hashlib.sha256(name.encode()).digest()
    return Habit(digest[0] % 4, digest[1] % 4, digest[2] % 3, digest[3] % 3)


def write_date(day: datetime.date | None, habit: Habit) -> str:
    """Write a date as the office does."""
    if day is None:
        return ""
    month = MONTHS[day.month - 1]
    return (
        f"{month.capitalize()} {day.day}, {day.year}",
        f"{day:%d/%m/%Y}",
        f"{day.day} de {month} de {day.year}",
        f"{day.day} {month} {day.year}",
    )[habit.date]


def write_money(amount: float | None, habit: Habit) -> str:
    """Write a sum in US dollars as the office does."""
    if amount is None:
        return ""
    commas = f"{amount:,.0f}"
    dots = commas.replace(",", ".")
    return (f"USD {commas}", f"USD{commas}", f"USD {dots}", f"US$ {commas}")[habit.money]


def head_lines(content: dict[str, Any]) -> list[str]:
    """Return the unlabelled lines at the top: country, title with code, window."""
    return [
        content["country"],
        f"{content['title']} ({content['code']})",
        content["window"],
    ]


def form_rows(content: dict[str, Any], habit: Habit) -> list[FormRow]:
    """Return the rows of the form in its order."""
    return [
        *_key_data(content, habit),
        *_people(content),
        *_progress(content, habit),
        *_observations(content),
        *_follow_up(content),
    ]


def _key_data(content: dict[str, Any], habit: Habit) -> list[FormRow]:
    plain = [
        f"{name}: {amount:,.0f}" if habit.money != 2 else f"{name}: {amount:,.0f}".replace(",", ".")
        for name, amount in (content["budget_by_agency"] or {}).items()
    ]
    results = [str(text).strip() for text in content["expected_results"] or []]
    return [
        FormRow("budget_total", "Presupuesto total:", write_money(content["budget_total"], habit)),
        FormRow("budget_by_agency", "Presupuesto por Agencia:", _join(plain, habit.agencies)),
        FormRow(
            "government_entities",
            "Entidades gubernamentales participantes:",
            _separated(content["government_entities"] or []),
        ),
        FormRow("start_date", "Fecha de inicio:", write_date(content["start_date"], habit)),
        FormRow("end_date", "Fecha de fin:", write_date(content["end_date"], habit)),
        FormRow("extension", "Extensión:", content["extension"] or ""),
        FormRow("disbursements", "Desembolsos:", _disbursements(content, habit)),
        FormRow("summary", "Resumen:", _clean(content["summary"])),
        FormRow("expected_results", "Resultados esperados:", _numbered(results, habit)),
        FormRow("regions", "Regiones de Intervención:", _enumerate(content["regions"] or [])),
        FormRow("mdgs", "ODM", "; ".join(str(m) for m in content["mdgs"] or [])),
    ]


def _disbursements(content: dict[str, Any], habit: Habit) -> str:
    paid = {d["n"]: d for d in content["disbursements"] or []}
    lines = []
    for n in range(1, max(3, *paid) + 1 if paid else 4):
        entry = paid.get(n)
        said = (
            f"{write_date(entry.get('date'), habit)} {write_money(entry.get('amount'), habit)}"
            if entry
            else ""
        )
        lines.append(f"{ORDINALS[n - 1]} Desembolso: {said}".strip())
    return "\n".join(lines)


def _people(content: dict[str, Any]) -> list[FormRow]:
    return [
        FormRow("coordinators", "Coordinador/a del Programa:", _contacts(content["coordinators"])),
        FormRow("rco_contacts", "OCR:", _contacts(content["rco_contacts"])),
    ]


def _contacts(people: list[dict[str, str | None]] | None) -> str:
    return "\n".join(
        " ".join(part for part in (p.get("name"), p.get("email")) if part) for p in people or []
    )


def _progress(content: dict[str, Any], habit: Habit) -> list[FormRow]:
    year, half = content["period"].split("-")
    month = f"julio {year}" if half == "1" else f"enero {int(year) + 1}"
    achievements = [
        f"Resultado {a['n']}: {_clean(a['text'])}" if a.get("n") else _clean(a["text"])
        for a in content["achievements"] or []
    ]
    return [
        FormRow("beneficiaries", "Beneficiarios a la fecha:", ""),
        FormRow("status", "Estado:", _clean(content["status"])),
        FormRow(
            "financial_execution",
            f"Estado de ejecución financiera según informe semestral de {month}:",
            _clean(content["financial_execution"]),
        ),
        FormRow(
            "achievements",
            "Principales logros: (por resultado)",
            "\n".join(achievements),
        ),
    ]


def _observations(content: dict[str, Any]) -> list[FormRow]:
    groups = {
        "national_leadership": "Declaración de Paris",
        "civil_society": "Declaración de Paris",
        "alignment": "Declaración de Paris",
        "accountability": "Declaración de Paris",
        "management_harmonisation": "Unidos en la Acción",
        "rco_role": "Unidos en la Acción",
        "interagency_coordination": "Unidos en la Acción",
    }
    flags = {
        "sustainability": ("Plan de sostenibilidad", content["sustainability_plan"]),
        "communication": ("Plan C&I", content["communication_plan"]),
    }
    rows = []
    for dimension, label in DIMENSION_LABELS.items():
        text = _clean(content["sections"].get(dimension))
        name, flag = flags.get(dimension, ("", None))
        if name and flag is not None:
            text = f"{name}: {'si' if flag == 'yes' else 'no'}\n{text}".strip()
        rows.append(FormRow(dimension, label, text, groups.get(dimension, "")))
    return rows


def _follow_up(content: dict[str, Any]) -> list[FormRow]:
    missions = content["missions"] or []
    evaluation = content["midterm_evaluation"] or {}
    dates = "\n".join(_month(str(m["date"])) for m in missions)
    members = "\n".join(str(m.get("members") or "") for m in missions)
    return [
        FormRow(
            "missions",
            "Misiones de seguimiento del Secretariado:",
            f"Fechas: {dates}\nMiembro/s: {members}",
        ),
        FormRow(
            "midterm_evaluation",
            "Evaluación de medio término:",
            f"Evaluador/a: {evaluation.get('evaluator') or ''}\n"
            f"Periodo: {evaluation.get('period') or ''}\n"
            f"Informe de evaluación/plan de mejora: {evaluation.get('report') or ''}",
        ),
    ]


def _month(iso: str) -> str:
    year, month = iso.split("-")[:2]
    return f"{MONTHS[int(month) - 1].capitalize()}, {year}"


def _clean(text: str | None) -> str:
    return "\n".join(" ".join(line.split()) for line in (text or "").splitlines() if line.strip())


def _join(items: list[str], how: int) -> str:
    return ("\n", "; ", ", ")[how].join(items)


def _separated(items: list[str]) -> str:
    """Separate by commas, or by semicolons where an item holds a comma."""
    return ("; " if any("," in item for item in items) else ", ").join(items)


def _enumerate(items: list[str]) -> str:
    if len(items) < 2 or any("," in item or " y " in item or " e " in item for item in items):
        return _separated(items)
    return f"{', '.join(items[:-1])} y {items[-1]}."


def _numbered(items: list[str], habit: Habit) -> str:
    marks = ("{}. ", "{}) ", "Resultado {}: ")
    return "\n".join(marks[habit.numbering].format(n) + t for n, t in enumerate(items, start=1))
