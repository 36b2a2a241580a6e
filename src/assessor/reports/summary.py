"""Run → one plain, JSON-safe summary, from which every report format is rendered."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from assessor.codebook.schema import Codebook
from assessor.portfolio import INDEX_RULE, Record
from assessor.reports.words import number, share, words

SCHEMA = 1
TOP_REASONS = 4
LETTERS = {"es": {"low": "B", "moderate": "M", "substantial": "S", "high": "A"}}
NO_LETTER = "–"


def summarise(runs: Sequence[Any], codebook: Codebook, lang: str) -> dict[str, Any]:
    """Summarise one or more runs.

    Parameters
    ----------
    runs : sequence of Run
        As `assessor.runs.folder.read_run` returns them.
    lang : str
        ``es`` or ``en``: the language of labels and sentences.

    Returns
    -------
    dict
        JSON types only. `programmes` holds one entry per fiche with its sections; the other
        keys hold figures over all of them, each with its denominator.
    """
    tables = _joined(runs)
    labels = _Labels(codebook, lang)
    programmes = _programmes(tables, codebook, labels)
    assessed = [p for p in programmes if p["assessed"]]
    summary: dict[str, Any] = {
        "schema": SCHEMA,
        "lang": lang,
        "fiches": len(programmes),
        "assessed_fiches": len(assessed),
        "programme_count": len({p["code"] or p["fiche_id"] for p in programmes}),
        "levels": [labels.level_entry(level.id) for level in codebook.levels],
        "dimensions": [{"id": d.id, "label": labels.dimension(d.id)} for d in codebook.dimensions],
        "statuses": [{"id": s.id, "label": labels.status(s.id)} for s in codebook.statuses],
        "programmes": programmes,
        "ranking": _ranking(tables["issues"], len(assessed), codebook, labels),
        "distribution": _distribution(tables["ratings"], codebook, labels),
        "findings": _findings(tables["findings"], lang),
        "missing": _missing(programmes),
        "rejected": [dict(r) for run in runs for r in run.rejected],
        "method": _method(runs, codebook),
    }
    summary["sentences"] = _sentences(summary, lang)
    return summary


class _Labels:
    """Labels of the codebook in one language."""

    def __init__(self, codebook: Codebook, lang: str) -> None:
        self._book, self._lang = codebook, lang

    def _of(self, item: Any) -> str:
        return str(item.es if self._lang == "es" else item.en)

    def dimension(self, name: str) -> str:
        return self._of(self._book.dimension[name])

    def issue(self, name: str) -> str:
        kind = self._book.issue.get(name)
        return self._of(kind) if kind else name

    def status(self, name: str) -> str:
        return self._of(self._book.status[name])

    def level(self, name: str) -> str:
        return self._of(self._book.level[name])

    def letter(self, name: str) -> str:
        if self._book.level[name].value is None:
            return NO_LETTER
        return LETTERS.get(self._lang, {}).get(name) or self.level(name)[:1].upper()

    def level_entry(self, name: str) -> dict[str, Any]:
        level = self._book.level[name]
        return {
            "id": name, "value": level.value, "label": self.level(name),
            "letter": self.letter(name), "means": level.means,
        }  # fmt: skip


def _joined(runs: Sequence[Any]) -> dict[str, list[Record]]:
    names = ("fiches", "ratings", "issues", "programmes", "findings", "explanations")
    return {name: [row for run in runs for row in getattr(run.tables, name)] for name in names}


def _by_fiche(rows: Iterable[Record]) -> dict[str, list[Record]]:
    grouped: dict[str, list[Record]] = defaultdict(list)
    for row in rows:
        grouped[row["fiche_id"]].append(row)
    return grouped


def _programmes(
    tables: dict[str, list[Record]], codebook: Codebook, labels: _Labels
) -> list[dict[str, Any]]:
    ratings, issues = _by_fiche(tables["ratings"]), _by_fiche(tables["issues"])
    reasons = _by_fiche(tables["explanations"])
    figures = {row["fiche_id"]: row for row in tables["programmes"]}
    programmes = []
    for number_, fiche in enumerate(tables["fiches"], start=1):
        name = fiche["fiche_id"]
        sections = _sections(fiche, ratings[name], issues[name], reasons[name], labels)
        programmes.append(
            {
                "anchor": f"f{number_}",
                "fiche_id": name,
                **{k: fiche[k] for k in ("source", "country", "title", "code", "window", "period")},
                **{
                    k: figures[name][k]
                    for k in ("risk_index", "assessed_share", "disbursed_share", "elapsed_share")
                },
                **{
                    k: fiche[k]
                    for k in (
                        "budget_total", "currency", "budget_by_agency", "start_date", "end_date",
                        "expected_results", "regions", "warnings", "disbursements",
                    )
                },
                "assessed": any(s["value"] is not None for s in sections),
                "sections": sections,
            }
        )  # fmt: skip
    return sorted(programmes, key=lambda p: (-(p["risk_index"] or -1.0), p["fiche_id"]))


def _sections(
    fiche: Record,
    ratings: list[Record],
    issues: list[Record],
    reasons: list[Record],
    labels: _Labels,
) -> list[dict[str, Any]]:
    sections = []
    for rating in ratings:
        dimension = rating["dimension"]
        text = fiche["sections"].get(dimension, "")
        own = [row for row in issues if row["dimension"] == dimension]
        shown = [
            {
                **row,
                "label": labels.issue(row["code"]),
                "status_label": labels.status(row["status"]),
            }
            for row in own
        ]
        why = [row for row in reasons if row["dimension"] == dimension][:TOP_REASONS]
        sections.append(
            {
                "dimension": dimension,
                "label": labels.dimension(dimension),
                "level": rating["rating"],
                "level_label": labels.level(rating["rating"]),
                "letter": labels.letter(rating["rating"]),
                "value": rating["value"],
                "confidence": rating["confidence"],
                "review": rating["review"],
                "method": rating["method"],
                "issues": shown,
                "reasons": why,
                "segments": _segments(text, own),
            }
        )
    return sections


def _segments(text: str, issues: list[Record]) -> list[dict[str, Any]]:
    """Cut a text at the borders of evidence, each piece with the issues it proves."""
    borders = sorted({0, len(text), *(i["start"] for i in issues), *(i["end"] for i in issues)})
    pieces = []
    for start, end in itertools.pairwise(borders):
        codes = [
            f"{i['code']}:{i['status']}" for i in issues if i["start"] <= start and end <= i["end"]
        ]
        pieces.append({"text": text[start:end], "issues": codes})
    return pieces


def _ranking(
    issues: list[Record], total: int, codebook: Codebook, labels: _Labels
) -> list[dict[str, Any]]:
    """Count fiches per issue, all statuses and each; most frequent first."""
    fiches: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in issues:
        fiches[row["code"]]["any"].add(row["fiche_id"])
        fiches[row["code"]][row["status"]].add(row["fiche_id"])
    ranking = [
        {
            "code": code,
            "label": labels.issue(code),
            "n": len(by_status["any"]),
            "of": total,
            "by_status": {s.id: len(by_status[s.id]) for s in codebook.statuses},
            "fiches": sorted(by_status["any"]),
        }
        for code, by_status in fiches.items()
    ]
    return sorted(ranking, key=lambda row: (-row["n"], row["label"]))


def _distribution(
    ratings: list[Record], codebook: Codebook, labels: _Labels
) -> list[dict[str, Any]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in ratings:
        counts[row["dimension"]][row["rating"]] += 1
    return [
        {
            "dimension": d.id,
            "label": labels.dimension(d.id),
            "counts": {level.id: counts[d.id][level.id] for level in codebook.levels},
            "assessed": sum(counts[d.id][x.id] for x in codebook.assessed_levels),
            "total": sum(counts[d.id].values()),
        }
        for d in codebook.dimensions
    ]


def _findings(findings: list[Record], lang: str) -> list[dict[str, Any]]:
    return [
        {
            "fiche_id": row["fiche_id"], "check": row["check"], "severity": row["severity"],
            "message": row[f"message_{lang}"], "left": row["left"], "right": row["right"],
        }
        for row in findings
    ]  # fmt: skip


def _missing(programmes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    for programme in programmes:
        blank = [s["label"] for s in programme["sections"] if s["value"] is None]
        if blank:
            rows.append(
                {
                    "fiche_id": programme["fiche_id"],
                    "anchor": programme["anchor"],
                    "sections": blank,
                }
            )
    return sorted(rows, key=lambda row: (-len(row["sections"]), row["fiche_id"]))


def _method(runs: Sequence[Any], codebook: Codebook) -> dict[str, Any]:
    first = runs[0].manifest
    return {
        "assessor": first["assessor"],
        "model": first["model"],
        "codebook": {"id": codebook.id, "sha256": codebook.sha256[:12]},
        "index_rule": INDEX_RULE,
        "discovered": sum(run.manifest["counts"]["discovered"] for run in runs),
        "assessed": sum(run.manifest["counts"]["assessed"] for run in runs),
        "rejected": sum(run.manifest["counts"]["rejected"] for run in runs),
    }


def _sentences(summary: dict[str, Any], lang: str) -> list[str]:
    """Write the report's opening: every sentence is a figure of the summary."""
    text = words(lang)
    es = lang == "es"
    total = sum(row["total"] for row in summary["distribution"])
    assessed = sum(row["assessed"] for row in summary["distribution"])
    high = sum(row["counts"].get("high", 0) for row in summary["distribution"])

    def n(value: float) -> str:
        return number(value, lang)

    lines = [
        f"Se han leído {n(summary['fiches'])} fichas de {n(summary['programme_count'])} programas: "
        f"{n(assessed)} de {n(total)} apartados tienen información que valorar."
        if es
        else f"{n(summary['fiches'])} fiches of {n(summary['programme_count'])} programmes were "
        f"read: {n(assessed)} of {n(total)} sections hold information to judge.",
    ]
    if assessed:
        lines.append(
            f"Riesgo alto en {n(high)} de {n(assessed)} apartados valorados "
            f"({share(high / assessed, lang)})."
            if es
            else f"High risk in {n(high)} of {n(assessed)} assessed sections "
            f"({share(high / assessed, lang)})."
        )
    if summary["ranking"]:
        top = "; ".join(
            f"{row['label'].lower()} ({n(row['n'])} {text['of']} {n(row['of'])})"
            for row in summary["ranking"][:3]
        )
        lines.append(f"Los problemas más señalados: {top}." if es else f"Most reported: {top}.")
    if summary["findings"]:
        found = len({row["fiche_id"] for row in summary["findings"]})
        lines.append(
            f"En {n(found)} fichas hay datos que no cuadran "
            f"({n(len(summary['findings']))} en total)."
            if es
            else f"In {n(found)} fiches figures do not hold together "
            f"({n(len(summary['findings']))} findings)."
        )
    rejected = summary["method"]["rejected"]
    if rejected:
        lines.append(
            f"{n(rejected)} documentos no se pudieron leer; al final se dice por qué."
            if es
            else f"{n(rejected)} documents could not be read; the end says why."
        )
    return lines
