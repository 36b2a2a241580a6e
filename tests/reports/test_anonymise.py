from __future__ import annotations

import json

import pytest

from assessor.fiche.fiche import Contact
from assessor.reports.anonymise import Redactor, moved, redacted

from .builder import fiche, make_run

TEXT = (
    "La coordinadora Ana Quispe y la señora Tumbaco Ríos avisaron (a.quispe@undp.org, tel. 2232-1234). "
    "Agua limpia 1, MDGF-7001, no hay línea de base según Quispe. Llamar al +51 1 625 9000."
)


@pytest.fixture
def summary(summary_of, tmp_path, codebook):
    fiches = [
        fiche(1, sections={"monitoring_evaluation": TEXT}, summary=TEXT, warnings=(TEXT,)),
        fiche(1, "2011-2"),
        fiche(2, rco_contacts=(Contact("José Ñahui", None),), extra={"Responsable": "José Ñahui"}),
    ]
    rejected = [{"source": "MDGF-7009 Quispe.txt", "reason": "empty", "detail": "Quispe"}]
    return summary_of(make_run(tmp_path / "r", codebook, fiches, rejected), anonymise=True)


def test_nothing_that_names_programme_or_person_is_left(summary):
    text = json.dumps(summary, ensure_ascii=False)
    for name in ("MDGF-700", "Quispe", "Yupanqui", "Ñahui", "Tumbaco", "Ríos", "Agua limpia", "@",
                 "2232", "625 9000", "Tapia", "Rengifo", ".txt"):  # fmt: skip
        assert name not in text, name


def test_programmes_keep_one_pseudonym_over_periods(summary):
    names = sorted(p["fiche_id"] for p in summary["programmes"])
    codes = {p["fiche_id"]: p["code"] for p in summary["programmes"]}
    assert len(set(codes.values())) == 2
    assert all(name.startswith(codes[name]) for name in names)
    assert len(summary["changes"]["pairs"]) == 1


def test_evidence_still_stands_at_its_place(summary):
    found = 0
    for programme in summary["programmes"]:
        for section in programme["sections"]:
            text = "".join(g["text"] for g in section["segments"])
            for issue in section["issues"]:
                assert text[issue["start"] : issue["end"]] == issue["evidence"] != ""
                found += 1
    assert found


def test_places_move_with_the_text():
    redactor = Redactor(["Ana Quispe"], {"MDGF-1": "P01"})
    text = "Ana Quispe, de MDGF-1, no vino."
    marks = redactor.find(text)
    new = redacted(text, marks)
    assert new == "[nombre], de P01, no vino."
    place = text.index("no vino")
    assert new[moved(place, marks, end=False) :] == "no vino."
    assert moved(5, marks, end=False) == 0
    assert moved(5, marks, end=True) == len("[nombre]")


def test_common_words_stay(summary_of):
    redactor = Redactor(["Itzel Luna", "Rosa Paz"], {})
    assert redactor.text("En luna llena, la quispe y la Paz") == "En luna llena, la quispe y la Paz"
