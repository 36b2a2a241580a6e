from __future__ import annotations

import json

import pytest
import yaml

from assessor.codebook.load import load_codebook
from assessor.fiche.fiche import Achievement, Contact, Fiche, MidtermEvaluation, Mission
from assessor.reports.formats import RENDERERS
from assessor.reports.summary import ReportOptions, summarise
from assessor.runs.folder import read_run

from .builder import GOOD, NO_BASELINE, NO_PLAN, fiche, make_run
from .payloads import PAYLOADS

RESOLVED = "No había línea de base. Ya se cuenta con la línea de base desde marzo."


def portfolio():
    """Twelve programmes in two countries; the first has three periods, the second two."""
    fiches = [
        fiche(n, country="Perú" if n < 6 else "Bolivia",
              sections={"monitoring_evaluation": NO_BASELINE if n < 6 else GOOD,
                        "sustainability": NO_PLAN})
        for n in range(12)
    ]  # fmt: skip
    fiches += [
        fiche(0, "2011-2", sections={"monitoring_evaluation": RESOLVED}),
        fiche(0, "2012-1", sections={"monitoring_evaluation": NO_BASELINE}),
        fiche(1, "2011-2", sections={"monitoring_evaluation": GOOD, "gender": "Sin novedad."}),
    ]
    return fiches


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory, codebook):
    rejected = [{"source": "malo.txt", "reason": "empty", "detail": "vacío"}]
    return make_run(tmp_path_factory.mktemp("run") / "run", codebook, portfolio(), rejected)


@pytest.fixture(scope="session")
def summary_of(codebook):
    def _summary(*folders, **options):
        runs = [read_run(folder) for folder in folders]
        return json.loads(json.dumps(summarise(runs, codebook, ReportOptions(**options))))

    return _summary


@pytest.fixture(scope="session")
def summary(summary_of, run_folder):
    return summary_of(run_folder)


def hostile(number, payload, dimensions):
    """A fiche with a payload in every text field, in its name and in the labels of its form."""
    text = f"{payload} No hay línea de base {payload} y marca{number:03} {payload}"
    return Fiche(
        f"{number:03}{payload}", f"{number:03}{payload}.txt", str(number), country=payload,
        title=payload, code=f"{number:03}{payload}", window=payload, period=payload,
        budget_total=10.0, currency=payload, budget_by_agency={payload: 1.0},
        government_entities=(payload,), extension=payload, summary=payload,
        expected_results=(payload,), regions=(payload,), mdgs=(payload,),
        coordinators=(Contact(payload, payload),), rco_contacts=(Contact(payload, payload),),
        status=payload, achievements=(Achievement(1, payload),), financial_execution=payload,
        missions=(Mission(payload, payload),),
        midterm_evaluation=MidtermEvaluation(payload, payload, payload),
        extra={payload: payload}, sections=dict.fromkeys(dimensions, text), warnings=(payload,),
    )  # fmt: skip


@pytest.fixture(scope="session")
def hostile_summary(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    issues = [
        {"id": f"issue{n:03}", "es": payload, "en": payload, "usual": "gender", "wording": [f"marca{n:03}"]}
        for n, payload in enumerate(PAYLOADS)
    ]  # fmt: skip
    (folder / "libro.yaml").write_text(yaml.safe_dump({"extends": "default", "issues": issues}))
    book = load_codebook(folder / "libro.yaml")
    dimensions = [d.id for d in book.dimensions]
    fiches = [hostile(n, payload, dimensions) for n, payload in enumerate(PAYLOADS)]
    rejected = [{"source": p, "reason": "empty", "detail": p} for p in PAYLOADS]
    run = read_run(make_run(folder / "run", book, fiches, rejected))
    return summarise([run], book, ReportOptions(group_by="window"))


@pytest.fixture(scope="session")
def hostile_page(hostile_summary, tmp_path_factory):
    path = tmp_path_factory.mktemp("hostile-page") / "index.html"
    path.write_bytes(RENDERERS["html"].render(hostile_summary))
    return path
