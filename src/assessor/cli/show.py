"""`assessor show`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assessor.cli.options import (
    codebook_option,
    fast_option,
    lang_option,
    model_option,
    reader_option,
)
from assessor.cli.printable import printable
from assessor.cli.why import lines_why

if TYPE_CHECKING:
    from assessor.assess import Assessment
    from assessor.codebook.schema import Codebook

COLOURS = {1: "green", 2: "yellow", 3: "bright_red", 4: "red"}


@click.command("show", epilog="Example: assessor show ficha.pdf --why")
@click.argument("fiche", metavar="FICHE")
@click.option("--why", is_flag=True, help="Print the rules and cues behind every result.")
@codebook_option
@model_option
@reader_option
@fast_option
@lang_option
def command(
    fiche: str,
    why: bool,
    codebook: Path | None,
    model: Path | None,
    reader: str,
    fast: bool,
    lang: str,
) -> None:
    """Show ratings, issues and the text of one fiche, evidence marked «so».

    FICHE is a file, or - for standard input.
    """
    from assessor.documents.discover import Input
    from assessor.runs.settings import Settings
    from assessor.runs.source import Worker

    assessor = Settings(codebook, model, "none" if fast else reader).assessor()
    book = assessor.codebook
    outcome = Worker(assessor)(Input(fiche, fiche))
    if outcome.rejected:
        rejected = outcome.rejected
        click.echo(printable(f"assessor: {rejected.reason}: {rejected.detail}"), err=True)
        sys.exit(2)
    for assessment in outcome.assessments:
        _show(assessment, book, lang, why)


def _show(assessment: Assessment, book: Codebook, lang: str, why: bool) -> None:
    fiche = assessment.fiche
    click.secho(printable(f"{fiche.fiche_id}  {fiche.title or ''}"), bold=True)
    facts = [fiche.country, fiche.window, fiche.period]
    click.echo(printable("  ·  ".join(fact for fact in facts if fact)))
    for warning in fiche.warnings:
        click.echo(printable(f"  ! {warning}"))
    for finding in assessment.findings:
        message = finding.message_es if lang == "es" else finding.message_en
        sides = " | ".join(side for side in (finding.left, finding.right) if side)
        click.echo(printable(f"  ! {message}{f' [{sides}]' if sides else ''}"))
    for rating in assessment.ratings:
        dimension, level = book.dimension[rating.dimension], book.level[rating.level]
        name = dimension.es if lang == "es" else dimension.en
        label = level.es if lang == "es" else level.en
        click.echo()
        click.secho(f"{name}: ", bold=True, nl=False)
        click.secho(label, fg=COLOURS.get(level.value or 0), nl=False)
        click.echo(f"  ({rating.confidence:.2f}{', ?' if rating.review else ''})")
        if why:
            for reason in rating.reasons:
                words = f" «{reason.evidence.text}»" if reason.evidence else ""
                click.echo(printable(f"    {reason.effect:+.2f} {reason.rule}{words}"))
        _issues(assessment, rating.dimension, book, lang, why)
        _text(assessment, rating.dimension)


def _issues(assessment: Assessment, dimension: str, book: Codebook, lang: str, why: bool) -> None:
    for issue in assessment.issues_in(dimension):
        kind, status = book.issue[issue.code], book.status[issue.status]
        name = kind.es if lang == "es" else kind.en
        state = status.es if lang == "es" else status.en
        click.echo(f"  - {name} [{state}] ({issue.confidence:.2f})")
        if why:
            for line in lines_why(issue, book, lang):
                click.echo(printable(f"    {line}"))


def _text(assessment: Assessment, dimension: str) -> None:
    text = assessment.fiche.sections.get(dimension, "")
    places = sorted(
        {(i.evidence.span.start, i.evidence.span.end) for i in assessment.issues_in(dimension)}
    )
    shown, at = "", 0
    for start, end in places:
        if start >= at:
            shown += f"{text[at:start]}«{text[start:end]}»"
            at = end
    shown += text[at:]
    for line in printable(shown).split("\n"):
        click.echo(click.wrap_text(line, 96, "  ", "  ") if line.strip() else "")
