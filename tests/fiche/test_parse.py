from __future__ import annotations

import io

import pytest
from corpus_render import FORMS

from assessor.errors import FicheError, Rejection

from .. import needs
from ..conftest import FIXTURES, SHARED
from .form_check import bare, field_errors, section_errors

TEXTS = sorted(FIXTURES.glob("MDGF-9001_2011-1.*.txt"))


def as_bytes(document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("form", sorted(FORMS))
def test_word_forms_read_back(parse, content, form):
    (fiche,) = parse(as_bytes(FORMS[form](content)), ".docx")
    assert field_errors(content, fiche) == []
    assert section_errors(content, fiche) == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda p: p.name.split(".", 1)[1])
def test_text_out_of_pdf_reads_back(parse, content, path):
    """Text kept by layout, and texts without it: stacked, and a column of labels by itself."""
    (fiche,) = parse(path.read_bytes())
    assert field_errors(content, fiche) == []
    assert section_errors(content, fiche) == []


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.pdf")), ids=lambda p: p.name)
def test_pdf_reads_back(parse, content, path):
    (fiche,) = parse(path.read_bytes(), ".pdf")
    assert field_errors(content, fiche) == []
    assert section_errors(content, fiche) == []


def test_fixtures_are_there():
    assert len(TEXTS) >= 4
    assert list(FIXTURES.glob("*.pdf"))


HEAD = """Bolivia
Agua para el Chaco: acceso y gestión (MDGF-7001)
Gobernanza económica democrática
Presupuesto total: US$ 2.000.000
"""


def test_labels_first_and_values_after(parse):
    text = HEAD + (
        "Fecha de inicio:\nFecha de fin:\nExtensión:\n\nMarzo 1, 2009\nFebrero 28, 2012\n\n"
        "Resumen: Pozos y redes.\n"
    )
    (fiche,) = parse(text)
    assert f"{fiche.start_date}" == "2009-03-01"
    assert f"{fiche.end_date}" == "2012-02-28"
    assert fiche.extension is None


def test_a_wrapped_label_with_blank_lines_and_a_glued_group(parse):
    text = HEAD + (
        "Entidades gubernamentales\n\nparticipantes:\n\nMinisterio de Aguas, Gobernación de Tarija\n"
        "Resumen: Pozos.\n"
        "Declaración de París Liderazgo de la/s institución/es nacional/local:\nEl ministerio firma.\n"
        "Unidos en la Acción Elementos innovadores en armonización de procedimientos y de gestión:\n"
        "Cada una con lo suyo.\n"
    )
    (fiche,) = parse(text)
    assert fiche.government_entities == ("Ministerio de Aguas", "Gobernación de Tarija")
    assert fiche.sections["national_leadership"] == "El ministerio firma."
    assert fiche.sections["management_harmonisation"] == "Cada una con lo suyo."


def test_a_label_word_in_prose_stays_prose(parse):
    text = HEAD + (
        "Resumen: Redes.\n"
        "Coordinación interagencial:\nLas agencias hablan de\n"
        "Sostenibilidad de las redes cada mes y la\n"
        "comunicación e incidencia va aparte.\n"
        "Sostenibilidad (acciones concretas y estrategias de asociación)\n"
        "Plan de sostenibilidad: no\nNada escrito.\n"
    )
    (fiche,) = parse(text)
    assert "Sostenibilidad de las redes" in fiche.sections["interagency_coordination"]
    assert fiche.sections["sustainability"] == "Plan de sostenibilidad: no\nNada escrito."
    assert fiche.sustainability_plan == "no"
    assert fiche.sections["communication"] == ""


def test_mail_debris_is_left_out(parse):
    text = HEAD + (
        "Resumen: Redes.\nArmonización y alineamiento:\nSigue el plan.\n"
        "mailto:ana@example.org\nRendición de cuentas:\nAsambleas.\n"
    )
    (fiche,) = parse(text)
    assert fiche.sections["alignment"] == "Sigue el plan."
    assert fiche.sections["accountability"] == "Asambleas."


def test_several_fiches_in_one_file(parse):
    one = HEAD + "Fecha de inicio: 01/03/2009\nResumen: Redes.\n" + "".join(
        f"{label}:\nTexto {k}.\n"
        for k, label in enumerate(
            ("Armonización y alineamiento", "Coordinación interagencial",
             "Escalabilidad e innovación", "Factores externos/ acciones de mitigación",
             "Comunicación e incidencia", "Seguimiento y Evaluación")
        )
    )  # fmt: skip
    two = one.replace("Bolivia", "Perú").replace("MDGF-7001", "MDGF-7002").replace("Texto", "Otro")
    fiches = parse(one + "\f" + two)
    assert [f.code for f in fiches] == ["MDGF-7001", "MDGF-7002"]
    assert fiches[1].country == "Perú"
    assert fiches[0].sections["monitoring_evaluation"] == "Texto 5."
    assert fiches[1].sections["monitoring_evaluation"] == "Otro 5."


def test_missions_in_lists_that_do_not_line_up(parse):
    text = HEAD + (
        "Resumen: Redes.\nMisiones de seguimiento del Secretariado:\n"
        "Fechas: Abril, 2009\n\nOctubre, 2010\n\nMiembro/s: AB/CD\n\n   EF\n"
    )
    (fiche,) = parse(text)
    assert [(m.date, m.members) for m in fiche.missions] == [
        ("2009-04", "AB/CD"),
        ("2010-10", "EF"),
    ]


