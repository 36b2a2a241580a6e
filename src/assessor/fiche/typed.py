"""Scores of a text as a short typed value: a sum, a date, agencies' budgets or contacts."""

from __future__ import annotations

import math
import re
from functools import lru_cache

from assessor.codebook.schema import FormField
from assessor.fiche.numbers import find_dates

# The most lines that a value of each type takes.
SHORT = {
    "money": 2, "date": 4, "agency_money": 14, "disbursements": 14, "contacts": 12, "list": 24,
}  # fmt: skip
MONEY = re.compile(
    r"^\W*(?:USD|US\$|U\$S|EUR|€|\$)?\s*\d[\d.,]*(?:\s*millones)?\s*(?:USD|d[oó]lares)?\W*$", re.I
)
AGENCY = re.compile(r"[A-ZÁÉÍÓÚ][\w/ .()-]{1,24}:\s*(?:USD|US\$)?\s*\d[\d.,]*\W*")
DATE = re.compile(
    r"^\W*(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d\d-\d\d"
    r"|(?:\d{1,2}\s+(?:de\s+)?)?[A-Za-zé]{3,10}\.?,?\s+(?:de\s+|del\s+)?(?:\d{1,2},?\s+)?\d{4})\W*$"
)
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SUM = re.compile(r"(?:USD|US\$|U\$S|EUR|€|\$)\s*\d[\d.,]*|\b\d{1,3}(?:[.,]\d{3})+\b", re.I)
_ORDINAL = re.compile(
    r"\b(?:primer|segundo|tercer|cuarto|quinto|[1-5](?:er|do|º|°)\.?)\s+desembolso\b:?", re.I
)
_PLAIN_WORD = re.compile(
    r"(?<![\w@.])(?!(?:de|del|la|las|los|el|y|e|en|von|van|da)\b)[a-zñáéíóú]+\b"
)
_ENTITY = re.compile(
    r"ministerio|secretar[ií]a|instituto|municip|gobierno|direcci[oó]n|alcald|comisi[oó]n"
    r"|consejo|viceministerio|agencia|universidad|gobernaci[oó]n",
    re.I,
)
_NAME_WORD = re.compile(r"\b[A-ZÁÉÍÓÚÑ][\w’'-]+")
_MDG = re.compile(r"\b(?:ODM|MDG|Objetivo)s?\s*\d", re.I)
_MDG_REST = re.compile(r"\b(?:ODM|MDG|Objetivo)s?\s*\d\w*|[\s,;.&]|\bT\s?\d\.?\w*|\by\b", re.I)
_GRID_WORD = re.compile(r"(?:^|\s)(?:No\.|(?:In)?direct(?:os)?\b|Indire\b)", re.I)


def typed_fit(field: FormField, text: str) -> float:
    """Return the score of a short value, its lines joined, for a field; 0 for free text.

    Returns
    -------
    float
        Log-odds, about -20 to 20.
    """
    return _typed_fit(field.kind, field.id, text)


@lru_cache(maxsize=65536)
def _typed_fit(kind: str, field_id: str, text: str) -> float:
    if kind not in SHORT:
        return 0.0
    if kind in {"money", "date"}:
        return 5.0 if (MONEY if kind == "money" else DATE).match(text) else -8.0
    if kind == "agency_money":
        return 4.0 * len(AGENCY.findall(text)) - 0.3 * len(AGENCY.sub("", text).strip()) - 3.0
    if kind == "disbursements":
        return _disbursements(text)
    plain = len(_PLAIN_WORD.findall(text)) + 3 * len(_GRID_WORD.findall(text))
    if kind == "contacts":
        marks = 1.5 * (not EMAIL.search(text)) + len(re.findall(r"[,;:]", text))
        return 4.0 * len(EMAIL.findall(text)) - 1.5 * plain - marks - _misnamed(text)
    mails = 4.0 * bool(EMAIL.search(text))
    if field_id == "mdgs":
        other = len(_MDG_REST.sub("", text))
        return (4.0 if _MDG.match(text) else -5.0) - 1.5 * math.sqrt(other) - mails
    if field_id == "government_entities":
        named = 3.0 if _ENTITY.search(text[:60]) else -2.0
        return named + 0.7 * len(_ENTITY.findall(text)) - 0.6 * plain - mails
    return 1.0 - 0.5 * plain - 3.0 * bool(_MDG.search(text)) - mails


def _disbursements(text: str) -> float:
    dates = len(find_dates(text))
    paid = len(_ORDINAL.findall(text)) + dates + len(_SUM.findall(text))
    other = len(_PLAIN_WORD.findall(_ORDINAL.sub("", text))) - dates
    return (3.0 if _ORDINAL.match(text) else -6.0) + 2.0 * paid - max(0, other)


def _misnamed(text: str) -> float:
    """Return the penalty for text before an e-mail that is not a name of two or three words."""
    *named, rest = [len(_NAME_WORD.findall(part)) for part in EMAIL.split(text)]
    amiss = sum(2.0 if count == 1 else 1.0 if count > 3 else 0.0 for count in named)
    return amiss + 0.5 * (rest > 0 and bool(named)) + 3.0 * (rest == 1 and not named)
