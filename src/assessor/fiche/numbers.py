"""Sums, dates and periods as Spanish forms write them."""

from __future__ import annotations

import re
from datetime import date

from assessor.folding import fold

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "enero ene", "febrero feb", "marzo mar", "abril abr", "mayo may", "junio jun",
            "julio jul", "agosto ago", "septiembre setiembre sep set sept", "octubre oct",
            "noviembre nov", "diciembre dic",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_DATE = re.compile(
    rf"(?P<iso>\b\d{{4}}-\d{{2}}-\d{{2}}\b)"
    rf"|(?P<numeric>\b\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:\d{{4}}|\d{{2}})\b)"
    rf"|(?P<dmy>\b\d{{1,2}}(?:\s*(?:de|-|/|\s)\s*)(?:{_MONTH})\b\.?(?:,?\s*(?:de|del|-|/)?\s*)\d{{4}}\b)"
    rf"|(?P<mdy>\b(?:{_MONTH})\b\.?\s+\d{{1,2}}\s*,?\s*(?:de\s+|del\s+)?\d{{4}}\b)"
    rf"|(?P<my>\b(?:{_MONTH})\b\.?,?\s*(?:de\s+|del\s+|-|/)?\s*\d{{4}}\b)"
)
_NUMBER = re.compile(r"\d[\d.,'’\u00a0 ]*\d|\d")
MAX_DIGITS = 18  # a longer figure is none
_CURRENCY = {"USD": r"usd|us\$|u\$s|dolares|\$", "EUR": r"eur|€|euros"}
_PERIOD = re.compile(r"\b(20\d\d)\s*[-–/]\s*([12])\b(?!\d)|\b([12])\s*[-–/]\s*(20\d\d)\b")
_SEMESTER = re.compile(r"\b(primer|segundo|1er|2do|i|ii)\.?\s+semestre\s+(?:de\s+|del\s+)?(20\d\d)")


def find_dates(text: str) -> list[tuple[int, int, date, bool]]:
    """Find dates, in order.

    Returns
    -------
    list of tuple
        ``(start, end, day, exact)``; `exact` is False for a month without a day, whose `day`
        is then the first of the month. Impossible dates are left out.

    Examples
    --------
    >>> [str(found[2]) for found in find_dates("Diciembre 15, 2009 y 3 de mayo de 2010")]
    ['2009-12-15', '2010-05-03']
    """
    folded = fold(text)
    found = []
    for match in _DATE.finditer(folded):
        day = _read_date(match)
        if day is not None:
            found.append((match.start(), match.end(), day, match.lastgroup != "my"))
    return found


def parse_date(text: str) -> date | None:
    """Return the first date of a text, the first of the month where no day is given."""
    dates = find_dates(text)
    return dates[0][2] if dates else None


def _read_date(match: re.Match[str]) -> date | None:
    text = match.group()
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    try:
        if match.group("iso"):
            return date(*numbers)
        if match.group("numeric"):
            day, month, year = numbers
            year += 2000 if year < 100 else 0
            return date(year, month, day)
        name = re.search(rf"\b({_MONTH})\b", text)
        month = MONTHS[name.group(1)] if name else 0
        if match.group("my"):
            return date(numbers[-1], month, 1)
        return date(numbers[1], month, numbers[0])
    except ValueError:
        return None


def parse_amount(text: str) -> float | None:
    """Read the first sum of a text, whichever way thousands and decimals are marked.

    Examples
    --------
    >>> parse_amount("USD1,429,667"), parse_amount("1.429.667,50"), parse_amount("USD 5 millones")
    (1429667.0, 1429667.5, 5000000.0)
    """
    match = _NUMBER.search(text)
    if not match:
        return None
    value = _read_number(match.group())
    if value is None:
        return None
    after = fold(text[match.end() : match.end() + 14]).lstrip()
    if re.match(r"(?:millones|millon|mill\b|mm\b)", after):
        return value * 1e6
    return value * 1e3 if re.match(r"mil\b", after) else value


def _read_number(text: str) -> float | None:
    digits = re.sub(r"['’\u00a0 ]", "", text)
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        decimal = "." if digits.rfind(".") > digits.rfind(",") else ","
        thousands = "," if decimal == "." else "."
        digits = digits.replace(thousands, "").replace(decimal, ".")
    elif points or commas:
        mark = "." if points else ","
        parts = digits.split(mark)
        grouped = all(len(part) == 3 for part in parts[1:]) and len(parts[0]) <= 3
        if grouped and not (len(parts) == 2 and parts[0] == "0"):
            digits = digits.replace(mark, "")
        elif len(parts) == 2:
            digits = digits.replace(mark, ".")
        else:
            return None
    if len(digits) > MAX_DIGITS:
        return None
    try:
        return float(digits)
    except ValueError:
        return None


def parse_currency(text: str) -> str | None:
    """Return ``USD`` or ``EUR`` where the text names it."""
    folded = fold(text)
    for code, pattern in _CURRENCY.items():
        if re.search(pattern, folded):
            return code
    return None


def parse_count(text: str) -> int | None:
    """Read a whole number such as ``1.250``; None where there is none."""
    value = parse_amount(text)
    return int(value) if value is not None and value == int(value) else None


def parse_period(text: str) -> str | None:
    """Return the reporting period as ``YYYY-S``.

    A report dated July covers the first semester; one dated January, the second of the
    year before.

    Examples
    --------
    >>> parse_period("informe semestral de julio 2011"), parse_period("informe 2010 – 1")
    ('2011-1', '2010-1')
    """
    match = _PERIOD.search(text)
    if match:
        year, half = (match[1], match[2]) if match[1] else (match[4], match[3])
        return f"{year}-{half}"
    folded = fold(text)
    semester = _SEMESTER.search(folded)
    if semester:
        half = "1" if semester[1] in {"primer", "1er", "i"} else "2"
        return f"{semester[2]}-{half}"
    month = re.search(rf"\b({_MONTH})\b\.?\s*(?:de\s+|del\s+)?(20\d\d)", folded)
    if not month:
        return None
    number, year = MONTHS[month[1]], int(month[2])
    if number <= 3:
        return f"{year - 1}-2"
    return f"{year}-1" if number <= 9 else f"{year}-2"
