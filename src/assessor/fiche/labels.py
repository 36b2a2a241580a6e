"""The labels of a form, and where they occur in a document's lines."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assessor.codebook.schema import Codebook, Form, FormField
from assessor.fiche.layout_line import Column, Line
from assessor.folding import Word, bare_words, words_of

# A label may go on with the report it refers to: «… semestral de julio 2011:».
_TAIL = re.compile(
    r"[\s:]*(?:(?:de|del|informe|a|al|en)\s+){0,3}(?:\w+\s+(?:de\s+)?)?(?:20\d\d)(?:\s*[-–]\s*[12])?\s*:",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"[\s)]*(?:\((?:ejemplo|por resultado|C&I|SyE)\)\s*)?(?P<colon>:)?", re.IGNORECASE
)
MAX_WRAP = 7  # lines over which a label may wrap
_LEAD = re.compile(r"[\s\d.)(•·▪*–—-]*")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A place in a document where a label may stand.

    Parameters
    ----------
    field : FormField
        What it labels.
    order : int
        The field's index in the form.
    start, end : tuple of int
        ``(line, character)``; the value may begin at `end`.
    score : float
        Evidence for a label rather than prose; above 3 it is practically certain.
    tail : str
        Words after the label's name that belong to it («de julio 2011»).
    """

    field: FormField
    order: int
    start: tuple[int, int]
    end: tuple[int, int]
    score: float
    tail: str = ""


_Stream = Sequence[tuple[int, Word]]  # a document's words, each with the number of its line
_Labels = Sequence[tuple[tuple[str, ...], FormField, int]]  # words, field, place in the form


class LabelIndex:
    """Index of the labels of one form, in all their spellings, by their words."""

    def __init__(self, form: Form, codebook: Codebook) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], FormField, int]]] = {}
        self._rests: dict[tuple[str, ...], set[tuple[str, ...]]] = {}  # by what begins a label
        self._whole: set[tuple[str, ...]] = set()
        self._by_letters: dict[str, str] = {}
        for order, field in enumerate(form.fields):
            for words in sorted(_spellings(field, codebook), key=lambda w: (-len(w), w)):
                self._by_first.setdefault(words[0], []).append((words, field, order))
                self._whole.add(words)
                self._by_letters.setdefault("".join(words), " ".join(words))
                for n in range(1, len(words) + 1):
                    self._rests.setdefault(words[:n], set()).add(words[n:])
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def is_prefix(self, words: Sequence[str]) -> bool:
        """Say whether a known label begins with (or is) these words."""
        return tuple(words) in self._rests

    def is_label(self, words: Sequence[str]) -> bool:
        """Say whether these words are a known label."""
        return tuple(words) in self._whole

    def begins_label(self, words: Sequence[str]) -> bool:
        """Say whether these words begin with a whole known label."""
        return any(tuple(words[:n]) in self._whole for n in range(1, len(words) + 1))

    def rests(self, words: Sequence[str]) -> set[tuple[str, ...]]:
        """Return the words that would complete a label that begins with these."""
        return self._rests.get(tuple(words), set()) - {()}

    def repaired(self, text: str) -> str | None:
        """Return a known label whose words a narrow column broke as one line; None if unknown."""
        words = bare_words(text)
        letters = "".join(words)
        if letters in self._by_letters:
            if tuple(words) in self._whole:
                return text
            colon = ":" if text.rstrip().endswith(":") else ""
            return self._by_letters[letters].capitalize() + colon
        return None

    def occurrences(self, lines: Sequence[Line]) -> list[Occurrence]:
        """Find every place where a label may stand, in document order."""
        stream = [(i, word) for i, line in enumerate(lines) for word in _words(line.text)]
        found: list[Occurrence] = []
        end = 0  # of the label before
        for position, labels in self._begun(stream):
            if position < end:
                continue
            glued = bool(found) and position == end and found[-1].field.kind == "group"
            occurrence, length = _standing(labels, stream, position, lines, glued)
            if occurrence is not None:
                found.append(occurrence)
                end = position + length
        return found

    def _begun(self, stream: _Stream) -> Iterator[tuple[int, _Labels]]:
        """Yield where the first word of labels stands, whole or broken by the line's end."""
        by_first = self._by_first
        for position, ((line, word), (next_line, after)) in enumerate(
            itertools.pairwise([*stream, (-1, Word("", 0, 0))])
        ):
            labels = by_first.get(word.text)
            if labels is None and line != next_line:
                labels = by_first.get(word.text + after.text)
            if labels is not None:
                yield position, labels


def _standing(
    labels: _Labels, stream: _Stream, position: int, lines: Sequence[Line], glued: bool
) -> tuple[Occurrence | None, int]:
    """Return the first of `labels` that matches at a position, and its number of words."""
    for words, field, order in labels:
        taken = _matched(stream, position, words)
        if not taken or not _together(taken, lines) or _divided(taken, lines):
            continue
        occurrence = _judge(taken, field, order, lines, glued)
        if occurrence is not None:
            return occurrence, len(taken)
    return None, 0


