"""One engine for status and negation: which cues have a mention in their scope.

A cue's scope ends where its clause, its reach or a termination does; some categories end
sooner or later, see `_REACHES`. Where several categories claim a mention, the order is:
another programme's problem, denied, current (a cue that says that it goes on), potential,
resolved. The context algorithm with its directions and pseudo cues is that of ConText
(Harkema et al., 2009).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assessor.codebook.schema import Codebook, CueCategory, CueDirection
from assessor.evidence import Evidence, Span
from assessor.folding import bare_words, fold
from assessor.issues.cues import CueFinder, FoundCue
from assessor.issues.matcher import Mention
from assessor.language import Sentence

PRIORITY = (
    CueCategory.ELSEWHERE,
    CueCategory.DENIED,
    CueCategory.CURRENT,
    CueCategory.POTENTIAL,
    CueCategory.RESOLVED,
)
NEXT_CONFIDENCE = 0.7
OPENING = 3  # words that may stand before a cue that opens a sentence or clause
ECHO_STEM = 5  # letters that a word of the mention and its echo share
_NOT_ECHOED = frozenset(  # stems that say nothing of a subject
    {"progr", "proye", "equip", "exist", "cuent", "tiene", "hasta", "sobre", "entre", "desde"}
    | {"para", "como", "falta", "ausen", "sigue", "estab", "estan", "habia", "hubo"}
)
_STILL = re.compile(r"\b(?:no|sin|ni|aun|todavia|falta|sigue|persiste|pendiente)\b")
# After these a negation says nothing more: a cause, or a statement of its own.
_CAUSE = re.compile(r"\b(?:por|debido|causa|raiz|porque|ya que|pues|dado que|hasta|mas que)\b")
_STATEMENT = re.compile(
    r"(?:,|\by)\s+(?:el|la|los|las|un|una|su|sus|se|hay|hubo|existen?|persisten?|siguen?|es|son|"
    r"con|en|este|esta|ya|lo|que|donde|cuando|desde|tienen?|quedan?|falta)\b|;|\w.*:"
)
_LACKS_NOW = re.compile(r"(?:no (?:hay|existen?|tienen?|cuentan?|se cuenta|se han?)|carecen?)\b")
_OWN_NEGATION = re.compile(r"(?:no|nunca|ni|tampoco|nadie|ningun\w*)\b")
_DENIES_CLAUSE = re.compile(r"(?:\bque|lejos de)$")
_RELATIVE = re.compile(r",\s*(?:que|donde|con|cuy\w+|en (?:el|la) que|el cual|la cual)\b")


@dataclass(frozen=True, slots=True)
class Scope:
    """What the cues make of one mention.

    Parameters
    ----------
    category : CueCategory
        CURRENT where no cue speaks.
    cues : tuple of Evidence
        The words that decided.
    confidence : float
        Lower where cues disagree or stand in another sentence.
    """

    category: CueCategory
    cues: tuple[Evidence, ...]
    confidence: float

    @property
    def reported(self) -> bool:
        """Whether the mention is a problem of this programme at all."""
        return self.category not in {CueCategory.DENIED, CueCategory.ELSEWHERE}


class ScopeEngine:
    """Sets the status of mentions by a codebook's cues."""

    def __init__(self, codebook: Codebook) -> None:
        self._finder = CueFinder(codebook)

    def marks(self, sentence: str, after: str) -> list[str]:
        """Return the cues of a sentence and of the next one as features of a model."""
        own = [f"Q:{f.cue.category}:{f.cue.direction}" for f in self._finder.find(sentence)]
        return own + [f"QN:{f.cue.category}:{f.cue.direction}" for f in self._finder.find(after)]

    def scopes(
        self, text: str, mentions: Sequence[Mention], sentences: Sequence[Sentence]
    ) -> list[Scope]:
        """Say what the cues make of each mention.

        Parameters
        ----------
        mentions : sequence of Mention
            All of the text: a negation within one of them («sin coordinador») is no cue of another.
        sentences : sequence of Sentence
            All sentences of the text, in order.
        """
        if not mentions:
            return []
        folded, cues = fold(text), self._finder.find(text)
        scopes = []
        for mention in mentions:
            place = _place(mention, sentences)
            if place is None:
                scopes.append(Scope(CueCategory.CURRENT, (), 1.0))
                continue
            # Nothing beyond the next sentence bears on it: a text of many mentions stays cheap.
            near = sentences[place].span.cover(sentences[place : place + 2][-1].span)
            around = [m for m in mentions if m is mention or m.span.overlaps(near)]
            local = [f for f in cues if f.span.overlaps(near)]
            usable = [f for f in _without_own_negations(local, mention, around) if _for(f, mention)]
            claims = _claims(folded, mention, sentences[place], usable)
            openings = _openings(mention, around, sentences[place : place + 2])
            claims += _claims_from(folded, mention, openings, usable)
            scopes.append(_decide(text, claims, sentences[place]))
        return scopes


