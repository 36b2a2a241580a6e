"""Labels as commands take them, and what of them is set aside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from assessor.labels.tables import LabelledObservation, SetAside
    from assessor.training.inputs import Labels

SHOWN = 10  # rows set aside that are listed on the terminal

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


def tell_set_aside(rows: Sequence[SetAside], what: str = "set aside") -> None:
    """Tell on the terminal how many rows were set aside; list the first, with place and reason."""
    if rows:
        click.echo(f"assessor: {len(rows)} rows {what}", err=True)
    for row in rows[:SHOWN]:
        click.echo(f"  {row}", err=True)


def check_labels(labels: Labels) -> None:
    """Tell which labels cannot be used.

    Raises
    ------
    LabelError
        If nothing is left.
    """
    from assessor.errors import LabelError

    tell_set_aside(labels.rejected)
    if labels.without_text:
        click.echo(
            f"warning: {labels.without_text} labels without the text they are about are left out; "
            "name the run of their fiches (--fiches)",
            err=True,
        )
    if not any(label.text.strip() for label in labels.readings):
        raise LabelError("no labelled section with its text; texts can come from a run (--fiches)")


def field_of(fiches: dict[str, dict[str, Any]], name: str) -> Callable[[LabelledObservation], str]:
    """Return what reads a field of a label's fiche; empty where it is not known."""
    return lambda label: str(fiches.get(label.fiche_id, {}).get(name) or "")
