"""Dependency patterns → hits in a text, by spaCy's parser and DependencyMatcher.

A sentence is parsed by itself, and only where it holds the words of a pattern: parsing all
would take most of the time, and the same sentence gives the same hits whatever is beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

from assessor.codebook.schema import Codebook, Wording
from assessor.evidence import Span
from assessor.folding import fold
from assessor.language import sentences_of, trained_pipeline
from assessor.tree_wording import NEGATIONS, TreeNode, TreeWording, parse_tree
from assessor.wording import PatternIndex

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import DependencyMatcher
    from spacy.tokens import Doc, Token

_Rule = tuple[str, Wording]  # an issue's code and the pattern that reports it
LONGEST = 2_000  # letters of a sentence: a longer one is a table, and its parse a guess


@dataclass(frozen=True, slots=True)
class TreeHit:
    """The words that a pattern took, and the negations that hang on them beside its own.

    Parameters
    ----------
    words : tuple of Span
        At least two.
    """

    code: str
    wording: Wording
    words: tuple[Span, ...]
    denials: tuple[Span, ...]

    @property
    def span(self) -> Span:
        """All of them and what stands between."""
        return reduce(Span.cover, self.words + self.denials)

    def __len__(self) -> int:
        """Return how many letters they take with what stands between."""
        return self.span.end - self.span.start

    def denied_by(self, cue: Span) -> bool:
        """Say whether the words of a cue negate it: those of another clause within do not."""
        return any(cue.overlaps(denial) for denial in self.denials)


class TreeMatcher:
    """All dependency patterns of a codebook, each compiled when first needed.

    Where no Spanish model with a parser is installed it finds nothing.
    """

    def __init__(self, codebook: Codebook) -> None:
        self._index = PatternIndex(
            ((issue.id, wording), parse_tree(wording.text))
            for issue in codebook.issues
            for wording in issue.wording
            if wording.tree
        )
        self._compiled: dict[str, DependencyMatcher] = {}

    def find(self, text: str, dimension: str) -> Iterator[TreeHit]:
        """Yield the hits of one section, sentence by sentence."""
        if not self._index.candidates(fold(text)):
            return
        for sentence in sentences_of(text):
            words = sentence.span.of(text)
            candidates = self._candidates(fold(words), dimension)
            if not candidates or len(words) > LONGEST:
                continue
            nlp = trained_pipeline("ner")
            if nlp is None:
                return
            doc = _parsed(nlp, words)
            for rule, tree in candidates:
                yield from self._in_sentence(doc, sentence.span.start, rule, tree)

    def _candidates(self, folded: str, dimension: str) -> list[tuple[_Rule, TreeWording]]:
        """Return the patterns that make a sentence worth parsing."""
        return [
            (rule, tree)
            for rule, tree in self._index.candidates(folded)
            if rule[1].belongs_in(dimension) and tree.may_match(folded)
        ]

    def _in_sentence(
        self, doc: Doc, offset: int, rule: _Rule, tree: TreeWording
    ) -> Iterable[TreeHit]:
        """Return one hit for each word that heads a match: that whose words stand closest."""
        closest: dict[int, TreeHit] = {}
        for _, places in self._matcher(rule[1], tree, doc)(doc):
            hit = _hit(rule, tree, [doc[place] for place in places], offset)
            known = closest.get(places[0])
            if hit is not None and (known is None or len(hit) < len(known)):
                closest[places[0]] = hit
        return closest.values()

    def _matcher(self, wording: Wording, tree: TreeWording, doc: Doc) -> DependencyMatcher:
        from spacy.matcher import DependencyMatcher

        if wording.id not in self._compiled:
            matcher = DependencyMatcher(doc.vocab)
            matcher.add(wording.id, [[_relation(k, node) for k, node in enumerate(tree.nodes)]])
            self._compiled[wording.id] = matcher
        return self._compiled[wording.id]


def _parsed(nlp: Language, sentence: str) -> Doc:
    doc = nlp(sentence)
    for token in doc:  # one attribute for both, as a small model's lemmas are often wrong
        token.norm_ = f"{fold(token.text)} {fold(token.lemma_)}"
    return doc


def _hit(rule: _Rule, tree: TreeWording, words: list[Token], offset: int) -> TreeHit | None:
    """Return what a match holds; None where a negation is asked for and none is there."""
    own: list[Token] = list(words)
    others: list[Token] = []
    for node, word in zip(tree.nodes, words, strict=True):
        negations = [t for t in word.children if fold(t.text) in NEGATIONS and t not in words]
        if node.negated and not negations:
            return None
        (own if node.negated else others).extend(negations)
    return TreeHit(*rule, _spans(own, offset), _spans(others, offset))


def _spans(tokens: list[Token], offset: int) -> tuple[Span, ...]:
    starts = sorted((offset + token.idx, len(token.text)) for token in tokens)
    return tuple(Span(start, start + length) for start, length in starts)


def _relation(place: int, node: TreeNode) -> dict[str, Any]:
    """Write a node as spaCy's DependencyMatcher reads it."""
    words = "|".join(
        rf"{re.escape(word[:-1])}\S*" if word.endswith("*") else re.escape(word)
        for word in node.words
    )
    attributes: dict[str, Any] = {"NORM": {"REGEX": rf"(?:^| )(?:{words})(?: |$)"}}
    if node.relations:
        attributes["DEP"] = {"IN": list(node.relations)}
    known: dict[str, Any] = {"RIGHT_ID": str(place), "RIGHT_ATTRS": attributes}
    if node.head is None:
        return known
    return known | {"LEFT_ID": str(node.head), "REL_OP": ">>" if node.deep else ">"}
