"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assessor.runs.limits import Limits

if TYPE_CHECKING:
    from assessor.runs.settings import Settings

DEFAULTS = Limits()

codebook_option = click.option(
    "--codebook", type=click.Path(path_type=Path), metavar="FILE",
    help="A codebook of your own; it may say 'extends: default'.",
)  # fmt: skip
model_option = click.option(
    "--model", type=click.Path(path_type=Path), metavar="DIR",
    help="A trained model of your own; the shipped one when left out.",
)  # fmt: skip
reader_option = click.option(
    "--reader", type=click.Choice(["default", "words", "none"]), default="default",
    show_default=True,
    help="words: leave the Spanish reader out; none: judge by wording and lexicon alone.",
)  # fmt: skip
fast_option = click.option(
    "--fast", is_flag=True, help="The quickest way: the same as --reader none."
)
lang_option = click.option(
    "--lang", type=click.Choice(["es", "en"]), default="es", show_default=True,
    help="Language of labels, reports and pages.",
)  # fmt: skip
quiet_option = click.option("--quiet", is_flag=True, help="No progress bar, no summary.")
output_option = click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), metavar="DIR",
    help="Folder for the reports.",
)  # fmt: skip
format_option = click.option(
    "--format", "formats", default="html", show_default=True, metavar="NAMES",
    help="Reports to write: one or several of html, xlsx, docx, md, json, pdf, by commas.",
)  # fmt: skip
_REPORT_OPTIONS = (
    click.option(
        "--group-by", default="country", show_default=True, metavar="FIELD",
        help="Groups to compare: country, window, agency, period or any other field.",
    ),
    click.option(
        "--where", metavar="FILTER",
        help="Only fiches that meet it, as \"country=Perú and window~privado\" "
        "(= != ~ !~ < <= > >=, and, or).",
    ),
    click.option(
        "--anonymise", is_flag=True,
        help="In the report, programmes as P01…, names, e-mails and titles struck out.",
    ),
    click.option(
        "--template", type=click.Path(path_type=Path, exists=True, dir_okay=False),
        metavar="DOCX", help="A Word document whose styles the docx report takes.",
    ),
)  # fmt: skip


_RUN_OPTIONS = (
    click.option(
        "--jobs", type=click.IntRange(1, 64), metavar="N",
        help="Worker processes; by default one per core, at most 8.",
    ),
    click.option(
        "--engine", type=click.Choice(["local", "dask"]), default="local", show_default=True,
        help="dask: on a Dask cluster, of --jobs workers unless --scheduler names one.",
    ),
    click.option(
        "--scheduler", metavar="ADDRESS",
        help="The Dask cluster's scheduler, as tls://host:8786; with --engine dask.",
    ),
    click.option(
        "--timeout", type=click.FloatRange(1), default=DEFAULTS.seconds, show_default=True,
        metavar="SECONDS",
        help="Set a file aside if one fiche of it takes longer.",
    ),
    click.option(
        "--max-memory", type=click.IntRange(256), default=DEFAULTS.memory, show_default=True,
        metavar="MIB",
        help="Set a file aside if its worker needs more memory (Linux).",
    ),
    click.option(
        "--retry-rejected", is_flag=True, help="Try again what an earlier run set aside."
    ),
    click.option(
        "--private", is_flag=True, help="Let no other user read the run's files (mode 0600)."
    ),
)  # fmt: skip


def run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what says how an analysis is carried out."""
    for option in reversed(_RUN_OPTIONS):
        command = option(command)
    return command


def report_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what says what a report is about."""
    for option in reversed(_REPORT_OPTIONS):
        command = option(command)
    return command


def say_what_is_missing(settings: Settings) -> None:
    """Tell on the terminal when the Spanish reader is wanted and its extra is not installed."""
    if settings.reader == "default" and not settings.reads:
        click.echo(
            "assessor: the Spanish reader is not installed; using words and wording alone "
            "(pip install 'assessor[reader]', or --reader words to hide this message)",
            err=True,
        )
