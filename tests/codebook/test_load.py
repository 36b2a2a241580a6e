from __future__ import annotations

import pytest
import yaml

from assessor.assess import Assessor
from assessor.codebook.load import load_codebook
from assessor.errors import CodebookError
from assessor.fiche.fiche import Fiche

from .. import needs
from ..conftest import SHARED


def write(tmp_path, text):
    path = tmp_path / "mio.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_shipped_codebook_has_every_identifier_of_the_contract(codebook):
    contract = SHARED / "contract" / "codes.yaml"
    if not contract.exists():
        pytest.skip(needs.CONTRACT)
    codes = yaml.safe_load(contract.read_text(encoding="utf-8"))
    assert [d["id"] for d in codes["dimensions"]] == [d.id for d in codebook.dimensions]
    assert [d["heading"] for d in codes["dimensions"]] == [d.heading for d in codebook.dimensions]
    assert {i["id"]: i["usual"] for i in codes["issues"]} == {
        i.id: i.usual for i in codebook.issues
    }
    assert [x["id"] for x in codes["rating_scale"]] == [x.id for x in codebook.levels]
    assert [x["id"] for x in codes["issue_status"]] == [x.id for x in codebook.statuses]


def test_every_issue_has_wording(codebook):
    assert all(issue.wording for issue in codebook.issues)


TREE = "extends: default\nissues:\n  - {{id: x, es: X, usual: gender, wording: [{}]}}\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("extends: default\nissues:\n  - {id: sin_plan, es: Sin plan, usual: sostenible}\n",
         ["mio.yaml", "sin_plan", "sostenible", "gender"]),
        ("extends: default\nissues:\n  - {id: x, es: X, usual: gender, gravedad: 3}\n",
         ["mio.yaml", "'x'", "gravedad", "severity"]),
        ("extends: default\nissues:\n  - {id: x, es: X, usual: gender, severity: 9}\n",
         ["severity 9", "1, 2, 3"]),
        ("extends: default\ncues:\n  - {text: ya no, category: pasado, direction: both}\n",
         ["pasado", "resolved"]),
        ("extends: default\nissues: {}\n", ["issues", "list"]),
        ("extends: default\nnada: []\n", ["nada", "one of"]),
        ("extends: otro\n", ["otro", "default"]),
        ("- a\n", ["expected keys", "found list"]),
        ("issues: [", ["not valid YAML"]),
        ("extends: default\nextends: default\n", ["given twice"]),
        ("extends: default\ndimensions:\n  - {es: Sin id, weight: mucho}\n", ["weight", "mucho"]),
        (TREE.format('{tree: "faltar > sujeto plan"}'),
         ["mio.yaml", "'x/1'", "faltar > sujeto plan", "'sujeto'", "nsubj"]),
        (TREE.format('{tree: "faltar", text: "falta"}'), ["mio.yaml", "'x/1'", "one of the two"]),
        (TREE.format("{tree: [faltar]}"), ["mio.yaml", "'x/1'", "tree", "['faltar']"]),
    ],
)  # fmt: skip
def test_an_error_names_file_entry_and_allowed_values(tmp_path, text, says):
    with pytest.raises(CodebookError) as error:
        load_codebook(write(tmp_path, text))
    for words in says:
        assert words in str(error.value)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(CodebookError, match="no such codebook"):
        load_codebook(tmp_path / "no.yaml")


EXTENSION = """
extends: default
id: mia
dimensions:
  - {id: environment, es: Medio ambiente, en: Environment, heading: Salvaguardas ambientales}
issues:
  - id: no_eia
    es: Sin evaluación ambiental
    usual: environment
    wording: ["(sin|no hay|falta) <2> evaluacion (ambiental|de impacto)"]
"""


def test_a_user_adds_a_dimension_and_an_issue_in_a_few_lines(tmp_path, parse):
    book = load_codebook(write(tmp_path, EXTENSION))
    assessor = Assessor(book)
    fiche = Fiche(
        "A", "a", "0", sections={"environment": "Se abrió el camino sin evaluación ambiental."}
    )
    assessment = assessor.assess(fiche)
    assert [i.code for i in assessment.issues] == ["no_eia"]
    assert assessment.ratings[-1].dimension == "environment"
    assert assessment.ratings[-1].method == "lexicon"


def test_the_parser_follows_an_added_dimension(tmp_path):
    from assessor.documents.readers import read_bytes
    from assessor.fiche.parse import parse_document

    book = load_codebook(write(tmp_path, EXTENSION))
    text = (
        "Presupuesto total: USD 1,000\nFecha de inicio: 01/02/2010\nResumen: Un camino.\n"
        "Salvaguardas ambientales:\nNo se hizo estudio."
    )
    fiche = parse_document(read_bytes(text.encode(), ".txt", "a.txt", "a"), book)[0]
    assert fiche.sections["environment"] == "No se hizo estudio."


def test_an_entry_can_be_changed_and_dropped(tmp_path):
    book = load_codebook(
        write(
            tmp_path,
            "extends: default\nissues:\n  - {id: no_baseline, severity: 3}\n  - {id: low_visibility, drop: true}\n",
        )
    )
    assert book.issue["no_baseline"].severity == 3
    assert "low_visibility" not in book.issue
    assert book.sha256 != load_codebook().sha256
