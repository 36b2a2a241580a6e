"""`assessor codebook`."""

from __future__ import annotations

from pathlib import Path

import click


@click.group("codebook")
def command() -> None:
    """Work with codebooks: the YAML that says what to look for."""


@command.command("check", epilog="Example: assessor codebook check mi_codigo.yaml")
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Validate a codebook: say what is wrong and where.

    Exit status: 0 valid; 2 not.
    """
    from assessor.assess import Assessor
    from assessor.codebook.load import load_codebook

    book = load_codebook(file)
    Assessor(book)  # compiles every wording, cue and lexicon entry
    wording = sum(len(issue.wording) for issue in book.issues)
    click.echo(
        f"{file}: valid; {len(book.dimensions)} dimensions, {len(book.issues)} issues "
        f"({wording} wordings), {len(book.cues)} cues, {len(book.forms)} forms"
    )
