"""The wording language of the codebook, compiled to regular expressions.

A pattern is words, matched whole and without accents and case, in this order:

============  ==========================================================================
``coordina*`` a word that begins so
``(a|b c)``   one of several words or phrases
``x?``        ``x`` or nothing; also ``(a|b)?``
``...``       up to six further words of the same clause
``<3>``       up to three further words
``#``         a number (``12``, ``7,5``, ``40%``)
============  ==========================================================================

>>> pattern = compile_wording("(falta|ausencia) de <1> coordinador*")
>>> pattern.find("la ausencia de la coordinadora")
[(3, 30)]
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, Protocol, TypeVar

from assessor.errors import CodebookError
from assessor.folding import fold

GAP_WORDS = 6
# Between two words: anything but letters, digits and the marks that end a clause.
_BETWEEN = r"[^\w.;:!?\n]+"
CUTS = (6, 3)  # letters of a word by which an index looks it up, longest first
Anchors = tuple[str, ...]
_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"\.\.\.|<\d>|[()|?#]|[^\s()|?#<>]+")


@dataclass(frozen=True, slots=True)
class CompiledWording:
    """A pattern ready to search folded text.

    Parameters
    ----------
    anchors : tuple of str
        Every match contains one of them: texts without any need no search.
    needs : tuple of frozenset of str
        Necessary conditions: a text can match only if its `beginnings` meet every set.
    """

    regex: re.Pattern[str]
    anchors: tuple[str, ...]
    needs: tuple[frozenset[str], ...]

    def find(self, folded: str) -> list[tuple[int, int]]:
        """Return ``(start, end)`` of every match in a folded text."""
        for anchor in self.anchors:
            if anchor in folded:
                return [match.span() for match in self.regex.finditer(folded)]
        return []

    def find_shortest(self, folded: str) -> list[tuple[int, int]]:
        """Return the matches, each begun as late as it can be.

        >>> compile_wording("(no|falta) <4> plan").find_shortest("no se ve falta de plan")
        [(9, 22)]
        """
        return [self._shortest(folded, *span) for span in self.find(folded)]

    def _shortest(self, folded: str, start: int, end: int) -> tuple[int, int]:
        while later := self.regex.search(folded, start + 1, end):
            if later.end() != end:
                break
            start = later.start()
        return start, end


def compile_wording(text: str) -> CompiledWording:
    """Compile a pattern.

    Raises
    ------
    CodebookError
        If brackets do not match or the pattern has no plain word.
    """
    parser = _Parser(_TOKEN.findall(fold(text)), text)
    body, sets = parser.sequence()
    if parser.rest():
        raise CodebookError(f"wording {text!r}: unexpected {parser.rest()[0]!r}")
    best = _best(sets)
    if not best:
        raise CodebookError(f"wording {text!r}: needs at least one word that is not optional")
    anchors = tuple(word.removesuffix("*") for word in best)
    return CompiledWording(re.compile(rf"\b{body}"), anchors, needs_of(sets))


def needs_of(sets: list[Anchors]) -> tuple[frozenset[str], ...]:
    """Return beginnings of each set's words, first those of the set that rules out most texts.

    >>> needs_of([("sin",), ("indicador*",)])
    (frozenset({'indica'}), frozenset({'sin'}))
    """
    return tuple(dict.fromkeys(frozenset(map(_beginning, s)) for s in (_best(sets), *sets)))


class Needing(Protocol):
    """A pattern of any kind that names necessary conditions of a match."""

    @property
    def needs(self) -> tuple[frozenset[str], ...]:
        """Sets that a matching text's `beginnings` all meet; the most selective first."""


Rule = TypeVar("Rule")
Pattern = TypeVar("Pattern", bound=Needing)


class PatternIndex(Generic[Rule, Pattern]):
    """Many patterns, each with what it stands for; few of them run on any one text.

    Parameters
    ----------
    entries : iterable of (rule, pattern)
        In the order in which they are to be tried.

    Examples
    --------
    >>> index = PatternIndex((t, compile_wording(t)) for t in ("no hay", "sin (plan|meta*)"))
    >>> [rule for rule, _ in index.candidates("quedan sin metas")]
    ['sin (plan|meta*)']
    """

    def __init__(self, entries: Iterable[tuple[Rule, Pattern]]) -> None:
        self._entries = list(entries)
        self._places: dict[str, list[int]] = {}  # of patterns, by the words of their first need
        for place, (_, pattern) in enumerate(self._entries):
            for word in pattern.needs[0]:
                self._places.setdefault(word, []).append(place)

    def candidates(self, folded: str) -> list[tuple[Rule, Pattern]]:
        """Return the patterns that may match a folded text, in their order."""
        words = beginnings(folded)
        known = self._places.keys() & words
        places = {place for word in known for place in self._places[word]}
        found = [self._entries[place] for place in sorted(places)]
        return [entry for entry in found if not any(map(words.isdisjoint, entry[1].needs))]


