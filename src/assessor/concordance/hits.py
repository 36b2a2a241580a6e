"""A query over a run → hits, each a run of words in a section."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assessor.concordance.query import Query
from assessor.evidence import Span
from assessor.folding import fold
from assessor.wording import compile_wording

Search = Callable[[str], Iterable[Span]]  # a section's text → where it holds what is looked for
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Hit:
    """A run of words found.

    Parameters
    ----------
    text : str
        The whole section.
    code, status, link : str or None
        Of the issue that the words prove, where issues were looked for.
    similarity : float or None
        To a query by meaning; at most 1.
    """

    fiche: Record
    dimension: str
    text: str
    span: Span
    code: str | None = None
    status: str | None = None
    link: str | None = None
    similarity: float | None = None


def by_words(pattern: str) -> Search:
    """Return a search for words as written, accents and case aside.

    Raises
    ------
    CodebookError
        If the pattern cannot be read.
    """
    compiled = compile_wording(pattern)
    return lambda text: (Span(start, end) for start, end in compiled.find(fold(text)))


def hits_of(
    fiches: Sequence[Record],
    issues: Sequence[Record],
    query: Query,
    search: Search | None,
    dimensions: Sequence[str],
) -> Iterator[Hit]:
    """Yield the hits of a query in order of fiche, dimension and place.

    Parameters
    ----------
    fiches, issues : sequence of mapping
        Rows of a run's tables; an issue may have a `link` to the period before.
    search : callable or None
        How words are looked for; None takes issues' evidence, or whole sections, as they are.
    dimensions : sequence of str
        In the order in which sections are gone through.
    """
    found: dict[tuple[str, str], list[Record]] = {}
    for issue in issues:
        found.setdefault((issue["fiche_id"], issue["dimension"]), []).append(issue)
    for fiche in fiches:
        for dimension in dimensions:
            text = fiche["sections"].get(dimension) or ""
            if not text or query.dimension not in {None, dimension}:
                continue
            own = found.get((fiche["fiche_id"], dimension), [])
            section = Hit(fiche, dimension, text, Span(0, len(text)))
            yield from _in_section(section, own, query, search)


def _in_section(
    section: Hit, issues: Sequence[Record], query: Query, search: Search | None
) -> Iterator[Hit]:
    if not query.of_issues:
        for span in [section.span] if search is None else sorted(search(section.text)):
            yield Hit(section.fiche, section.dimension, section.text, span)
        return
    spans = None if search is None else sorted(search(section.text))
    for issue in sorted(issues, key=lambda row: (row["start"], row["code"])):
        if not _wanted(issue, query):
            continue
        proof = Span(issue["start"], issue["end"])
        for span in [proof] if spans is None else [s for s in spans if s.overlaps(proof)]:
            yield Hit(
                section.fiche, section.dimension, section.text, span,
                issue["code"], issue["status"], issue.get("link"),
            )  # fmt: skip


def _wanted(issue: Record, query: Query) -> bool:
    asked = {"code": query.code, "status": query.status, "link": query.link}
    return all(value in {None, issue.get(name)} for name, value in asked.items())
