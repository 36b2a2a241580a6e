from __future__ import annotations

import json

import pytest

from assessor.reports.summary import ReportOptions, summarise
from assessor.runs.folder import read_run

from .builder import GOOD, NO_BASELINE, NO_PLAN, fiche, make_run

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
