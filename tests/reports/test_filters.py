from __future__ import annotations

import pytest

from assessor.errors import RunError


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        ("country=peru", 9),
        ("País=Perú and period=2011-1", 6),
        ("country=Bolivia or period=2012-1", 7),
        ("window~privado", 15),
        ("window!~PRIVADO", 0),
        ("agency=fao and country != Bolivia", 9),
        ("period>2011-1", 3),
        ("risk_index>=0", 15),
        ("disbursed_share<50%", 15),
        ("budget_total=1000", 15),
        ("issue=no_baseline:resolved", 1),
        ("problema=no_baseline and period=2011-1", 6),
        ("gender=not_assessed", 14),
        ('title="Agua limpia 3"', 1),
        ('regions=""', 15),
        ('country="Perú and Bolivia"', 0),
    ],
)
def test_filters(summary_of, run_folder, where, kept):
    summary = summary_of(run_folder, where=where)
    assert summary["fiches"] == kept
    assert summary["selection"] == {"where": where, "kept": kept, "of": 15, "anonymised": False}


@pytest.mark.parametrize(
    ("where", "message"),
    [("moneda total", "cannot read"), ("planeta=Marte", "no field 'planeta'.*country"), ("", None)],
)
def test_what_cannot_be_read_is_told(summary_of, run_folder, where, message):
    if message is None:
        assert summary_of(run_folder, where=where)["fiches"] == 15
        return
    with pytest.raises(RunError, match=message):
        summary_of(run_folder, where=where)
