"""`assessor evaluate`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assessor.cli.label_inputs import (
    check_labels,
    fiches_of,
    fiches_option,
    field_of,
    labels_argument,
)
from assessor.cli.options import codebook_option, lang_option, quiet_option
from assessor.cli.progress import progress_bar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assessor.codebook.schema import Codebook
    from assessor.labels.tables import LabelledObservation

SHIPPED = "shipped"
FIELDS = ("country", "window", "period")
SHOWN = ("kappa", "within_one", "not_assessed_f1", "calibration_error", "issue_f1",
         "issue_precision", "issue_recall")  # fmt: skip


@click.command(
    "evaluate",
    epilog="Example: assessor evaluate models/mio etiquetas/ --format html -o evaluacion.html",
)
@click.argument("model", metavar="MODEL|shipped")
@labels_argument
@fiches_option
@click.option(
    "--train", "train", multiple=True, type=click.Path(path_type=Path), metavar="LABELS",
    help="Labels that baselines learn from: the majority level, TF-IDF.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "html"]), default="text",
    show_default=True, help="For the terminal, for scripts, or a page for people.",
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE",
    help="Where to write it; standard output when left out.",
)  # fmt: skip
@codebook_option
@lang_option
@quiet_option
def command(
    model: str,
    labels: tuple[Path, ...],
    fiches: Path | None,
    train: tuple[Path, ...],
    form: str,
    output: Path | None,
    codebook: Path | None,
    lang: str,
    quiet: bool,
) -> None:
    """Score a model on labels that it has not seen.

    Ratings: kappa, macro-F1, exact, within one level, mean error, calibration. Issues:
    precision, recall, F1, status, evidence. By dimension and writer, with --fiches also by
    country, window and period; 95 % intervals by bootstrap over fiches. Beside it: wording
    and lexicon alone, trivial baselines, and a second reader where two have read.

    Exit status: 0 all done; 1 done, some rows set aside; 2 nothing could be done.
    """
    from assessor.codebook.load import load_codebook
    from assessor.labels.tables import one_reading
    from assessor.training.inputs import gather

    book = load_codebook(codebook)
    known = fiches_of(fiches)
    found = gather(labels, book, known)
    check_labels(found)
    learnt_from = one_reading(gather(train, book, known).readings) if train else []
    record = _evaluate(model, book, found.readings, learnt_from, known, quiet)
    _write(_rendered(record, form, book, lang), output)
    sys.exit(1 if found.rejected else 0)


def _evaluate(
    model: str,
    book: Codebook,
    readings: Sequence[LabelledObservation],
    learnt_from: Sequence[LabelledObservation],
    known: dict[str, dict[str, Any]],
    quiet: bool,
) -> dict[str, Any]:
    from assessor.labels.tables import one_reading
    from assessor.text_model import load_model
    from assessor.training.evaluation import evaluate
    from assessor.training.systems import compared

    trained = load_model(None if model == SHIPPED else Path(model))
    once = one_reading(readings)
    with progress_bar("Fiches", 3 * len({x.fiche_id for x in once}), quiet) as advance:
        systems = compared(trained, book, readings, learnt_from, advance)
    fields = {name: field_of(known, name) for name in FIELDS} if known else {}
    return {"model": trained.name, **evaluate(systems, once, book, fields)}


def _rendered(record: dict[str, Any], form: str, book: Codebook, lang: str) -> bytes:
    if form == "json":
        from assessor.runs.files import json_bytes

        return json_bytes(record)
    if form == "html":
        from assessor.reports.evaluation import render_evaluation

        return render_evaluation(record, book, lang)
    return _text(record).encode()


def _text(record: dict[str, Any]) -> str:
    lines = [
        f"{record['model']}: {record['sections']} sections of {record['fiches']} fiches, "
        f"{record['issues']} issues",
        "",
        f"{'':<20}" + "".join(f"{s['id']:>20}" for s in record["systems"]),
    ]
    for name in SHOWN:
        cells = [_cell(system["scores"].get(name)) for system in record["systems"]]
        lines.append(f"{name.replace('_', ' '):<20}" + "".join(f"{cell:>20}" for cell in cells))
    return "\n".join(lines) + "\n"


def _cell(score: dict[str, float] | None) -> str:
    return f"{score['value']:.2f} ({score['low']:.2f}–{score['high']:.2f})" if score else "–"


def _write(data: bytes, output: Path | None) -> None:
    if output is None:
        click.echo(data, nl=False)
        return
    from assessor.runs.files import write_bytes

    write_bytes(output, data)
