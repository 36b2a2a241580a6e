"""Why a section is suggested, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assessor.codebook.schema import Codebook
from assessor.labels.suggest import Candidate, Suggestion, rare_codes
from assessor.labels.vocabulary import Vocabulary

_WORDS = {
    "uncertainty": ("valoración dudosa: {levels}", "uncertain rating: {levels}"),
    "disagreement": ("el modelo dice «{first}», las reglas «{second}»; {codes}",
                     "the model says '{first}', the rules '{second}'; {codes}"),
    "rarity": ("problema poco frecuente: {code} ({n} apartados)",
               "rare issue: {code} ({n} sections)"),
    "diversity": ("texto distinto de los ya elegidos", "text unlike those chosen before"),
    "same_codes": ("los mismos problemas", "the same issues"),
    "other_code": ("un problema que solo señala uno de los dos",
                   "one issue that only one of them reports"),
    "other_codes": ("{n} problemas que solo señala uno de los dos",
                    "{n} issues that only one of them reports"),
}  # fmt: skip


def suggestion_records(
    suggestions: Sequence[Suggestion], counts: Mapping[str, int], codebook: Codebook, lang: str
) -> list[dict[str, str]]:
    """Return a row per suggestion: the section, its signals, and why in a sentence."""
    names = Vocabulary(codebook, lang)
    return [
        {"rank": str(rank), "fiche_id": x.candidate.first.fiche_id,
         "dimension": x.candidate.first.dimension, "score": f"{x.score:.3f}",
         **{name: f"{value:.3f}" for name, value in x.signals.items()},
         "why": "; ".join(_why(r, x.candidate, counts, codebook, names, lang) for r in x.reasons),
         "text": x.candidate.first.text}
        for rank, x in enumerate(suggestions, start=1)
    ]  # fmt: skip


def _why(
    reason: str,
    candidate: Candidate,
    counts: Mapping[str, int],
    codebook: Codebook,
    names: Vocabulary,
    lang: str,
) -> str:
    first, second = candidate.first, candidate.second
    values: dict[str, object] = {}
    if reason == "uncertainty":
        values["levels"] = _levels(candidate, codebook, names, lang)
    elif reason == "disagreement":
        apart = {i.code for i in first.issues} ^ {i.code for i in second.issues}
        key = ("same_codes", "other_code")[len(apart)] if len(apart) < 2 else "other_codes"
        codes = _say(key, lang, n=len(apart))
        values = {"first": names.shown("rating", first.rating),
                  "second": names.shown("rating", second.rating), "codes": codes}  # fmt: skip
    elif reason == "rarity":
        code = next(iter(rare_codes(candidate, counts)), "")
        values = {"code": names.shown("code", code), "n": counts[code]}
    return _say(reason, lang, **values)


def _levels(candidate: Candidate, codebook: Codebook, names: Vocabulary, lang: str) -> str:
    """Return the two likeliest levels with their probabilities."""
    if not any(candidate.probabilities):
        levels = [(candidate.confidence, candidate.first.rating)]
    else:
        ids = [level.id for level in codebook.assessed_levels]
        levels = sorted(zip(candidate.probabilities, ids, strict=True), reverse=True)[:2]
    shown = [f"{names.shown('rating', level)} {p:.2f}" for p, level in levels]
    return " / ".join(shown).replace(".", "," if lang == "es" else ".")


def _say(key: str, lang: str, **values: object) -> str:
    return _WORDS[key][0 if lang == "es" else 1].format_map(values)
