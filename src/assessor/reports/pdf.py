"""Summary → PDF: the HTML page as a browser prints it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from assessor.errors import RunError
from assessor.reports.html import write_html

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
SECONDS = 180


def browser() -> str | None:
    """Return the path of an installed browser that can print, None where there is none."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def write_pdf(summary: Mapping[str, Any], file: BinaryIO) -> None:
    """Write the HTML report as it prints.

    Raises
    ------
    RunError
        If no browser is installed or it does not print.
    """
    program = browser()
    if program is None:
        raise RunError(
            "--format pdf prints the HTML page with Chromium or Chrome, and none is installed; "
            "install one, or open index.html and print it"
        )
    with tempfile.TemporaryDirectory() as folder:
        page, target = Path(folder) / "index.html", Path(folder) / "report.pdf"
        with page.open("wb") as opened:
            write_html(summary, opened)
        command = [
            program, "--headless", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer",
            "--disable-background-networking", f"--user-data-dir={folder}/profile",
            f"--print-to-pdf={target}", page.as_uri(),
        ]  # fmt: skip
        if os.geteuid() == 0:  # Chromium refuses its sandbox to root
            command.insert(1, "--no-sandbox")
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)  # noqa: S603
            file.write(target.read_bytes())
        except (OSError, subprocess.SubprocessError) as error:
            raise RunError(f"the browser did not print the report ({program})") from error
