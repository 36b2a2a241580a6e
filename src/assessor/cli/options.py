"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

codebook_option = click.option(
    "--codebook", type=click.Path(path_type=Path), metavar="FILE",
    help="A codebook of your own; it may say 'extends: default'.",
)  # fmt: skip
lang_option = click.option(
    "--lang", type=click.Choice(["es", "en"]), default="es", show_default=True,
    help="Language of reports.",
)  # fmt: skip
quiet_option = click.option("--quiet", is_flag=True, help="No progress bar, no summary.")
