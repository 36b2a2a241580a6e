"""`assessor report`."""

from __future__ import annotations

from contextlib import ExitStack
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
    "report",
    epilog='Example: assessor report run/ -o informe/ --format html,docx --where "country=Perú"',
)
@click.argument("runs", nargs=-1, required=True, metavar="RUN_DIR...")
@output_option
@format_option
@report_options
@codebook_option
@lang_option
@quiet_option
def command(
    runs: tuple[str, ...],
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
    """Write comparison reports from one or more runs, in folders or at URLs.

    Fiches of one programme at several periods are compared with one another.
    """
    from assessor.codebook.load import load_codebook
    from assessor.reports.summary import ReportOptions
    from assessor.reports.write import write_reports
    from assessor.review.apply import corrections
    from assessor.runs.target import fetched

    with ExitStack() as stack:
        written = write_reports(
            [stack.enter_context(fetched(run)) for run in runs],
            output,
            formats=split_formats(formats),
            codebook=load_codebook(codebook),
            options=ReportOptions(lang, group_by, where, anonymise),
            template=template,
            corrections=corrections,
        )
    if not quiet:
        for path in written:
            click.echo(path)
