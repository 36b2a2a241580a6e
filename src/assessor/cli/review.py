"""`assessor review`."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from assessor.cli.options import codebook_option, lang_option


@click.command("review", epilog='Example: assessor review run/ --annotator "Ana Quispe"')
@click.argument("run_dir", type=click.Path(path_type=Path), metavar="RUN_DIR")
@click.option(
    "--annotator", default="", metavar="NAME", help="Who reviews; the page asks when left out."
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, metavar="N",
    help="Port of the page; any free one when left out.",
)  # fmt: skip
@click.option("--no-browser", is_flag=True, help="Tell the address, open no browser.")
@lang_option
@codebook_option
def command(
    run_dir: Path, annotator: str, port: int, no_browser: bool, lang: str, codebook: Path | None
) -> None:
    """Confirm or correct a run's ratings and issues on a page in the browser.

    The page is served to this computer only. Every decision is kept at once in
    RUN_DIR/review.sqlite; reports of the run follow it, its tables stay what the model said.
    """
    from assessor.codebook.load import load_codebook
    from assessor.errors import RunError

    try:
        from assessor.review.serve import Asked, served
    except ModuleNotFoundError as error:
        if error.name not in {"flask", "werkzeug"}:
            raise
        raise RunError("review needs Flask: pip install 'assessor[review]'") from error

    asked = Asked(run_dir, load_codebook(codebook), codebook, annotator, port, lang)
    with served(asked) as (address, server):
        click.echo(f"Review page: {address}\nStop it with Ctrl+C; every decision is kept.")
        if not no_browser:
            webbrowser.open(address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("Stopped.")