def _place(mention: Mention, sentences: Sequence[Sentence]) -> int | None:
    return next((k for k, s in enumerate(sentences) if s.span.overlaps(mention.span)), None)


def _claims(
    folded: str, mention: Mention, sentence: Sentence, cues: Sequence[FoundCue]
) -> list[FoundCue]:
    """Return the cues of a mention's sentence that have it in their scope."""
    borders = [f.span for f in cues if f.cue.category is CueCategory.TERMINATION]
    near = [f for f in cues if f.span.overlaps(sentence.span)]
    return [f for f in near if _reaches(_CuePair(folded, f, mention, sentence), borders)]


def _claims_from(
    folded: str, mention: Mention, openings: Sequence[Span], cues: Sequence[FoundCue]
) -> list[FoundCue]:
    """Return the cues that speak of a mention from what follows it."""
    following = [f for f in cues if f.cue.direction is CueDirection.NEXT]
    return [f for f in following if any(_opens(folded, f, span, mention) for span in openings)]


def _without_own_negations(
    cues: Sequence[FoundCue], mention: Mention, mentions: Sequence[Mention]
) -> list[FoundCue]:
    """Drop negation cues that are part of another mention («sin» of «sin coordinador»)."""
    others = [m.span for m in mentions if m is not mention and not m.span.overlaps(mention.span)]
    return [
        f
        for f in cues
        if f.cue.category is not CueCategory.DENIED
        or not any(span.cover(f.span) == span for span in others)
    ]


def _for(found: FoundCue, mention: Mention) -> bool:
    return not found.cue.issues or mention.code in found.cue.issues


@dataclass(frozen=True, slots=True)
class _CuePair:
    """A cue–mention pair of one sentence and the text between them."""

    folded: str
    found: FoundCue
    mention: Mention
    sentence: Sentence

    @property
    def before(self) -> bool:
        return self.found.span.end <= self.mention.span.start

    @property
    def inside(self) -> bool:
        return self.mention.span.cover(self.found.span) == self.mention.span

    @property
    def gap(self) -> tuple[int, int]:
        """Offsets of what stands between."""
        one, other = self.found.span, self.mention.span
        return (one.end, other.start) if self.before else (other.end, one.start)

    @property
    def between(self) -> str:
        start, end = self.gap
        return self.folded[start:end]

    @property
    def same_clause(self) -> bool:
        if self.before and self.between.lstrip().startswith(":"):
            return True  # a cue before a colon heads what follows
        one, other = self.found.span, self.mention.span
        return any(c.overlaps(one) and c.overlaps(other) for c in self.sentence.clauses)


def _reaches(pair: _CuePair, borders: Sequence[Span]) -> bool:
    cue, mention = pair.found.cue, pair.mention
    if cue.direction is CueDirection.NEXT or cue.category is CueCategory.TERMINATION:
        return False
    if pair.inside:
        return _speaks_inside(pair)
    if pair.found.span.overlaps(mention.span):
        return False
    wrong = CueDirection.FOLLOWING if pair.before else CueDirection.PRECEDING
    if cue.direction is wrong:
        return False
    if cue.reach is not None and len(bare_words(pair.between)) > cue.reach:
        return False
    start, end = pair.gap
    if any(start <= border.start < end for border in borders):
        return False
    return _REACHES[cue.category](pair)


def _speaks_inside(pair: _CuePair) -> bool:
    """Say whether a cue among a mention's words says something of it."""
    category, words = pair.found.cue.category, pair.found.span
    if category is CueCategory.DENIED:
        return pair.mention.stands_without(pair.folded, words)
    if category is CueCategory.RESOLVED:
        return not pair.mention.tells_by(words)  # the «se levantó» of «no se levantó la línea …»
    return category is not CueCategory.ELSEWHERE


