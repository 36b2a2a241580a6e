"""Runs → report files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assessor.codebook.schema import Codebook
from assessor.errors import RunError
from assessor.reports.formats import RENDERERS
from assessor.reports.summary import summarise
from assessor.runs.files import write_bytes
from assessor.runs.folder import read_run


def write_reports(
    runs: Sequence[Path],
    target: Path,
    *,
    formats: Sequence[str],
    lang: str,
    codebook: Codebook,
) -> list[Path]:
    """Write reports on one or more runs.

    Raises
    ------
    RunError
        If a format is unknown, a run cannot be read or was made with another codebook.
    """
    unknown = [name for name in formats if name not in RENDERERS]
    if unknown or not formats:
        named = ", ".join(unknown) or "none"
        raise RunError(f"--format: {named}; one or several of {', '.join(RENDERERS)}")
    read = [read_run(path) for path in runs]
    for run in read:
        if run.manifest["codebook"]["sha256"] != codebook.sha256:
            raise RunError(
                f"{run.path}: was made with another codebook; give it with --codebook, "
                "or analyse again"
            )
    summary = summarise(read, codebook, lang)
    written = []
    for name in formats:
        file, renderer = RENDERERS[name]
        write_bytes(target / file, renderer(summary))
        written.append(target / file)
    return written
