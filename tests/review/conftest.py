from __future__ import annotations

import pytest

from assessor.review.actions import decision_of
from assessor.review.queue import Queue
from assessor.review.sections import sections_of
from assessor.review.store import Store
from assessor.runs.folder import read_run

from ..reports.builder import GOOD, NO_BASELINE, NO_PLAN, fiche, make_run

EMOJI = "🌊 Río Tambo.\nNo hay línea de base; el comité no se reúne. No hay línea de base."


@pytest.fixture(scope="session")
def pristine(tmp_path_factory, codebook):
    """A run nobody has reviewed: fourteen fiches of two or three sections."""
    sections = {"monitoring_evaluation": NO_BASELINE, "sustainability": NO_PLAN}
    fiches = [fiche(n, sections=sections) for n in range(12)]
    fiches.append(fiche(12, sections={"interagency_coordination": GOOD, "gender": ""}))
    fiches.append(fiche(13, sections={"monitoring_evaluation": EMOJI}))
    return make_run(tmp_path_factory.mktemp("pristine") / "run", codebook, fiches)


@pytest.fixture
def run(pristine, tmp_path):
    """A copy of it."""
    from shutil import copytree

    return copytree(pristine, tmp_path / "run")


@pytest.fixture
def queue(run, codebook):
    return Queue(sections_of(read_run(run).tables, codebook))


@pytest.fixture
def store(run):
    store = Store(run)
    yield store
    store.close()


@pytest.fixture
def decide(queue, store, codebook):
    """Store what a page would ask for."""

    def _decide(key, annotator="Ana", **request):
        section = queue.get(key)
        return store.decide(annotator, decision_of(request, section, annotator, codebook))

    return _decide
