"""Score the parser on fiches laid out in ten ways: `make forms`.

Prints, by layout and kind of file, the share of fields read as written and the share of the
sections' characters that stand in their section. Needs LibreOffice and poppler. Writers of the
corpus may be named: `python tools/score_forms.py h10 h15`.
"""

from __future__ import annotations

import difflib
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus_form import fiche_id, load_content
from form_variants import KINDS, PDF_LAYOUTS, WORD_LAYOUTS, Content, Variant, render_variants
from tests.fiche.form_check import bare, fields_right, written_sections

from assessor.codebook.load import load_codebook
from assessor.codebook.schema import Codebook
from assessor.documents.document import Document
from assessor.documents.readers import read_source
from assessor.errors import FicheError
from assessor.fiche.parse import parse_document

ROOT = Path(__file__).parents[1]
WRITERS = ("h05",)  # whose fiches the parser was mended on; others tell whether that holds
COMMANDS = ("soffice", "pdftotext")


@dataclass(frozen=True)
class Score:
    """What was read as written, of how much."""

    fields: int = 0
    all_fields: int = 0
    characters: int = 0
    all_characters: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.fields + other.fields,
            self.all_fields + other.all_fields,
            self.characters + other.characters,
            self.all_characters + other.all_characters,
        )

    @property
    def field_share(self) -> float:
        """Share of fields read as written, 0 to 1."""
        return self.fields / max(1, self.all_fields)

    @property
    def character_share(self) -> float:
        """Share of the sections' characters in their place, 0 to 1."""
        return self.characters / max(1, self.all_characters)


def missing_commands() -> list[str]:
    """Return the programs that laying out needs and that are not installed."""
    return [name for name in COMMANDS if shutil.which(name) is None]


def score_variant(variant: Variant, content: Content, codebook: Codebook) -> Score:
    """Score one file; one that is set aside scores nothing of all its fields."""
    sections = {name: bare(text) for name, text in written_sections(content).items()}
    try:
        document = read_source(variant.path, source=variant.path.name)
        assert isinstance(document, Document)
        fiche = parse_document(document, codebook)[0]
    except FicheError:
        return Score(all_fields=1, all_characters=sum(map(len, sections.values())))
    right = fields_right(content, fiche)
    score = Score(sum(right.values()), len(right))
    for name, written in sections.items():
        parsed = bare(fiche.sections[name])
        longest = max(len(written), len(parsed))
        score += Score(0, 0, _common(written, parsed), longest)
    return score


def score_all(
    contents: Sequence[Content], folder: Path, codebook: Codebook
) -> dict[tuple[str, str], Score]:
    """Lay the fiches out below `folder` and score them by ``(layout, kind)``."""
    by_name = {fiche_id(content): content for content in contents}
    scores: dict[tuple[str, str], Score] = {}
    for variant in render_variants(contents, folder):
        key = (variant.layout, variant.kind)
        score = score_variant(variant, by_name[variant.fiche], codebook)
        scores[key] = scores.get(key, Score()) + score
    return scores


def total(scores: dict[tuple[str, str], Score], kind: str) -> Score:
    """Add the scores of all layouts of a kind."""
    return sum((s for (_, own), s in scores.items() if own == kind), start=Score())


def table(scores: dict[tuple[str, str], Score]) -> str:
    """Return the scores as a Markdown table: fields / characters, in per cent."""
    lines = [f"| layout | {' | '.join(KINDS)} |", f"|---|{'---:|' * len(KINDS)}"]
    for layout in (*WORD_LAYOUTS, *PDF_LAYOUTS):
        cells = [_cell(scores.get((layout, kind))) for kind in KINDS]
        lines.append(f"| {layout} | {' | '.join(cells)} |")
    cells = [_cell(total(scores, kind)) for kind in KINDS]
    return "\n".join([*lines, f"| **all** | {' | '.join(cells)} |"])


def _cell(score: Score | None) -> str:
    if score is None:
        return "—"
    return f"{100 * score.field_share:.1f} / {100 * score.character_share:.1f}"


def _common(one: str, other: str) -> int:
    """Count the characters that both hold in the same order."""
    if one == other:
        return len(one)
    blocks = difflib.SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks)


def main(writers: Sequence[str]) -> int:
    """Print the table for these writers' fiches."""
    missing = missing_commands()
    if missing:
        print(f"make forms needs {' and '.join(missing)}: install LibreOffice and poppler")
        return 1
    folders = [ROOT / "corpus" / "content" / writer for writer in writers]
    contents = [load_content(path) for f in folders for path in sorted(f.glob("*.yaml"))]
    with tempfile.TemporaryDirectory() as scratch:
        print(table(score_all(contents, Path(scratch), load_codebook())))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or WRITERS))
