"""The grid of beneficiaries: institutions, women, men, ethnic groups; direct and indirect."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assessor.fiche.fiche import BeneficiaryCount
from assessor.fiche.layout_line import Line
from assessor.fiche.numbers import parse_count
from assessor.folding import fold

ROWS = {
    "noinstituciones": "No. Instituciones", "nomujeres": "No. Mujeres", "nohombres": "No. Hombres",
    "nogruposetnicos": "No. Grupos étnicos",
}  # fmt: skip
HEADS = ("directos", "indirectos")
_LETTERS = (*ROWS, *HEADS)
_FIGURE = re.compile(r"\d[\d.,]*")
_PIECE = re.compile(rf"[^\W\d]+|{_FIGURE.pattern}")
_GRID = (
    ("institutions", r"(?:no\.?\s*|n[º°]\.?\s*)?(?:de\s+)?instituciones"),
    ("women", r"(?:no\.?\s*|n[º°]\.?\s*)?(?:de\s+)?mujeres"),
    ("men", r"(?:no\.?\s*|n[º°]\.?\s*)?(?:de\s+)?hombres"),
    ("ethnic_groups", r"(?:no\.?\s*|n[º°]\.?\s*)?(?:de\s+)?grupos(?:\s+etnicos)?"),
)


def beneficiaries(lines: Sequence[Line]) -> tuple[BeneficiaryCount, BeneficiaryCount]:
    """Read the grid of direct and indirect beneficiaries, whichever way it was flattened."""
    text = "\n".join(_rejoined(line.text for line in lines))
    folded = fold(text)
    indirect = re.search(r"\bindirectos\b", folded)
    border = indirect.start() if indirect else len(folded)
    counts: dict[str, dict[str, int | None]] = {"direct": {}, "indirect": {}}
    repeated = len(re.findall(_GRID[0][1], folded)) > 1
    for name, label in _GRID:
        for match in re.finditer(label, folded):
            numbers = _numbers_after(text, folded, match.end())
            if repeated:
                kind = "direct" if match.start() < border else "indirect"
                counts[kind][name] = numbers[0] if numbers else None
            else:
                counts["direct"][name], counts["indirect"][name] = _by_column(text, match, numbers)
    return BeneficiaryCount(**counts["direct"]), BeneficiaryCount(**counts["indirect"])


def _numbers_after(text: str, folded: str, start: int) -> list[int | None]:
    """Return the counts between this label and the next one."""
    rest = folded[start:]
    stop = re.search(r"no\.|n[º°]|instituciones|mujeres|hombres|grupos|directos", rest)
    value = text[start : start + stop.start()] if stop else text[start:]
    return [parse_count(piece) for piece in _FIGURE.findall(value)]


def _by_column(
    text: str, match: re.Match[str], numbers: list[int | None]
) -> tuple[int | None, int | None]:
    if len(numbers) >= 2:
        return numbers[0], numbers[1]
    if not numbers:
        return None, None
    # One number: by its distance from the label it is the first or the second column.
    gap = re.match(r"[ \t:]*", text[match.end() :])
    far = gap is not None and len(gap.group()) > 30
    return (None, numbers[0]) if far else (numbers[0], None)


def is_piece(text: str) -> bool:
    """Say whether a line is a piece of the grid, whole or broken by a narrow column."""
    letters = _letters(_FIGURE.sub("", text))
    if not letters:
        return _FIGURE.fullmatch(text.strip()) is not None
    return any(letters in label for label in _LETTERS)


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", fold(text))


def _rejoined(texts: Iterable[str]) -> list[str]:
    """Put together the grid's labels where a narrow column broke their words.

    «No.  9», «Institu», «ciones» → «No. Instituciones  9». A grid that is not broken stays.
    """
    given = list(texts)
    if all(label in _letters("".join(given)) for label in ROWS) and any(
        label in _letters(text) for text in given for label in ("instituciones", "mujeres")
    ):
        return given
    rows: list[str] = []
    begun, waiting = "", ""
    for piece in (piece for text in given for piece in _PIECE.findall(text)):
        letters = _letters(piece)
        if not letters:
            if begun or not rows:
                waiting += f"  {piece}"
            else:
                rows[-1] += f"  {piece}"
        elif any(label.startswith(begun + letters) for label in ROWS):
            begun += letters
        if begun in ROWS:
            rows.append(ROWS[begun] + waiting)
            begun, waiting = "", ""
    return ["Directos  Indirectos", *rows] if rows else given
