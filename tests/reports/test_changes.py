from __future__ import annotations

from assessor.portfolio import issue_links, link

from .builder import GOOD, NO_BASELINE, NO_PLAN, fiche, make_run


def pairs(summary):
    return {p["after"]["fiche_id"]: p for p in summary["changes"]["pairs"]}


def kinds(pair):
    return {i["code"]: i["kind"] for i in pair["issues"]}


def test_issues_are_resolved_reopened_and_no_longer_mentioned(summary):
    found = pairs(summary)
    assert kinds(found["MDGF-7000_2011-2"])["no_baseline"] == "resolved"
    assert kinds(found["MDGF-7000_2012-1"])["no_baseline"] == "reopened"
    assert kinds(found["MDGF-7001_2011-2"])["no_baseline"] == "not_mentioned"
    assert summary["changes"]["single"] == 10


def test_every_kind_of_change():
    now, may, over = "current", "potential", "resolved"
    table = [
        (None, now, False, "new"), (None, now, True, "reopened"), (over, now, True, "reopened"),
        (now, now, True, "persisting"), (may, now, True, "new"), (now, over, True, "resolved"),
        (None, over, False, "resolved"), (over, over, True, None), (over, None, True, None),
        (now, None, True, "not_mentioned"), (may, None, True, "not_mentioned"),
        (now, may, True, "potential"), (None, may, False, "potential"),
    ]  # fmt: skip
    assert [link(*case[:2], known=case[2]) for case in table] == [case[3] for case in table]


def test_issues_of_a_run_are_linked_to_the_period_before(codebook):
    def row(period, code="MDGF-1"):
        return {"fiche_id": f"{code}_{period}", "code": code, "period": period}

    fiches = [row("2011-2"), row("2010-2"), row("2011-1"), row("2011-1", "MDGF-2")]
    told = {"2010-2": ["current"], "2011-1": ["resolved"], "2011-2": ["resolved", "current"]}
    issues = [
        {"fiche_id": f"MDGF-1_{period}", "code": "no_baseline", "status": status}
        for period, statuses in told.items()
        for status in statuses
    ]
    issues.append({"fiche_id": "MDGF-2_2011-1", "code": "no_baseline", "status": "current"})
    assert issue_links(fiches, issues) == {
        ("MDGF-1_2011-1", "no_baseline"): "resolved",
        ("MDGF-1_2011-2", "no_baseline"): "reopened",
    }


def test_ratings_up_and_down_add_up(summary):
    changes = summary["changes"]
    total = len(changes["pairs"]) * len(summary["dimensions"])
    assert sum(changes["ratings"].values()) == total
    assert sum(n for row in changes["transitions"] for n in row["counts"].values()) == total
    pair = pairs(summary)["MDGF-7001_2011-2"]
    rating = next(r for r in pair["ratings"] if r["dimension"] == "monitoring_evaluation")
    assert rating["direction"] == "better"
    assert pair["counts"]["better"] == sum(r["direction"] == "better" for r in pair["ratings"])


def test_two_runs(summary_of, tmp_path, codebook):
    first = make_run(tmp_path / "a", codebook, [fiche(1), fiche(2), fiche(3)])
    after = {"monitoring_evaluation": GOOD, "sustainability": NO_PLAN}
    second = make_run(tmp_path / "b", codebook, [fiche(1, "2011-2", sections=after),
                                                 fiche(2), fiche(4)])  # fmt: skip
    summary = summary_of(first, second, compare=True)
    changes = summary["changes"]
    assert (changes["only_before"], changes["only_after"]) == (
        ["MDGF-7003_2011-1"],
        ["MDGF-7004_2011-1"],
    )
    assert summary["fiches"] == 6
    found = {p["name"]: p for p in changes["pairs"]}
    assert kinds(found["MDGF-7001"]) == {
        "no_baseline": "not_mentioned", "no_sustainability_plan": "new",
    }  # fmt: skip
    assert kinds(found["MDGF-7002"]) == {"no_baseline": "persisting"}
    quote = next(i["quote"] for i in found["MDGF-7002"]["issues"])
    assert quote["text"] in NO_BASELINE
