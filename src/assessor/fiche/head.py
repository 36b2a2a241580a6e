"""The unlabelled head of a fiche: country, title, code, window."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assessor.codebook.schema import Form
from assessor.fiche.layout_line import Line
from assessor.folding import bare_words, fold

CODE = re.compile(
    r"\b(?P<code>MDGF?[\s-]{0,3}\d{3,5}(?:-[A-Z]{1,4}\b)?(?:-[A-Z]{1,4}\b)*)-?", re.IGNORECASE
)
_OTHER_CODE = re.compile(r"\((?P<code>[A-Z]{2,8}-?\d{2,6}(?:-[\w]+)*)-?\)")


@dataclass(frozen=True, slots=True)
class Head:
    """What the head says; each field is None where it is absent."""

    country: str | None = None
    title: str | None = None
    code: str | None = None
    window: str | None = None
    rest: tuple[str, ...] = ()


def read_head(lines: Sequence[Line], form: Form) -> Head:
    """Read the unlabelled lines at the top of a fiche.

    The country is a line that names one; the window a line (or two) of the form's list; the
    code stands in brackets behind the title; what remains is the title.
    """
    texts = [line.text for line in lines]
    country, texts = _take(texts, _known(form.countries))
    window, texts = _take_wrapped(texts, _known(form.windows))
    joined = " ".join(texts)
    code = find_code(joined)
    title = joined
    match = CODE.search(joined) or _OTHER_CODE.search(joined)
    rest: tuple[str, ...] = ()
    if match:
        title = joined[: match.start()]
        tail = joined[match.end() :].strip(" )-–.\t")
        rest = (tail,) if tail else ()
    title = " ".join(title.split()).rstrip(" (-–,")
    return Head(country, title or None, code, window, rest)


def find_code(text: str) -> str | None:
    """Return the programme's code, without a trailing hyphen."""
    match = CODE.search(text)
    if match:
        return re.sub(r"^(MDGF?)[\s-]*", r"\1-", match["code"].strip().upper())
    match = _OTHER_CODE.search(text)
    return match["code"] if match else None


def _known(names: Sequence[str]) -> dict[tuple[str, ...], str]:
    return {tuple(bare_words(name)): name for name in names}


def _take(texts: list[str], known: dict[tuple[str, ...], str]) -> tuple[str | None, list[str]]:
    """Take out the first line that is a known name."""
    for number, text in enumerate(texts):
        key = tuple(bare_words(text))
        if key in known:
            return text.strip(" .:,"), texts[:number] + texts[number + 1 :]
    return None, texts


def _take_wrapped(
    texts: list[str], known: dict[tuple[str, ...], str]
) -> tuple[str | None, list[str]]:
    """Take out the window, which may wrap over lines."""
    for number in range(len(texts)):
        for count in (1, 2, 3):
            part = " ".join(texts[number : number + count])
            words = tuple(bare_words(part))
            if words in known:
                return " ".join(part.split()), texts[:number] + texts[number + count :]
    return None, texts


def country_in(text: str, form: Form) -> str | None:
    """Return a country that a title names («… en Perú»), the last one named."""
    folded = fold(text)
    found = [
        (match.start(), name)
        for name in form.countries
        for match in re.finditer(rf"\b{re.escape(fold(name))}\b", folded)
    ]
    return max(found)[1] if found else None
