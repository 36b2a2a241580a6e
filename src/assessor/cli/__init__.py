"""The command line: thin commands, imported when they are called."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from assessor import __version__

# Before NumPy is imported: its matrices are small here and processes share the cores, so that
# threads would wait more than they work.
for _threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")

# name → module of the command; a module is imported only when its command runs.
COMMANDS = {
    "analyze": "assessor.cli.analyze",
    "codebook": "assessor.cli.codebook",
    "compare": "assessor.cli.compare",
    "evaluate": "assessor.cli.evaluate",
    "find": "assessor.cli.find",
    "labels": "assessor.cli.labels",
    "report": "assessor.cli.report",
    "review": "assessor.cli.review",
    "show": "assessor.cli.show",
    "train": "assessor.cli.train",
}
SUMMARIES = {
    "analyze": "Read fiches, rate them, extract issues, write a run and its report.",
    "codebook": "Check a codebook.",
    "compare": "Report what changed from one run to another.",
    "evaluate": "Score a model on labels it has not seen, with baselines beside it.",
    "find": "Show words or issues of a run, each in its context.",
    "labels": "Take labels to other programs and back, choose what to label, measure agreement.",
    "report": "Write comparison reports from one or more runs.",
    "review": "Confirm or correct a run on a page in the browser.",
    "show": "Show one fiche on the terminal, with its evidence marked.",
    "train": "Train a model on labelled fiches of your own.",
}


class LazyGroup(click.Group):
    """A group whose help needs none of its commands' imports."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands' names, in order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(COMMANDS[cmd_name]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from their summaries."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(SUMMARIES.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Turn an `AssessorError` into a message and exit status 2."""
        from assessor.errors import AssessorError

        try:
            return super().invoke(ctx)
        except AssessorError as error:
            click.echo(f"assessor: {error}", err=True)
            sys.exit(2)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: assessor analyze mis_fichas/ -o run/",
)
@click.version_option(__version__, prog_name="assessor")
def main() -> None:
    """Rate risk and extract issues from Spanish assessment fiches, and compare programmes.

    Everything runs on this computer; nothing is sent anywhere.
    """
