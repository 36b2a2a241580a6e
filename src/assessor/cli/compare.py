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
    split_formats,
)


@click.command(
    "compare", epilog="Example: assessor compare run_2011-1/ run_2011-2/ -o cambios/ --format docx"
)
@click.argument("run_a", type=click.Path(path_type=Path), metavar="RUN_A")
@click.argument("run_b", type=click.Path(path_type=Path), metavar="RUN_B")
@output_option
@format_option
@report_options
@codebook_option
@lang_option
@quiet_option
def command(
    run_a: Path,
    run_b: Path,
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
    """Report what changed from RUN_A to RUN_B, programme by programme.

    Ratings up and down; issues new, persisting, resolved, reopened or no longer mentioned;
    programmes present in only one of the two. A programme is known by its code.
    """
    from assessor.codebook.load import load_codebook
    from assessor.reports.summary import ReportOptions
    from assessor.reports.write import write_reports
    from assessor.review.apply import corrections

    written = write_reports(
        [run_a, run_b],
        output,
        formats=split_formats(formats),
        codebook=load_codebook(codebook),
        options=ReportOptions(lang, group_by, where, anonymise, compare=True),
        template=template,
        corrections=corrections,
    )
    if not quiet:
        for path in written:
            click.echo(path)