def _denies(pair: _CuePair) -> bool:
    """A negation stays in its clause and ends at a cause or a new statement."""
    own = pair.folded[pair.mention.span.start : pair.mention.span.end]
    cue = pair.folded[pair.found.span.start : pair.found.span.end]
    if _OWN_NEGATION.match(own) and not _DENIES_CLAUSE.search(cue):
        return False
    if not pair.before and pair.found.cue.direction is CueDirection.FOLLOWING:
        return ":" in pair.between  # an answer: «Retrasos: ninguno»
    if own.startswith("sin ") and pair.before and "," in pair.between:
        return False
    if not pair.same_clause:
        return pair.found.cue.direction is not CueDirection.PRECEDING and not pair.before
    if pair.before:
        return not (_CAUSE.search(pair.between) or _STATEMENT.search(pair.between + own[:12]))
    return True


def _speaks_of_others(pair: _CuePair) -> bool:
    """«Another programme» reaches to the first comma, or to the end of a relative clause."""
    between = pair.between
    if not pair.before or "," not in between:
        return ";" not in between
    return between.count(",") < 2 and _RELATIVE.match(between[between.index(",") :]) is not None


def _conditions(pair: _CuePair) -> bool:
    """A condition governs what follows the comma, too."""
    return ";" not in pair.between


def _holds(pair: _CuePair) -> bool:
    return pair.same_clause


def _is_over(pair: _CuePair) -> bool:
    """A time gone by («tras dos años») solves nothing that is told as lacking now."""
    own = pair.folded[pair.mention.span.start : pair.mention.span.end]
    return pair.same_clause and not (pair.before and _LACKS_NOW.match(own))


_REACHES: dict[CueCategory, Callable[[_CuePair], bool]] = {
    CueCategory.DENIED: _denies,
    CueCategory.ELSEWHERE: _speaks_of_others,
    CueCategory.POTENTIAL: _conditions,
    CueCategory.CURRENT: _holds,
    CueCategory.RESOLVED: _is_over,
}


def _openings(
    mention: Mention, mentions: Sequence[Mention], sentences: Sequence[Sentence]
) -> list[Span]:
    """Return the next clause and the next sentence, unless they tell of another problem."""
    own, *following = sentences
    later = [clause for clause in own.clauses if clause.start >= mention.span.end]
    others = [m.span for m in mentions if m.code != mention.code]
    return [
        span
        for span in (*later[:1], *(sentence.span for sentence in following))
        if not any(span.overlaps(other) for other in others)
    ]


def _opens(folded: str, found: FoundCue, opening: Span, mention: Mention) -> bool:
    if not opening.start <= found.span.start < opening.end:
        return False
    reach = OPENING if found.cue.reach is None else found.cue.reach
    if len(bare_words(folded[opening.start : found.span.start])) > reach:
        return False
    return not found.cue.echo or _echoes(opening.of(folded), mention.span.of(folded))


def _echoes(told: str, mentioned: str) -> bool:
    """Say whether what is told takes up the mention's subject, and denies nothing of it."""
    if _STILL.search(told):
        return False
    stems = [
        {word[:ECHO_STEM] for word in bare_words(text) if len(word) > 3}
        for text in (told, mentioned)
    ]
    return bool((stems[0] & stems[1]) - _NOT_ECHOED)


def _decide(text: str, claims: Sequence[FoundCue], sentence: Sentence) -> Scope:
    by_category = {
        category: [f for f in claims if f.cue.category is category] for category in PRIORITY
    }
    for category in PRIORITY:
        chosen = by_category[category]
        if chosen:
            rivals = {f.cue.category for f in claims} - {category}
            confidence = 0.75 if rivals else 0.95
            if all(not f.span.overlaps(sentence.span) for f in chosen):
                confidence = NEXT_CONFIDENCE
            evidence = tuple(
                Evidence(f.span, f.span.of(text), f"cue:{f.cue.id}") for f in chosen[:2]
            )
            return Scope(category, evidence, confidence)
    return Scope(CueCategory.CURRENT, (), 0.9)