@lru_cache(maxsize=1024)  # lines: every form of a codebook reads a document's anew
def _words(text: str) -> tuple[Word, ...]:
    return words_of(text)


def _spellings(field: FormField, codebook: Codebook) -> set[tuple[str, ...]]:
    texts = list(field.labels)
    dimension = codebook.dimension.get(field.id)
    if dimension is not None and field.kind == "section":
        texts += [dimension.heading, dimension.es, *dimension.aliases]
    return {words for text in texts if (words := tuple(bare_words(text)))}


def _matched(
    stream: Sequence[tuple[int, Word]], position: int, words: tuple[str, ...]
) -> list[tuple[int, Word]]:
    """Return the words at a position that spell a label; a word may be broken over two lines."""
    borders = set(itertools.accumulate(len(word) for word in words))
    label = "".join(words)
    taken: list[tuple[int, Word]] = []
    at = 0
    for line, word in stream[position : position + 2 * len(words)]:
        broken = at and at not in borders
        if not label.startswith(word.text, at) or (broken and taken[-1][0] == line):
            return []
        taken.append((line, word))
        at += len(word.text)
        if at == len(label):
            return taken
    return []


def _divided(taken: Sequence[tuple[int, Word]], lines: Sequence[Line]) -> bool:
    """Say whether a colon splits the words, so that a shorter label ends there."""
    for (i, one), (j, other) in itertools.pairwise(taken):
        text = lines[i].text
        gap = text[one.end : other.start] if i == j else text[one.end :]
        if ":" in gap and "(" not in gap + lines[j].text[: other.start]:
            return True
    return False


def _together(taken: Sequence[tuple[int, Word]], lines: Sequence[Line]) -> bool:
    """Say whether the words may be one wrapped label: in one column, within a few lines."""
    indices = [i for i, _ in taken]
    if indices[-1] == indices[0]:
        return True
    if indices[-1] - indices[0] > MAX_WRAP:
        return False
    columns = {lines[i].column for i in indices}
    if Column.RIGHT in columns and len(columns) > 1:
        return False
    # A wrap happens at the end of a line: nothing but the label may stand before the break.
    return all(not lines[i].cell_end or i == indices[-1] for i in set(indices))


def _judge(
    taken: Sequence[tuple[int, Word]],
    field: FormField,
    order: int,
    lines: Sequence[Line],
    glued: bool,
) -> Occurrence | None:
    (first_line, first), (last_line, last) = taken[0], taken[-1]
    line, ending = lines[first_line], lines[last_line]
    begin: int = first.start
    stop: int = last.end
    at_start = _LEAD.fullmatch(line.text[:begin]) is not None
    capital = line.text[begin].isupper() or not line.text[begin].isalpha()
    if not capital:
        return None
    after = _AFTER.match(ending.text, stop)
    assert after is not None
    colon = after.group("colon") is not None
    end, tail = (last_line, after.end()), ""
    if not colon and field.kind == "text":
        end, tail, colon = _with_tail(lines, last_line, stop, end)
    following = lines[end[0]].text[end[1] :].lstrip()
    alone = not following
    if len(taken) == 1 and not colon and following[:1].islower() and line.column is not Column.LEFT:
        return None  # «Ventana de los mil días»: a title that begins as a label does
    acronym = len(taken) == 1 and stop - begin > 1 and line.text[begin:stop].isupper()
    score = _score(at_start, colon, alone, glued, len(taken), line, acronym)
    if score <= 0:
        return None
    return Occurrence(field, order, (first_line, begin), end, score, tail)


def _with_tail(
    lines: Sequence[Line], last_line: int, stop: int, end: tuple[int, int]
) -> tuple[tuple[int, int], str, bool]:
    """Extend a label by a tail such as «de julio 2011:», on its line or the next two."""
    text = lines[last_line].text[stop:]
    for extra in range(3):
        if extra:
            if last_line + extra >= len(lines):
                break
            text = f"{text} {lines[last_line + extra].text}"
        match = _TAIL.match(text)
        if match:
            where = last_line + extra
            consumed = len(text) - match.end()
            return (where, len(lines[where].text) - consumed), match.group().strip(" :"), True
    return end, "", False


def _score(
    at_start: bool, colon: bool, alone: bool, glued: bool, length: int, line: Line, acronym: bool
) -> float:
    """Return how much speaks for a label and against the same words in prose."""
    if line.column is Column.LEFT and at_start:
        return 4.5
    if glued:
        return 4.0 if colon or alone else 3.0
    if at_start:
        score = 4.0 if colon else 2.6 if alone else 0.8
        score += 0.5 * (length >= 3) + 0.4 * (length >= 5) + 0.6 * acronym
        return score + (0.6 if line.breaks_before else -0.8)
    # In mid-line only with a colon: «… OCR:», «Fecha de inicio: … Fecha de fin: …».
    return 1.6 + 0.3 * (length >= 2) if colon else 0.0
