"""Gold cases, one sentence or two each, by phenomenon."""

from __future__ import annotations

import pytest

from assessor.issues.extract import IssueExtractor
from assessor.observations import Observation

from .markup import read_markup

CASES = {
    "outright": [
        ("interagency_coordination", "El programa <issue code=absence_of_coordinator>no cuenta con coordinador</issue> nacional."),
        ("monitoring_evaluation", "<issue code=no_baseline>No existe línea de base</issue> y el informe llega tarde."),
        ("execution", "Resultado 2: <issue code=targets_without_progress>metas en 0</issue>."),
        ("gender", "Los datos <issue code=no_disaggregated_data>sin desagregar</issue> impiden saber más."),
        ("management_harmonisation", "<issue code=unharmonised_procedures>Cada agencia mantiene sus procedimientos</issue>."),
        ("external_factors", "La <issue code=natural_disaster>inundación</issue> de octubre cortó el camino."),
        ("national_leadership", "Hay <issue code=change_of_authorities>nuevo gobierno</issue> desde agosto."),
        ("accountability", "<issue code=no_accountability_mechanism>No hay mecanismos de rendición de cuentas</issue>."),
    ],
    "denied": [
        ("execution", "No se han registrado <issue code=implementation_delay denied>retrasos en la ejecución</issue>."),
        ("interagency_coordination", "No ha habido <issue code=staff_turnover denied>rotación de personal</issue> en el año."),
        ("external_factors", "No hubo <issue code=natural_disaster denied>inundaciones</issue> este semestre."),
        ("interagency_coordination", "No es que <issue code=absence_of_coordinator denied>falte de verdad una ausencia de coordinador</issue>."),
    ],
    "resolved": [
        ("interagency_coordination", "La <issue code=absence_of_coordinator status=resolved>ausencia de coordinador</issue> ya fue resuelta en marzo."),
        ("interagency_coordination", "La <issue code=absence_of_coordinator status=resolved>ausencia de coordinador</issue> frenó el arranque. Desde junio de 2011 se cuenta con una persona."),
        ("execution", "El <issue code=implementation_delay status=resolved>retraso en el inicio</issue> fue superado."),
    ],
    "potential": [
        ("execution", "Existe el riesgo de que haya <issue code=implementation_delay status=potential>retrasos en las obras</issue>."),
        ("external_factors", "Se teme una <issue code=natural_disaster status=potential>sequía</issue> larga."),
        ("sustainability", "De no firmarse el convenio podría haber <issue code=staff_turnover status=potential>rotación de personal</issue>."),
    ],
    "still": [
        ("interagency_coordination", "La <issue code=absence_of_coordinator>ausencia de coordinador</issue> no se ha resuelto."),
        ("execution", "Persiste el <issue code=implementation_delay>retraso en las obras</issue>."),
    ],
    "elsewhere": [
        ("interagency_coordination", "A diferencia del PC de agua, con <issue code=staff_turnover denied>rotación de personal</issue>, aquí hay equipo."),
    ],
}  # fmt: skip
FLAT = [(kind, dimension, text) for kind, cases in CASES.items() for dimension, text in cases]


@pytest.fixture(scope="module")
def extractor(codebook):
    return IssueExtractor(codebook)


@pytest.mark.parametrize(
    ("kind", "dimension", "marked"), FLAT, ids=[f"{k}-{i}" for i, (k, _, _) in enumerate(FLAT)]
)
def test_gold_case(extractor, kind, dimension, marked):
    text, gold = read_markup(marked)
    found = extractor.extract(Observation("x", dimension, text))
    for expected in gold:
        matching = [i for i in found if i.code == expected.code]
        if expected.denied:
            assert matching == []
            continue
        assert [i.status for i in matching] == [expected.status]
        span = matching[0].evidence.span
        assert span.start < expected.end
        assert expected.start < span.end
        assert matching[0].evidence.text == text[span.start : span.end]
        assert matching[0].rule.startswith("wording:")


def test_a_plan_flag_is_an_issue_with_its_line(extractor):
    (issue,) = extractor.extract(
        Observation("x", "sustainability", "Plan de sostenibilidad: no\nVa bien.")
    )
    assert (issue.code, issue.status) == ("no_sustainability_plan", "current")
    assert issue.evidence.text == "Plan de sostenibilidad: no"


def test_blank_text_has_no_issues(extractor):
    assert extractor.extract(Observation("x", "gender", "  \n")) == ()


def test_status_cues_are_kept_beside_the_issue(extractor):
    text = "Existe el riesgo de que haya retrasos en las obras."
    (issue,) = extractor.extract(Observation("x", "execution", text))
    assert issue.cues[0].text.startswith("riesgo de")
    assert "cue:" in issue.rule
