"""Texts of exported files for the person who labels, in Spanish and English."""

from __future__ import annotations

from collections.abc import Iterator

from assessor.codebook.schema import Codebook
from assessor.labels.vocabulary import Vocabulary

_WORDS: dict[str, tuple[str, str]] = {
    "guide": ("guía", "guide"),
    "lists": ("listas", "lists"),
    "yes": ("sí", "yes"),
    "title": ("Cómo corregir este libro", "How to correct this workbook"),
    "steps": ("Pasos", "Steps"),
    "step_text": (
        "Lea el texto de cada fila de la hoja «ratings». Vale solo lo que dice el texto, no lo "
        "que usted sepa del programa.",
        "Read the text of each row of the sheet 'ratings'. Only what the text says counts, not "
        "what you know of the programme.",
    ),
    "step_rating": (
        "Elija la valoración en «rating»; «proposal» es la del modelo y «confidence» su "
        "confianza, de 0 a 1. Si está de acuerdo, elija la misma. Una fila sin valoración queda "
        "pendiente.",
        "Choose the level under 'rating'; 'proposal' is the model's and 'confidence' how sure it "
        "is, from 0 to 1. If you agree, choose the same. A row without a rating stays undone.",
    ),
    "step_issues": (
        "En la hoja «issues», escriba «no» en «keep» junto a cada problema mal señalado y "
        "corrija el código, el estado o la cita donde haga falta. La cita es el fragmento más "
        "breve que demuestra el problema, copiado literalmente.",
        "In the sheet 'issues', put 'no' under 'keep' beside every issue that is wrong; correct "
        "code, status or quotation where needed. The quotation is the fewest words that prove "
        "it, copied as they stand.",
    ),
    "step_new": (
        "Añada los problemas que falten en las filas vacías del final: ficha, dimensión, código, "
        "estado y cita.",
        "Add missing issues in the empty rows at the end: fiche, dimension, code, status and "
        "quotation.",
    ),
    "step_name": (
        "Escriba su nombre o iniciales en «annotator» si varias personas etiquetan.",
        "Write your name or initials under 'annotator' if several people label.",
    ),
    "step_import": (
        "Guarde el libro e impórtelo: assessor labels import LIBRO.xlsx -o etiquetas/",
        "Save the workbook and import it: assessor labels import BOOK.xlsx -o labels/",
    ),
    "levels": ("Valoraciones", "Ratings"),
    "statuses": ("Estados de un problema", "Statuses of an issue"),
    "codes": ("Problemas", "Issues"),
    "dimensions": ("Dimensiones", "Dimensions"),
    "pick_rating": ("¿Qué riesgo transmite el texto?", "What risk does the text convey?"),
    "pick_issues": ("Problemas: marque las palabras que los demuestran",
                    "Issues: mark the words that prove them"),
    "pick_status": ("Estado del problema marcado", "Status of the marked issue"),
    "no_quote": ("sin cita", "no quotation"),
    "confidence": ("confianza", "confidence"),
    "case_rating": ("Valoración", "Rating"),
    "bad_choice": ("Elija un valor de la lista.", "Choose a value of the list."),
}  # fmt: skip


def word(key: str, lang: str) -> str:
    """Return a word or sentence in ``es`` or ``en``."""
    return _WORDS[key][0 if lang == "es" else 1]


def both(key: str) -> tuple[str, str]:
    """Return a text in both languages, to recognise it when a file comes back."""
    return _WORDS[key]


def guide_lines(codebook: Codebook, names: Vocabulary, lang: str) -> Iterator[tuple[str, str]]:
    """Yield the guide's lines: a heading and an empty text, or a name and its meaning."""
    yield word("title", lang), ""
    steps = ("step_text", "step_rating", "step_issues", "step_new", "step_name", "step_import")
    for number, key in enumerate(steps, start=1):
        yield f"{number}.", word(key, lang)
    yield word("levels", lang), ""
    for level in codebook.levels:
        yield names.shown("rating", level.id), level.means
    yield word("statuses", lang), ""
    for status in codebook.statuses:
        yield names.shown("status", status.id), status.means
    yield word("dimensions", lang), ""
    for dimension in codebook.dimensions:
        yield names.shown("dimension", dimension.id), dimension.heading
    yield word("codes", lang), ""
    for issue in codebook.issues:
        yield names.shown("code", issue.id), issue.means
