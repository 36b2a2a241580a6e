from __future__ import annotations

from datetime import date

import pytest

from assessor.fiche.numbers import parse_amount, parse_currency, parse_date, parse_period


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("USD1,429,667", 1429667),
        ("1.429.667", 1429667),
        ("US$ 5.000.000,50", 5000000.5),
        ("5,000,000.50", 5000000.5),
        ("USD 5 millones", 5e6),
        ("4,2 millones de dólares", 4.2e6),
        ("610,562", 610562),
        ("12.5", 12.5),
        ("300 mil", 3e5),
        ("7", 7),
        ("sin dato", None),
        ("1,23,4", None),
    ],
)
def test_amounts(text, value):
    assert parse_amount(text) == value


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Diciembre 15, 2009", date(2009, 12, 15)),
        ("15/12/2009", date(2009, 12, 15)),
        ("15-12-09", date(2009, 12, 15)),
        ("15 de diciembre de 2009", date(2009, 12, 15)),
        ("15 dic. 2009", date(2009, 12, 15)),
        ("1 de setiembre del 2010", date(2010, 9, 1)),
        ("julio de 2011", date(2011, 7, 1)),
        ("Abril, 2009", date(2009, 4, 1)),
        ("2010-02-03", date(2010, 2, 3)),
        ("31/02/2010", None),
        ("pronto", None),
    ],
)
def test_dates(text, day):
    assert parse_date(text) == day


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("informe semestral de julio 2011", "2011-1"),
        ("informe semestral de enero de 2012", "2011-2"),
        ("informe 2011-1", "2011-1"),
        ("informe de 2010 – 2", "2010-2"),
        ("segundo semestre de 2010", "2010-2"),
        ("2011", None),
    ],
)
def test_periods(text, period):
    assert parse_period(text) == period


def test_currency():
    assert [parse_currency(t) for t in ("US$ 5", "5 €", "5")] == ["USD", "EUR", None]
