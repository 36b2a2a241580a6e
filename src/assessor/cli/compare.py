"""`assessor compare`."""

from __future__ import annotations

from pathlib import Path

import click

from assessor.cli.options import (
    codebook_option,
    format_option,
    lang_option,
    output_option,
    quiet_option,
    report_options,
)
from assessor.cli.reporting import Reports


@click.command(
    "compare", epilog="Example: assessor compare run_2011-1/ run_2011-2/ -o cambios/ --format docx"
)
@click.argument("run_a", metavar="RUN_A")
@click.argument("run_b", metavar="RUN_B")
@output_option
@format_option
@report_options
@codebook_option
@lang_option
@quiet_option
def command(
    run_a: str,
    run_b: str,
    output: Path,
    formats: str,
    group_by: str,
    where: str | None,
    anonymise: bool,
    template: Path | None,
    codebook: Path | None,
    lang: str,
    quiet: bool,
) -> None:
    """Report what changed from RUN_A to RUN_B, programme by programme; folders or URLs.

    Ratings up and down; issues new, persisting, resolved, reopened or no longer mentioned;
    programmes present in only one of the two. A programme is known by its code.
    """
    from assessor.codebook.load import load_codebook
    from assessor.reports.summary import ReportOptions

    options = ReportOptions(lang, group_by, where, anonymise, compare=True)
    reports = Reports(formats, load_codebook(codebook), options, template)
    for path in reports.write([run_a, run_b], output):
        if not quiet:
            click.echo(path)
