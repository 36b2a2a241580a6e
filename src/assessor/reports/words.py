"""The reports' own words in Spanish and English, and numbers as each writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("es", "en")
_MONTHS = {
    "es": (
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
    ),
    "en": ("January February March April May June July August September October November December"),
}


@cache
def words(lang: str, table: str = "words", package: str = "assessor.reports") -> Mapping[str, str]:
    """Return the words of a language, ``es`` or ``en``, from a table in `templates/`."""
    import yaml

    text = files(package).joinpath(f"templates/{table}.yaml").read_text("utf-8")
    place = LANGUAGES.index(lang)
    return {key: str(pair[place]) for key, pair in yaml.safe_load(text).items()}


_BY_I = re.compile(r"hi(?![ae])|h?í|i", re.IGNORECASE)  # «e Historia», but «y Hielo»
_BY_O = re.compile(r"h?[oó]", re.IGNORECASE)


def say(lang: str, key: str, **values: Any) -> str:
    """Fill a sentence in; whole numbers as the language writes them, text as it is.

    >>> say("en", "says_gap", n=1200, of=2400, names="gender")
    'No information in 1,200 of 2,400 sections: gender.'
    """
    shown = {
        name: number(value, lang) if isinstance(value, int) else value
        for name, value in values.items()
    }
    return words(lang)[key].format_map(shown)


def counted(lang: str, noun: str, n: int) -> str:
    """Write a number with its noun.

    >>> counted("es", "fiche", 1), counted("es", "fiche", 2000)
    ('1 ficha', '2.000 fichas')
    """
    one, many = words(lang)[f"count_{noun}"].split("|")
    return (one if n == 1 else many).format(n=number(n, lang))


def number(value: float | None, lang: str, decimals: int = 0) -> str:
    """Write a number: ``1.250,5`` in Spanish, ``1,250.5`` in English; a dash for None.

    >>> number(1250.5, "es", 1), number(1250.5, "en", 1)
    ('1.250,5', '1,250.5')
    """
    if value is None:
        return "–"
    text = f"{value:,.{decimals}f}".replace("-", "\u2212")
    return text.translate(str.maketrans(",.", ".,")) if lang == "es" else text


def share(value: float | None, lang: str) -> str:
    """Write a share as a whole percentage; Spanish parts number and sign."""
    if value is None:
        return "–"
    text = f"{100 * value:.0f}".replace("-", "\u2212")
    return f"{text}\u00a0%" if lang == "es" else f"{text}%"


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


def listed(names: list[str], lang: str) -> str:
    """Join names; Spanish says «e» before the sound of an i.

    >>> listed(["Género", "Ejecución", "Incidencia"], "es"), listed(["Agua", "Hielo"], "es")
    ('Género, Ejecución e Incidencia', 'Agua y Hielo')
    """
    return _joined(names, lambda last: "and" if lang == "en" else "e" if _BY_I.match(last) else "y")


def either(names: list[str], lang: str) -> str:
    """Join names of which any may be; Spanish says «u» before the sound of an o.

    >>> either(["sustancial", "alto"], "es"), either(["medium", "high"], "en")
    ('sustancial o alto', 'medium or high')
    """
    return _joined(names, lambda last: "or" if lang == "en" else "u" if _BY_O.match(last) else "o")


def _joined(names: list[str], joint: Callable[[str], str]) -> str:
    if len(names) < 2:
        return "".join(names)
    *others, last = names
    return f"{', '.join(others)} {joint(last)} {last}"
