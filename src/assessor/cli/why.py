"""Why an issue is listed, and why with this status: lines for `assessor show --why`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessor.codebook.schema import Codebook
    from assessor.issues.issue import Issue

WORDS = {
    "es": {
        "wording": "vocabulario del código", "words": "palabras que pesaron en el modelo",
        "reader": "palabras en las que se fijó el lector", "flag": "casilla del formulario",
        "status": "estado", "by_cue": "por", "by_model": "por el modelo",
        "by_default": "vigente por defecto: ninguna pista indica lo contrario",
        "by_wording": "por el vocabulario",
    },
    "en": {
        "wording": "wording of the codebook", "words": "words that weighed in the model",
        "reader": "words that the reader attended to", "flag": "flag of the form",
        "status": "status", "by_cue": "by", "by_model": "by the model",
        "by_default": "current by default: no cue says otherwise",
        "by_wording": "by the wording itself",
    },
}  # fmt: skip
CATEGORIES = {
    "es": {
        "denied": "negado", "elsewhere": "de otro programa", "current": "sigue",
        "potential": "posible", "resolved": "resuelto",
    },
    "en": {},
}  # fmt: skip


def lines_why(issue: Issue, book: Codebook, lang: str) -> Iterator[str]:
    """Yield which finder saw an issue and by what, then what set its status."""
    told = WORDS[lang]
    finder, _, by = issue.evidence.rule.partition(":")
    pattern = _wording(issue.code, by, book)
    yield f"{finder}:{by}  ({told.get(finder, finder)}{f': {pattern}' if pattern else ''})"
    if not issue.cues:
        yield f"{told['status']}: {told[_without_cue(issue, by, book)]}"
    categories = {cue.id: str(cue.category) for cue in book.cues}
    for cue in issue.cues:
        name = cue.rule.removeprefix("cue:")
        category = categories.get(name, "")
        category = CATEGORIES[lang].get(category, category)
        yield f"{told['status']}: {told['by_cue']} «{cue.text}»  ({category}, {cue.rule})"


def _wording(code: str, name: str, book: Codebook) -> str | None:
    wording = (w for w in book.issue[code].wording if w.id == name)
    return next((w.text for w in wording), None)


def _without_cue(issue: Issue, name: str, book: Codebook) -> str:
    if any(w.id == name and w.status == issue.status for w in book.issue[issue.code].wording):
        return "by_wording"
    default = issue.status == "current" and issue.evidence.rule.startswith(("wording:", "flag:"))
    return "by_default" if default else "by_model"
