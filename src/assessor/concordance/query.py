"""The query language of `assessor find`.

A query is words, conditions, or both: ``línea de base``, ``code:no_baseline status:resolved``,
``rotación country:"El Salvador"``. Words are written in the wording language of the codebook;
``code``, ``status``, ``link`` and ``dimension`` choose issues and sections, any other name is a
field of the fiche, as in `--where`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assessor.codebook.schema import Codebook
from assessor.errors import RunError
from assessor.folding import fold
from assessor.portfolio import LINKS

_CONDITION = re.compile(r'(?<!\S)([^\W\d]\w*):(?:"([^"]*)"|(\S+))')
_OWN = {
    "code": "code", "codigo": "code", "issue": "code", "problema": "code",
    "status": "status", "estatus": "status", "dimension": "dimension",
    "link": "link", "enlace": "link",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for.

    Parameters
    ----------
    words : str
        A pattern of the wording language; empty where issues are looked for.
    code, status, dimension : str or None
        Identifiers of the codebook.
    link : str or None
        What became of an issue since the period before, one of `portfolio.LINKS`.
    where : tuple of str
        Conditions on the fiche's fields, for `reports.filters`.
    """

    words: str
    code: str | None = None
    status: str | None = None
    dimension: str | None = None
    link: str | None = None
    where: tuple[str, ...] = ()

    @property
    def of_issues(self) -> bool:
        """Whether only the words that prove an issue count."""
        return any(x is not None for x in (self.code, self.status, self.link))


def parse_query(text: str, codebook: Codebook) -> Query:
    """Read a query.

    Raises
    ------
    RunError
        If it is empty or names a code, status or dimension that the codebook has not.
    """
    names: dict[str, dict[str, tuple[str, str]]] = {
        "code": {x.id: (x.es, x.en) for x in codebook.issues},
        "status": {x.id: (x.es, x.en) for x in codebook.statuses},
        "dimension": {x.id: (x.es, x.en) for x in codebook.dimensions},
        "link": {name: (name, name) for name in LINKS},
    }
    own: dict[str, str] = {}
    where: list[str] = []
    for match in _CONDITION.finditer(text):
        field, value = match[1], match[2] if match[2] is not None else match[3]
        kind = _OWN.get(fold(field))
        if kind is None:
            where.append(f'{field}="{value}"')
        else:
            own[kind] = _identifier(kind, value, names[kind])
    words = " ".join(_CONDITION.sub(" ", text).split())
    if not (words or own or where):
        raise RunError("find: the query is empty; give words, or code:, status:, link:, dimension:")
    return Query(words, **own, where=tuple(where))


def _identifier(kind: str, value: str, known: dict[str, tuple[str, str]]) -> str:
    """Return the identifier that a value names, by itself or by a label."""
    for name, labels in known.items():
        if fold(value) in {fold(name), *(fold(label) for label in labels)}:
            return name
    raise RunError(f"find: {kind} {value!r} does not exist; one of {', '.join(known)}")