@lru_cache(maxsize=4)  # wording, cues and lexicon ask of the same section, one after another
def beginnings(folded: str) -> frozenset[str]:
    """Return a folded text's words, whole and cut to the lengths that an index asks for.

    The empty beginning is among them: what it stands for cannot be ruled out.

    >>> sorted(beginnings("sin metas"))
    ['', 'met', 'metas', 'sin']
    """
    words = frozenset(["", *_WORD.findall(folded)])
    return words.union(*({word[:letters] for word in words} for letters in CUTS))


def _beginning(token: str) -> str:
    """Return what `beginnings` holds of every text that has a pattern's word.

    A pattern's word begins where a word of the text does: what stands before it is neither
    letter nor digit.
    """
    word = _WORD.match(token)
    if word is None:
        return ""
    if word.group() + "*" != token:  # of «m&e» the text has the word «m»
        return word.group()
    return next((word.group()[:n] for n in CUTS if len(word.group()) >= n), "")


def _best(sets: list[Anchors]) -> Anchors:
    """Return the set that rules out most texts: long words, few of them."""
    return max(sets, key=lambda s: (min(map(len, s)) - 0.3 * len(s), s), default=())


class _Parser:
    """Recursive descent over the tokens of one pattern."""

    def __init__(self, tokens: list[str], source: str) -> None:
        self._tokens = tokens
        self._place = 0
        self._source = source

    def rest(self) -> list[str]:
        return self._tokens[self._place :]

    def _peek(self) -> str | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def sequence(self) -> tuple[str, list[Anchors]]:
        """Parse items up to the end or a closing mark.

        Returns
        -------
        tuple of (str, list)
            The regex, and sets of words; of each set every match holds one.
        """
        parts: list[tuple[str, bool]] = []
        sets: list[Anchors] = []
        gap = ""
        while (token := self._peek()) not in {None, ")", "|"}:
            if token == "..." or (token and token.startswith("<")):
                self._place += 1
                count = GAP_WORDS if token == "..." else int(token[1:-1])
                gap = rf"(?:{_BETWEEN}[\w%/-]+){{0,{count}}}?"
                continue
            item, sure = self._item()
            optional = self._peek() == "?"
            self._place += optional
            follows = any(not may_lack for _, may_lack in parts)
            parts.append((_joined(item, follows, gap, optional), optional))
            if sure and not optional:
                sets.append(sure)
            gap = ""
        return "".join(part for part, _ in parts), sets

    def _item(self) -> tuple[str, Anchors]:
        token = self._peek()
        assert token is not None
        self._place += 1
        if token == "(":
            return self._group()
        if token == "#":
            return r"\d[\d.,]*\s?%?", ()
        if token in {"?", ")"}:
            raise CodebookError(f"wording {self._source!r}: unexpected {token!r}")
        if token.isdigit():
            return rf"{token}\b(?![.,]\d)", (token,)  # «0» is not the one of «0,5»
        if token.endswith("*"):
            return rf"{re.escape(token[:-1])}\w*", (token,)
        return rf"{re.escape(token)}\b", (token,)

    def _group(self) -> tuple[str, Anchors]:
        choices: list[str] = []
        sets: list[Anchors] = []
        while True:
            body, sure = self.sequence()
            choices.append(body)
            sets.append(_best(sure))
            token = self._peek()
            if token is None:
                raise CodebookError(f"wording {self._source!r}: '(' without ')'")
            self._place += 1
            if token == ")":
                anchors = tuple(dict.fromkeys(a for s in sets for a in s)) if all(sets) else ()
                return f"(?:{'|'.join(choices)})", anchors


def _joined(item: str, follows: bool, gap: str, optional: bool) -> str:
    """Put an item behind what stands before it, with the gap and the white space between."""
    if not follows:
        return rf"(?:{item}{_BETWEEN})?" if optional else item
    return rf"(?:{gap}{_BETWEEN}{item})?" if optional else rf"{gap}{_BETWEEN}{item}"
