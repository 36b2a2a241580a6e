from __future__ import annotations

import re
from collections import Counter

import pytest

from assessor.errors import RunError
from assessor.reports.statistics import fisher, holm, wilson
from assessor.reports.summary.brief import shortened

from .builder import fiche, make_run


def by_id(rows, key="code"):
    return {row[key]: row for row in rows}


def test_counts_and_denominators(summary):
    assert (summary["schema"], summary["fiches"], summary["programme_count"]) == (2, 15, 12)
    assert all(row["of"] == summary["assessed_fiches"] for row in summary["ranking"])
    assert all(row["total"] == 15 for row in summary["distribution"])
    for row in summary["distribution"]:
        assert sum(row["counts"].values()) == row["total"]


def test_the_portfolio_s_index_takes_each_programme_s_last_fiche(summary):
    index, last = summary["index"], {}
    for programme in sorted(summary["programmes"], key=lambda p: p["period"]):
        last[programme["key"]] = programme["risk_index"]
    known = [value for value in last.values() if value is not None]
    assert (index["n"], index["of"]) == (len(known), 12)
    assert index["value"] == pytest.approx(sum(known) / len(known), abs=0.05)
    assert index["low"] < index["value"] < index["high"]


def test_ranking_counts_fiches_by_status(summary):
    row = by_id(summary["ranking"])["no_baseline"]
    found = {
        p["fiche_id"]: {
            i["status"] for s in p["sections"] for i in s["issues"] if i["code"] == "no_baseline"
        }
        for p in summary["programmes"]
    }
    counts = Counter(status for statuses in found.values() for status in statuses)
    assert {k: v for k, v in row["by_status"].items() if v} == dict(counts)
    currents = [r["by_status"]["current"] for r in summary["ranking"]]
    assert currents == sorted(currents, reverse=True)


def test_matrix_and_pairs_count_current_issues(summary):
    names = [g["name"] for g in summary["matrix"]["groups"]]
    assert names == ["Bolivia", "Perú"]
    row = by_id(summary["matrix"]["rows"])["no_baseline"]
    assert [(c["n"], c["of"]) for c in row["cells"]] == [(0, 6), (7, 9)]
    pair = summary["cooccurrence"][0]
    assert pair["n"] <= min(pair["n_each"])
    assert pair["expected"] == round(pair["n_each"][0] * pair["n_each"][1] / pair["of"], 1)


def test_groups_are_compared_by_programme_with_intervals_and_corrected_tests(summary):
    groups = summary["groups"]
    assert {g["name"]: g["n"] for g in groups["groups"]} == {"Bolivia": 6, "Perú": 6}
    cells = [c for m in groups["measures"] for c in m["cells"] if c["p"] is not None]
    assert groups["comparisons"] == len(cells) > 0
    for cell in cells:
        assert cell["low"] <= cell["share"] <= cell["high"]
        assert cell["p"] <= cell["p_holm"] <= 1
    baseline = next(m for m in groups["measures"] if m["id"] == "no_baseline")
    assert [(c["group"], c["n"], c["of"]) for c in baseline["cells"]] == [
        ("Bolivia", 0, 6), ("Perú", 5, 6),
    ]  # fmt: skip


def test_small_groups_get_no_table(summary_of, tmp_path, codebook):
    fiches = [fiche(n, country="Perú" if n < 6 else "Chile") for n in range(10)]
    groups = summary_of(make_run(tmp_path / "r", codebook, fiches))["groups"]
    assert groups["small"] == [{"name": "Chile", "n": 4}]
    assert groups["measures"] == []


def test_groups_by_period_are_not_tested(summary_of, run_folder):
    groups = summary_of(run_folder, group_by="period")["groups"]
    assert not groups["tested"]
    assert groups["comparisons"] == 0
    with pytest.raises(RunError, match=r"--group-by.*'presupuesto'.*country"):
        summary_of(run_folder, group_by="presupuesto")


def test_any_field_of_the_form_makes_groups(summary_of, tmp_path, codebook):
    fiches = [fiche(n, extra={"Zona geográfica": "norte" if n % 2 else "sur"}) for n in range(10)]
    groups = summary_of(make_run(tmp_path / "r", codebook, fiches), group_by="zona geografica")
    assert {g["name"]: g["n"] for g in groups["groups"]["groups"]} == {"norte": 5, "sur": 5}


def test_statistics_against_published_values():
    # Newcombe (1998), Statistics in Medicine 17: 81/263, 15/148, 0/20, 1/29 by Wilson's score.
    for n, of, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605),
                             (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)):  # fmt: skip
        assert wilson(n, of) == pytest.approx((low, high), abs=1e-4)
    # Fisher's tea tasting: 3 of 4 against 1 of 4, two-sided.
    assert fisher(3, 4, 1, 4) == pytest.approx(0.4857, abs=1e-4)
    assert holm([]) == []


def test_every_sentence_is_borne_by_a_number_or_a_quotation(summary):
    texts = {
        (p["fiche_id"], f"{p['anchor']}-{s['dimension']}"): "".join(
            g["text"] for g in s["segments"]
        )
        for p in summary["programmes"]
        for s in p["sections"]
    }
    sentences = [*summary["brief"], *(s for p in summary["programmes"] for s in p["brief"])]
    assert {s["topic"] for s in sentences} >= {
        "outlook",
        "top",
        "better",
        "change",
        "contradiction",
        "gap",
    }
    for line in sentences:
        assert line["numbers"] or line["quotes"], line
        for value in line["numbers"]:
            assert value in line["text"]
        for quote in line["quotes"]:
            assert shortened(quote["text"]) in line["text"]
            if quote["section"]:
                assert quote["text"] in texts[quote["fiche_id"], quote["anchor"]]


def test_sentences_hold_no_placeholder_and_read_as_spanish(summary):
    lines = [*summary["sentences"], *(s["text"] for s in summary["brief"])]
    for line in lines:
        assert not re.search(r"[{}|]|None|  |\b1 (?:fichas|programas|problemas)\b", line), line
        assert line.endswith(".")


@pytest.mark.parametrize("lang", ["es", "en"])
def test_an_empty_selection_still_makes_a_summary(summary_of, run_folder, lang):
    summary = summary_of(run_folder, where="country=Francia", lang=lang)
    assert summary["fiches"] == 0
    assert len(summary["sentences"]) == 1
    assert summary["selection"]["of"] == 15


def test_the_same_fiche_in_two_runs_counts_once(summary_of, run_folder, tmp_path, codebook):
    other = make_run(tmp_path / "r", codebook, [fiche(0), fiche(40)])
    summary = summary_of(run_folder, other)
    assert summary["fiches"] == 16
    assert summary["method"]["repeated"] == 1
    changed = make_run(tmp_path / "s", codebook, [fiche(0, sections={"gender": "Otro."})])
    text = (changed / "fiches.jsonl").read_text().replace("MDGF-70002011-1", "otro")
    (changed / "fiches.jsonl").write_text(text)
    ids = [p["fiche_id"] for p in summary_of(run_folder, changed)["programmes"]]
    assert len(ids) == len(set(ids)) == 16