def test_unknown_rows_of_text_are_kept(parse):
    text = (
        HEAD + "Fecha de inicio: 01/03/2009\nAuditoría externa: en curso\nResumen: Redes y pozos.\n"
    )
    (fiche,) = parse(text)
    assert f"{fiche.start_date}" == "2009-03-01"
    assert fiche.extra == {"Auditoría externa": "en curso"}


def test_unknown_rows_of_a_table_are_kept(parse):
    from docx import Document

    document = Document()
    document.add_paragraph("Bolivia")
    table = document.add_table(rows=0, cols=2)
    rows = [
        ("Presupuesto total:", "USD 100"), ("Resumen:", "Redes y pozos."),
        ("Nota del punto focal", "Falta la firma.\nSe pidió en mayo."),
        ("Escalabilidad e innovación", "Por ver."), ("Visto bueno:", "Pendiente"),
        ("Seguimiento y Evaluación", "Con tablero."),
    ]  # fmt: skip
    for label, value in rows:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = label, value
    (fiche,) = parse(as_bytes(document), ".docx")
    assert fiche.summary == "Redes y pozos."
    assert fiche.sections["scalability"] == "Por ver."
    assert fiche.sections["monitoring_evaluation"] == "Con tablero."
    assert fiche.extra == {
        "Nota del punto focal": "Falta la firma.\nSe pidió en mayo.", "Visto bueno": "Pendiente",
    }  # fmt: skip


def test_a_second_form_is_data(parse):
    text = """Nombre de la intervención: Escuelas de río
Referencia: AX-204
Lugar de ejecución: Colombia
Arranque de la intervención: 2 de mayo de 2011
Subvención concedida: EUR 350.000
Situación de la intervención: Va lenta; la segunda escuela no tiene techo.
Lo conseguido: Una escuela abierta.
Enfoque de igualdad: No se ha pensado.
Qué quedará después: El municipio paga a dos maestras.
Contexto y riesgos: Crecidas en abril.
Cómo se mide: Con lista de asistencia.
Auditoría: Pendiente de firma.
"""
    (fiche,) = parse(text)
    assert (fiche.title, fiche.code, fiche.country) == ("Escuelas de río", "AX-204", "Colombia")
    assert (fiche.budget_total, fiche.currency) == (350000, "EUR")
    assert fiche.sections["execution"] == (
        "Va lenta; la segunda escuela no tiene techo.\nUna escuela abierta."
    )
    assert fiche.sections["gender"] == "No se ha pensado."
    assert fiche.sections["sustainability"] == "El municipio paga a dos maestras."
    assert fiche.extra == {"Auditoría": "Pendiente de firma."}


@pytest.mark.parametrize(
    "text",
    [
        "Una sola línea.",
        "Prosa sin etiquetas. " * 4000,
        "Presupuesto total:\nFecha de inicio:\n",
        "\n".join("Sostenibilidad" for _ in range(50)),
    ],
)
def test_what_is_no_fiche_is_set_aside(parse, text):
    with pytest.raises(FicheError) as error:
        parse(text)
    assert error.value.reason is Rejection.NOT_A_FICHE


def test_labels_without_text_parse_with_warnings(parse):
    labels = [
        "Presupuesto total:", "Fecha de inicio:", "Resumen:", "Armonización y alineamiento:",
        "Coordinación interagencial:", "Escalabilidad e innovación", "Seguimiento y Evaluación",
    ]  # fmt: skip
    (fiche,) = parse("\n".join(labels))
    assert not any(fiche.sections.values())
    assert any("blank sections" in warning for warning in fiche.warnings)


SEED = SHARED / "seed" / "000_95c2b4be683523a0.txt"


@pytest.mark.skipif(not SEED.exists(), reason=needs.REAL_FICHE)
def test_the_real_fiche(parse, assessor):
    (fiche,) = parse(SEED.read_bytes())
    assert sum(fiche.budget_by_agency.values()) == fiche.budget_total == 5_000_000
    assert len(fiche.budget_by_agency) == 6
    assert [(d.n, f"{d.date}", d.amount) for d in fiche.disbursements] == [
        (1, "2009-12-15", 1_429_667),
        (2, "2011-07-15", 2_042_474),
    ]
    assert (len(fiche.expected_results), len(fiche.regions)) == (3, 4)
    assert [bool(p.name and p.email) for p in (*fiche.coordinators, *fiche.rco_contacts)] == [
        True
    ] * 2
    assert fiche.period == "2011-1"
    assert [(m.date, m.members) for m in fiche.missions] == [
        ("2009-04", "JAG/PFP"), ("2010-10", "PFP"), ("2010-11", "JAG/PFP"),
    ]  # fmt: skip
    assert fiche.midterm_evaluation.evaluator
    assert bare(fiche.midterm_evaluation.period) == "septiembrenoviembre,2011"
    assert set(vars_of(fiche.beneficiaries_direct)) == {None}
    assert (fiche.sustainability_plan, fiche.communication_plan) == ("no", "yes")
    assert [name for name, text in fiche.sections.items() if not text] == [
        "management_harmonisation"
    ]
    assessment = assessor.assess(fiche)
    levels = {r.dimension: r.level for r in assessment.ratings}
    assert levels["management_harmonisation"] == "not_assessed"
    coordinator = [i for i in assessment.issues if i.code == "absence_of_coordinator"]
    assert [i.status for i in coordinator if i.dimension == "interagency_coordination"] == [
        "resolved"
    ]
    assert any(f.check == "mission_before_start" for f in assessment.findings)


def vars_of(counts) -> list:
    return [counts.institutions, counts.women, counts.men, counts.ethnic_groups]
