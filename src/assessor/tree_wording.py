"""The codebook's dependency patterns: which word hangs on which, however far apart they stand.

A pattern is a head and what hangs on it in the sentence's parse:

==========================  ============================================================
``faltar > coordinador``    «coordinador» hangs on «faltar», by whatever relation
``> nsubj|obj plaza``       only as subject or object; relations are those of Universal
                            Dependencies
``>> plaza``                at any depth below
``faltar|carec*``           one of several words without accents and case: a lemma in any
                            of its forms, a form, or a word that begins so
``cubrir[no]``              a negation hangs on it, too: «no», «sin», «nadie» …
``> plaza (> coordina*)``   the dependent has a dependent of its own
==========================  ============================================================

>>> pattern = parse_tree("cubrir[no] > nsubj|obj plaza (> coordina*)")
>>> [(node.words, node.head) for node in pattern.nodes]
[(('cubrir',), None), (('plaza',), 0), (('coordina*',), 1)]
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assessor.errors import CodebookError
from assessor.folding import fold
from assessor.wording import needs_of

RELATIONS = (
    "acl", "advcl", "advmod", "amod", "appos", "aux", "case", "cc", "ccomp", "compound", "conj",
    "cop", "csubj", "dep", "det", "expl", "fixed", "flat", "iobj", "mark", "nmod", "nsubj",
    "nummod", "obj", "obl", "parataxis", "xcomp",
)  # fmt: skip
NEGATIONS = (
    "no", "ni", "sin", "nunca", "jamas", "tampoco", "nadie", "nada", "ningun", "ninguno", "ninguna",
)  # fmt: skip
NEGATED = "[no]"
LEMMA_CUT = 3  # letters that any lemma shares with its forms
ENDING = 2  # letters of other words than verbs that may be otherwise in a form
_INFINITIVE = ("ar", "er", "ir")
_CHANGES = {"e": ("ie", "i"), "o": ("ue", "u")}  # vowels of a verb's stem
_TOKEN = re.compile(r"\[[^\]]*\]?|>>|[>()]|[^\s()\[\]>]+|\S")
_WORD = re.compile(r"\w[\w&-]*\*?")


@dataclass(frozen=True, slots=True)
class TreeNode:
    """One word of a pattern.

    Parameters
    ----------
    words : tuple of str
        Any of them: folded lemmas or forms, or beginnings that end in ``*``.
    negated : bool
        Whether a negation has to hang on it.
    head : int or None
        Place of the node that it hangs on; None for the head of all.
    relations : tuple of str
        How it hangs there; empty means in any way.
    deep : bool
        Whether other words may stand between it and its head in the tree.
    """

    words: tuple[str, ...]
    negated: bool = False
    head: int | None = None
    relations: tuple[str, ...] = ()
    deep: bool = False


@dataclass(frozen=True, slots=True)
class TreeWording:
    """A parsed pattern.

    Parameters
    ----------
    nodes : tuple of TreeNode
        Heads before what hangs on them.
    needs : tuple of frozenset of str
        Of each set a sentence with a match has one among its `wording.beginnings`.
    signs : tuple of re.Pattern
        Each finds something in a folded sentence with a match: surer than `needs`, and dearer.
    """

    nodes: tuple[TreeNode, ...]
    needs: tuple[frozenset[str], ...]
    signs: tuple[re.Pattern[str], ...]

    def may_match(self, folded: str) -> bool:
        """Say whether a folded sentence has all the words of the pattern, in whatever order."""
        return all(sign.search(folded) for sign in self.signs)


def parse_tree(text: str) -> TreeWording:
    """Parse a pattern.

    Raises
    ------
    CodebookError
        If the notation is wrong: says where, and what would be right.
    """
    nodes = tuple(_Parser(text).nodes())
    forms = [tuple(form for word in node.words for form in _forms(word)) for node in nodes]
    if any(node.negated for node in nodes):
        forms.append(NEGATIONS)
    return TreeWording(nodes, needs_of(forms), tuple(map(_sign, forms)))


def _sign(forms: tuple[str, ...]) -> re.Pattern[str]:
    words = (re.escape(f[:-1]) if f.endswith("*") else rf"{re.escape(f)}\b" for f in forms)
    return re.compile(rf"\b(?:{'|'.join(words)})")


def _forms(word: str) -> list[str]:
    """Return how a lemma's forms begin; what begins otherwise («fue») is to be listed as well.

    A verb's stem may change («contar», «cuenta»; «seguir», «siga»); of other words only the end.

    >>> _forms("contar"), _forms("plaza")
    (['con*', 'cue*', 'cun*'], ['pla*'])
    """
    if word.endswith("*") or len(word) < LEMMA_CUT:
        return [word]
    if not word.endswith(_INFINITIVE):
        return [f"{word[: max(LEMMA_CUT, len(word) - ENDING)]}*"]
    changed = [
        word[:at] + vowel + word[at + 1 :]
        for at, letter in enumerate(word[:LEMMA_CUT])
        for vowel in _CHANGES.get(letter, ())
    ]
    return [f"{stem[:LEMMA_CUT]}*" for stem in (word, *changed)]


class _Parser:
    """Recursive descent over the marks and words of one pattern."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._tokens: list[str] = _TOKEN.findall(fold(source))
        self._place = 0
        self._nodes: list[TreeNode] = []

    def nodes(self) -> list[TreeNode]:
        words = self._words("a word")
        self._add(TreeNode(words, self._negated()))
        self._branches(0)
        if self._peek() is not None:
            raise self._error("'>' or the end")
        return self._nodes

    def _branches(self, head: int) -> None:
        if self._peek() not in {">", ">>"}:
            raise self._error("'>' and a word that hangs on it")
        while self._peek() in {">", ">>"}:
            deep = self._next() == ">>"
            relations, words = self._dependent()
            place = self._add(TreeNode(words, self._negated(), head, relations, deep))
            if self._peek() == "(":
                self._next()
                self._branches(place)
                if self._peek() != ")":
                    raise self._error("'>' or ')'")
                self._next()

    def _dependent(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Read relations, if any, and words."""
        first = self._words("a relation or a word")
        second = self._peek()
        if second is None or not _WORD.match(second):
            if set(first) <= set(RELATIONS):
                raise self._error(f"a word after the relation {'|'.join(first)!r}")
            return (), first
        for name in first:
            if name not in RELATIONS:
                raise CodebookError(
                    f"tree {self._source!r}: relation {name!r} does not exist; one of "
                    f"{', '.join(RELATIONS)}"
                )
        return first, self._words("a word")

    def _words(self, wanted: str) -> tuple[str, ...]:
        token = self._peek() or ""
        words = tuple(token.split("|"))
        if not all(map(_WORD.fullmatch, words)):
            raise self._error(f"{wanted}, as 'plaza', 'plaza|puesto' or 'coordina*'")
        self._place += 1
        return words

    def _negated(self) -> bool:
        token = self._peek() or ""
        if token.startswith("[") and token != NEGATED:
            raise self._error(NEGATED)
        self._place += token == NEGATED
        return token == NEGATED

    def _add(self, node: TreeNode) -> int:
        self._nodes.append(node)
        return len(self._nodes) - 1

    def _peek(self) -> str | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _next(self) -> str:
        self._place += 1
        return self._tokens[self._place - 1]

    def _error(self, wanted: str) -> CodebookError:
        token = self._peek()
        found = "the end" if token is None else repr(token)
        return CodebookError(f"tree {self._source!r}: expected {wanted}; found {found}")
