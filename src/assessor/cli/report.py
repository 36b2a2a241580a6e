"""`assessor report`."""

from __future__ import annotations

from pathlib import Path

import click

from assessor.cli.options import codebook_option, lang_option, quiet_option


@click.command("report", epilog="Example: assessor report run/ -o informe/ --lang es")
@click.argument(
    "runs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="RUN_DIR..."
)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder for the reports.",
)
@click.option(
    "--format",
    "formats",
    default="html",
    show_default=True,
    help="One or several of html, json, separated by commas.",
)
@codebook_option
@lang_option
@quiet_option
def command(
    runs: tuple[Path, ...],
    output: Path,
    formats: str,
    codebook: Path | None,
    lang: str,
    quiet: bool,
) -> None:
    """Write comparison reports from one or more runs."""
    from assessor.codebook.load import load_codebook
    from assessor.reports.write import write_reports

    names = [name.strip() for name in formats.split(",") if name.strip()]
    book = load_codebook(codebook)
    written = write_reports(list(runs), output, formats=names, lang=lang, codebook=book)
    if not quiet:
        for path in written:
            click.echo(path)
