"""The reports' own words in Spanish and English, and numbers as each writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

WORDS: dict[str, dict[str, str]] = {
    "es": {
        "title": "Informe comparativo de fichas de seguimiento",
        "summary": "En breve",
        "heat": "Valoración de riesgo por programa y dimensión",
        "heat_note": "Cada letra lleva al texto que la sustenta. El signo ? marca las valoraciones "
        "que conviene revisar.",
        "ranking": "Problemas señalados",
        "ranking_note": "En cuántas fichas aparece cada problema, de las {n} con algún apartado "
        "valorado. Una ficha puede tener el mismo problema en varios estados.",
        "distribution": "Distribución por dimensión",
        "findings": "Datos que no cuadran",
        "missing": "Dónde falta información",
        "programmes": "Fichas una a una",
        "method": "Método y límites",
        "fiche": "Ficha", "country": "País", "period": "Periodo", "window": "Ventana",
        "index": "Índice", "issue": "Problema", "fiches": "Fichas", "of": "de",
        "where": "Dónde", "check": "Qué no cuadra", "one_side": "Por un lado",
        "other_side": "Por otro", "dimension": "Dimensión", "budget": "Presupuesto",
        "agencies": "Agencias", "dates": "Fechas", "disbursed": "Desembolsado",
        "elapsed": "Tiempo transcurrido", "results": "Resultados esperados",
        "regions": "Regiones", "source": "Documento", "rating": "Valoración",
        "why": "Por qué", "raises": "sube", "lowers": "baja", "warnings": "Avisos de lectura",
        "rejected": "Documentos no leídos", "reason": "Motivo", "detail": "Detalle",
        "blank": "Apartado en blanco.", "review": "conviene revisar", "to_top": "Volver arriba",
        "none": "Ninguno.", "legend": "Escala", "not_in": "apartados sin información",
        "severity": "gravedad", "confidence": "confianza", "skip": "Ir al contenido",
        "covered": "valorado", "total": "Total",
    },
    "en": {
        "title": "Comparison report of assessment fiches",
        "summary": "In brief",
        "heat": "Risk rating by programme and dimension",
        "heat_note": "Each letter leads to the text behind it. A ? marks ratings that a person "
        "should look at.",
        "ranking": "Issues reported",
        "ranking_note": "In how many fiches each issue appears, of the {n} with an assessed "
        "section. A fiche may report the same issue with several statuses.",
        "distribution": "Distribution by dimension",
        "findings": "Figures that do not hold together",
        "missing": "Where information is missing",
        "programmes": "Fiche by fiche",
        "method": "Method and limits",
        "fiche": "Fiche", "country": "Country", "period": "Period", "window": "Window",
        "index": "Index", "issue": "Issue", "fiches": "Fiches", "of": "of",
        "where": "Where", "check": "What does not hold", "one_side": "One side",
        "other_side": "Other side", "dimension": "Dimension", "budget": "Budget",
        "agencies": "Agencies", "dates": "Dates", "disbursed": "Disbursed",
        "elapsed": "Time elapsed", "results": "Expected results", "regions": "Regions",
        "source": "Document", "rating": "Rating", "why": "Why", "raises": "raises",
        "lowers": "lowers", "warnings": "Reading notes", "rejected": "Documents not read",
        "reason": "Reason", "detail": "Detail", "blank": "Blank section.",
        "review": "a person should look", "to_top": "Back to top", "none": "None.",
        "legend": "Scale", "not_in": "sections without information", "severity": "severity",
        "confidence": "confidence", "skip": "Skip to content", "covered": "assessed",
        "total": "Total",
    },
}  # fmt: skip
_MONTHS = {
    "es": (
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
    ),
    "en": ("January February March April May June July August September October November December"),
}


def words(lang: str) -> Mapping[str, str]:
    """Return the words of a language, ``es`` or ``en``."""
    return WORDS[lang]


def number(value: float | None, lang: str, decimals: int = 0) -> str:
    """Write a number: ``1.250,5`` in Spanish, ``1,250.5`` in English; a dash for None.

    >>> number(1250.5, "es", 1), number(1250.5, "en", 1)
    ('1.250,5', '1,250.5')
    """
    if value is None:
        return "–"
    text = f"{value:,.{decimals}f}"
    return text.translate(str.maketrans(",.", ".,")) if lang == "es" else text


def share(value: float | None, lang: str) -> str:
    """Write a share as a whole percentage; Spanish parts number and sign."""
    if value is None:
        return "–"
    return f"{100 * value:.0f}\u00a0%" if lang == "es" else f"{100 * value:.0f}%"


def day(iso: str | None, lang: str) -> str:
    """Write an ISO date in words; a dash for None."""
    if not iso:
        return "–"
    when = date.fromisoformat(iso)
    month = _MONTHS[lang].split()[when.month - 1]
    return (
        f"{when.day} de {month} de {when.year}"
        if lang == "es"
        else f"{when.day} {month} {when.year}"
    )
