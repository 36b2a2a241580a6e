"""`--where`: which fiches a report is about.

A filter is conditions joined by ``and`` and ``or`` (``and`` binds closer)::

    country=Perú and window~privado
    risk_index>=50 or issue=no_baseline:current
    gender!=low and period>2010-2

Operators: ``=`` ``!=`` (the whole value), ``~`` ``!~`` (part of it), ``<`` ``<=`` ``>`` ``>=``.
Accents and case do not count. A value that holds ``and`` or ``or`` stands in double quotes;
``""`` is an absent value.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

from assessor.errors import RunError
from assessor.folding import fold
from assessor.portfolio import Record
from assessor.reports.fields import Fields, Value

_JOIN = re.compile(r'"[^"]*"|\s(and|or)\s', re.IGNORECASE)
_CONDITION = re.compile(r"([^=~<>!]+)(!=|!~|<=|>=|=|~|<|>)(.*)", re.DOTALL)
_ORDER: dict[str, Callable[[Value, Value], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison: a field's own name, an operator, a value as written."""

    field: str
    sign: str
    value: str

    def holds(self, values: list[Value]) -> bool:
        """Tell whether any of a fiche's values meets it (none may, for ``!=`` and ``!~``)."""
        if self.sign in {"!=", "!~"}:
            return not Condition(self.field, self.sign[1:], self.value).holds(values)
        if not self.value:
            return not values
        return any(self._meets(value) for value in values)

    def _meets(self, value: Value) -> bool:
        own, given = _number(value), _number(self.value)
        if self.sign == "~":
            return fold(self.value) in fold(str(value))
        if own is not None and given is not None:
            return own == given if self.sign == "=" else _ORDER[self.sign](own, given)
        left, right = fold(str(value).strip()), fold(self.value)
        return left == right if self.sign == "=" else _ORDER[self.sign](left, right)


@dataclass(frozen=True, slots=True)
class Filter:
    """Alternatives, each of conditions that must all hold."""

    alternatives: tuple[tuple[Condition, ...], ...]

    def keeps(self, fiche: Record, fields: Fields) -> bool:
        """Tell whether a fiche is kept."""
        return any(
            all(condition.holds(fields.values(fiche, condition.field)) for condition in conditions)
            for conditions in self.alternatives
        )


def parse_filter(text: str, fields: Fields) -> Filter:
    """Read a filter.

    Raises
    ------
    RunError
        If a condition cannot be read or names no field.
    """
    alternatives: list[list[Condition]] = [[]]
    start = 0
    for match in _JOIN.finditer(text):
        if match[1]:
            alternatives[-1].append(_condition(text[start : match.start()], fields))
            start = match.end()
            if match[1].lower() == "or":
                alternatives.append([])
    alternatives[-1].append(_condition(text[start:], fields))
    return Filter(tuple(tuple(conditions) for conditions in alternatives))


def _condition(text: str, fields: Fields) -> Condition:
    match = _CONDITION.fullmatch(text.strip())
    if not match:
        raise RunError(
            f"--where: cannot read {text.strip()!r}; write FIELD=VALUE, with = != ~ !~ < <= > >="
        )
    value = match[3].strip()
    quoted = len(value) > 1 and value[0] == value[-1] == '"'
    return Condition(
        fields.resolve(match[1], "--where"), match[2], value[1:-1] if quoted else value
    )


def _number(value: Value) -> float | None:
    if isinstance(value, (int, float)):
        return float(value)
    text = value.strip()
    try:
        return float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        return None
