"""`assessor train`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assessor.cli.label_inputs import (
    check_labels,
    fiches_of,
    fiches_option,
    labels_argument,
)
from assessor.cli.options import codebook_option, quiet_option
from assessor.cli.progress import progress_bar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assessor.codebook.schema import Codebook
    from assessor.labels.tables import LabelledObservation, SetAside
    from assessor.reader.reader import Reader
    from assessor.text_model import TextModel
    from assessor.training.fit import Fitted

SHIPPED, NOTHING = "shipped", "none"
REJECTED, SUSPECTS = "rejected_labels.csv", "suspect_labels.csv"


@click.command(
    "train",
    epilog="Example: assessor train etiquetas.xlsx --fiches run/ -o models/mio --base shipped",
)
@labels_argument
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    metavar="models/NAME",
    help="Folder for the model: new, empty, or an earlier model, which is replaced.",
)
@click.option(
    "--base",
    default=SHIPPED,
    show_default=True,
    metavar="DIR|shipped|none",
    help="The model to continue; none: from nothing, which takes some hundred fiches.",
)
@click.option(
    "--fine-tune",
    is_flag=True,
    help="Train the Spanish reader too, from the base's; with --base none from the pretrained e5. "
    "Takes 300 sections, minutes to an hour, and the extra: pip install 'assessor[train]'.",
)
@fiches_option
@codebook_option
@quiet_option
def command(
    labels: tuple[Path, ...],
    output: Path,
    base: str,
    fine_tune: bool,
    fiches: Path | None,
    codebook: Path | None,
    quiet: bool,
) -> None:
    """Train a model on labelled fiches.

    LABELS are tables with ratings and issues: folders with ratings.csv and issues.csv, CSV
    files, XLSX files. Their texts stand in them, or in the fiches of a run (--fiches).

    Beside the model's folder stand NAME.suspect_labels.csv, labels that look wrong to models
    that did not see them, and NAME.rejected_labels.csv, rows that could not be used.

    With --fine-tune the model's folder holds a reader of its own, and 'analyze --model' reads
    with it.

    Exit status: 0 all done; 1 done, some rows set aside; 2 nothing could be done.
    """
    from tempfile import TemporaryDirectory

    from assessor.codebook.load import load_codebook
    from assessor.labels.tables import one_reading
    from assessor.training.bundle import check_model_target, write_model
    from assessor.training.checks import warnings_of
    from assessor.training.encoder.extra import check_extra
    from assessor.training.inputs import gather

    check_model_target(output)
    if fine_tune:
        check_extra(from_e5=base == NOTHING)
    book = load_codebook(codebook)
    start = _base(base)
    found = gather(labels, book, fiches_of(fiches))
    _write_rejected(output, found.rejected)
    check_labels(found)
    for warning in warnings_of(found.readings, book):
        click.echo(f"warning: {warning}", err=True)
    used = one_reading(found.readings)
    with TemporaryDirectory() as scratch:
        tuned = Path(scratch) / output.name if fine_tune else None
        measured = {"fine_tuned": _fine_tune(tuned, used, book, start, quiet)} if tuned else {}
        own = tuned or _own_reader(start)
        fitted = _fit(used, book, start, _reader(start, own), quiet)
        write_model(output, fitted, used, book, measured, own)
    suspected = _write_suspects(output, fitted, book)
    if not quiet:
        _summary(output, fitted, len(used), suspected)
    sys.exit(1 if found.rejected else 0)


def _base(name: str) -> TextModel | None:
    from assessor.text_model import load_model

    if name == NOTHING:
        return None
    return load_model(None if name == SHIPPED else Path(name))


def _fine_tune(
    folder: Path,
    used: Sequence[LabelledObservation],
    book: Codebook,
    start: TextModel | None,
    quiet: bool,
) -> dict[str, Any]:
    """Train a reader into a folder; what would fail after it is refused before."""
    from assessor.training.encoder.fine_tune import fine_tune
    from assessor.training.fit import check_base

    if start is not None:
        check_base(start, book)
    base = None if start is None else _reader_to_continue(start)
    return fine_tune(folder, used, book, base, lambda line: None if quiet else _tell(line))


def _tell(line: str) -> None:
    click.echo(line, err=True)


def _reader_to_continue(start: TextModel) -> Reader:
    from assessor.errors import ModelError
    from assessor.reader.choice import reader_of

    reader = reader_of(start)
    if reader is None:
        raise ModelError(
            f"{start.name} uses words alone, so there is no reader to continue from: "
            "--base shipped, or --base none to start from the pretrained e5"
        )
    start.joined_with(reader.sha256)  # another reader than its own is refused
    return reader


def _own_reader(start: TextModel | None) -> Path | None:
    from assessor.reader.choice import own_reader

    return own_reader(start.folder) if start is not None else None


def _fit(
    used: Sequence[LabelledObservation],
    book: Codebook,
    start: TextModel | None,
    reader: Reader | None,
    quiet: bool,
) -> Fitted:
    from assessor.training.fit import STEPS, continue_from, fit

    with progress_bar("Training", len(STEPS), quiet) as advance:
        if start is None:
            return fit(used, book, lambda step: advance(1), reader)
        return continue_from(start, used, book, lambda step: advance(1), reader)


def _reader(start: TextModel | None, own: Path | None) -> Reader | None:
    """Load the reader that the model is to weigh, its own or the shipped one; tell where not."""
    from assessor.reader.reader import load_reader, reader_installed

    if start is not None and start.reader_digest is None:
        return None
    if not reader_installed(own):
        _tell_words_alone("the Spanish reader is not installed (pip install 'assessor[reader]')")
        return None
    reader = load_reader(own)
    if start is not None and start.reader_digest not in {reader.sha256, reader.base}:
        _tell_words_alone(f"{start.name} was trained with another reader")
        return None
    return reader


def _tell_words_alone(reason: str) -> None:
    click.echo(f"warning: {reason}; the model uses words alone", err=True)


def _beside(output: Path, name: str) -> Path:
    return output.with_name(f"{output.name}.{name}")


def _write_rejected(output: Path, rows: Sequence[SetAside]) -> None:
    from assessor.runs.files import csv_bytes, write_bytes

    path = _beside(output, REJECTED)
    if not rows:
        path.unlink(missing_ok=True)
        return
    records = [{"file": r.file, "row": r.row, "reason": r.reason} for r in rows]
    write_bytes(path, csv_bytes(("file", "row", "reason"), records))
    click.echo(f"all rows set aside, with their reasons: {path}", err=True)


def _write_suspects(output: Path, fitted: Fitted, book: Codebook) -> int:
    from assessor.runs.files import csv_bytes, write_bytes
    from assessor.training.checks import SUSPECT_COLUMNS, suspects

    found = suspects(fitted.on_folds, book)
    write_bytes(_beside(output, SUSPECTS), csv_bytes(SUSPECT_COLUMNS, found))
    return len(found)


def _summary(output: Path, fitted: Fitted, sections: int, suspected: int) -> None:
    for name in ("rating_kappa_folds", "rating_exact_folds", "issue_f1_folds"):
        if name in fitted.scores:
            click.echo(f"{name.replace('_', ' '):<22}{fitted.scores[name]:.2f}")
    click.echo(f"{output}: trained on {sections} sections; its card is {output / 'README.md'}")
    if suspected:
        click.echo(f"{suspected} labels to look at again: {_beside(output, SUSPECTS)}")
