"""Labels as the commands `train` and `evaluate` take them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from assessor.labels.tables import LabelledObservation
    from assessor.training.inputs import Labels

SHOWN = 20  # rows set aside that are listed on the terminal

labels_argument = click.argument(
    "labels", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="LABELS..."
)
fiches_option = click.option(
    "--fiches", type=click.Path(path_type=Path), metavar="RUN_DIR",
    help="A run of the labelled fiches, for texts that the tables lack.",
)  # fmt: skip


def fiches_of(run: Path | None) -> dict[str, dict[str, Any]]:
    """Return the fiches of a run by id; none without a run."""
    from assessor.runs.folder import read_run

    return {f["fiche_id"]: f for f in read_run(run).tables.fiches} if run else {}


def tell_set_aside(labels: Labels) -> None:
    """List rows that could not be used, with place and reason.

    Raises
    ------
    LabelError
        If nothing is left.
    """
    from assessor.errors import LabelError

    for row in labels.rejected[:SHOWN]:
        click.echo(f"set aside: {row}", err=True)
    if len(labels.rejected) > SHOWN:
        click.echo(f"set aside: {len(labels.rejected) - SHOWN} more rows", err=True)
    if labels.without_text:
        click.echo(
            f"warning: {labels.without_text} labels without the text they are about are left out; "
            "name the run of their fiches (--fiches)",
            err=True,
        )
    if not any(label.text.strip() for label in labels.readings):
        raise LabelError("no labelled section with its text: no such rows, or see --fiches")


def field_of(fiches: dict[str, dict[str, Any]], name: str) -> Callable[[LabelledObservation], str]:
    """Return what reads a field of a label's fiche; empty where it is not known."""
    return lambda label: str(fiches.get(label.fiche_id, {}).get(name) or "")
