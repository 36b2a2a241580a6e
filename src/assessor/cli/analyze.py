"""`assessor analyze`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assessor.cli.options import (
    codebook_option,
    fast_option,
    format_option,
    lang_option,
    model_option,
    quiet_option,
    reader_option,
    report_options,
    run_options,
    say_what_is_missing,
    split_formats,
)
from assessor.cli.printable import printable

if TYPE_CHECKING:
    from assessor.documents.discover import Input
    from assessor.runs.analyze import Done
    from assessor.runs.engine import MakeEngine


@click.command(
    "analyze",
    epilog="Example: assessor analyze fichas/ informe.pdf tabla.xlsx -o run/",
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="RUN_DIR",
    help="Folder for the run, or its URL: new, empty, or an earlier run.",
)
@codebook_option
@model_option
@reader_option
@fast_option
@run_options
@click.option("--no-report", is_flag=True, help="Write the tables only.")
@click.option("--parquet", is_flag=True, help="Write tables as Parquet too.")
@format_option
@report_options
@lang_option
@quiet_option
def command(
    paths: tuple[str, ...],
    output: str,
    codebook: Path | None,
    model: Path | None,
    reader: str,
    fast: bool,
    jobs: int | None,
    engine: str,
    scheduler: str | None,
    timeout: float,
    max_memory: int,
    retry_rejected: bool,
    private: bool,
    no_report: bool,
    parquet: bool,
    formats: str,
    group_by: str,
    where: str | None,
    anonymise: bool,
    template: Path | None,
    lang: str,
    quiet: bool,
) -> None:
    """Read fiches (folders, files, globs, URLs; - for standard input) and write a run.

    A run holds tables of ratings, issues, programmes and findings, and the comparison
    report. Files that cannot be read are listed with their reason in rejected.csv.

    Every finished fiche is kept at once: the same command goes on after an interruption, and
    does again only what changed since.

    Exit status: 0 all done; 1 done, some inputs set aside; 2 nothing could be done.
    """
    from assessor.codebook.load import load_codebook
    from assessor.reports.write import check_formats, write_reports
    from assessor.runs.analyze import Plan, analyze
    from assessor.runs.files import make_private
    from assessor.runs.limits import Limits
    from assessor.runs.settings import Settings
    from assessor.runs.target import run_folder

    make_engine = _engine(engine, scheduler)
    book = load_codebook(codebook)
    settings = Settings(codebook, model, "none" if fast else reader)
    say_what_is_missing(settings)
    if not no_report:
        check_formats(split_formats(formats))
    inputs = _inputs(paths)
    if not inputs:
        click.echo("assessor: no files found; name fiches or a folder that holds some", err=True)
        sys.exit(2)
    options = {
        "codebook": str(codebook) if codebook else None,
        "model": str(model) if model else None,
        "reader": settings.reader,
        "lang": lang,
        "parquet": parquet,
    }
    with run_folder(output) as folder:
        if private:
            make_private(folder)
        with _bar(len(inputs), quiet) as update:
            done = analyze(
                inputs,
                folder,
                settings,
                plan=Plan(jobs, Limits(timeout, max_memory), retry_rejected, parquet, make_engine),
                options=options,
                progress=lambda head: update(1),
            )
        if not done.written:
            _all_set_aside(done)
            sys.exit(2)
        if not no_report and done.counts.fiches:
            from assessor.reports.summary import ReportOptions
            from assessor.review.apply import corrections

            write_reports(
                [folder],
                folder / "report",
                formats=split_formats(formats),
                codebook=book,
                options=ReportOptions(lang, group_by, where, anonymise),
                template=template,
                corrections=corrections,
            )
    _summary(done, output, quiet)
    sys.exit(0 if not done.counts.rejected else 1 if done.counts.fiches else 2)


def _engine(name: str, scheduler: str | None) -> MakeEngine:
    if name == "dask":
        from assessor.runs.dask_engine import on_dask

        return on_dask(scheduler)
    if scheduler:
        raise click.UsageError("--scheduler goes with --engine dask")
    from assessor.runs.workers import Workers

    return Workers


def _all_set_aside(done: Done) -> None:
    click.echo("assessor: no input could be read; the earlier run is left as it was", err=True)
    for row in done.rejected:
        click.echo(printable(f"  {row.source}: {row.reason}: {row.detail}"), err=True)


def _inputs(paths: tuple[str, ...]) -> list[Input]:
    from assessor.documents import discover

    named = [path for path in paths if path != "-"]
    found = discover.discover(named)
    return [*([discover.Input("-", "-")] if "-" in paths else []), *found]


class _Silent:
    def __enter__(self) -> Callable[[int], None]:
        return lambda steps: None

    def __exit__(self, *_: object) -> None:
        return None


class _Bar:
    """A progress bar on a terminal; nothing in a pipe."""

    def __init__(self, length: int) -> None:
        self._bar = click.progressbar(length=length, label="Fiches", file=sys.stderr)

    def __enter__(self) -> Callable[[int], None]:
        return self._bar.__enter__().update

    def __exit__(self, *exc: object) -> None:
        self._bar.__exit__(None, None, None)


def _bar(length: int, quiet: bool) -> _Bar | _Silent:
    return _Silent() if quiet or not sys.stderr.isatty() else _Bar(length)


def _summary(done: Done, output: str, quiet: bool) -> None:
    if quiet:
        return
    from assessor.documents.remote import shown

    counts = done.counts
    line = (
        f"{counts.discovered} inputs: {counts.assessed} assessed ({counts.fiches} fiches)"
        f", {counts.rejected} set aside"
    )
    if counts.rejected:
        line += f"; reasons in {shown(output).rstrip('/')}/rejected.csv"
    click.echo(line)
    if done.reused:
        click.echo(f"{done.reused} of them were finished before and not done again")
    if done.damaged:
        click.echo(f"{done.damaged} stored results were damaged and were made again", err=True)
