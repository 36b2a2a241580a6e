"""Runs → report files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from assessor.codebook.schema import Codebook
from assessor.errors import RunError
from assessor.reports.formats import RENDERERS
from assessor.reports.selection import read_selected
from assessor.reports.summary import ReportOptions, summarise
from assessor.runs.files import write_bytes
from assessor.runs.folder import Run, read_manifest, read_run


def write_reports(
    runs: Sequence[Path],
    target: Path,
    *,
    formats: Sequence[str],
    codebook: Codebook,
    options: ReportOptions | None = None,
    template: Path | None = None,
    correct: Callable[[Run, Codebook], Run] = lambda run, codebook: run,
) -> list[Path]:
    """Write reports on one or more runs.

    Parameters
    ----------
    template : Path or None
        A Word document whose styles, cover and page the DOCX report takes over.
    correct : callable, optional
        Puts what people corrected over each run.

    Raises
    ------
    RunError
        If a format is unknown, a run cannot be read or was made with another codebook, or a
        filter, group or template cannot be used.

    Notes
    -----
    Of one run with a filter only the fiches that it keeps are held; of several all, as names
    and repetitions are known when all are read.
    """
    check_formats(formats)
    options = options or ReportOptions()
    read = [_read(path, codebook, options, correct, alone=len(runs) == 1) for path in runs]
    summary = summarise(read, codebook, options)
    rendered = [
        (target / RENDERERS[name].file, RENDERERS[name].render(summary, template))
        for name in dict.fromkeys(formats)
    ]
    for path, data in rendered:
        write_bytes(path, data)
    return [path for path, _ in rendered]


def check_formats(formats: Sequence[str]) -> None:
    """Refuse a format that does not exist: before an analysis, not after it.

    Raises
    ------
    RunError
        If a name is unknown or none is given.
    """
    unknown = [name for name in formats if name not in RENDERERS]
    if unknown or not formats:
        named = ", ".join(unknown) or "none"
        raise RunError(f"--format: {named}; one or several of {', '.join(RENDERERS)}")


def _read(
    path: Path,
    codebook: Codebook,
    options: ReportOptions,
    correct: Callable[[Run, Codebook], Run],
    *,
    alone: bool,
) -> Run:
    if read_manifest(path)["codebook"]["sha256"] != codebook.sha256:
        raise RunError(
            f"{path}: was made with another codebook; give it with --codebook, or analyse again"
        )
    if alone and options.where:
        run = read_selected(path, codebook, options.where, options.lang, correct)
    else:
        run = read_run(path)
    return correct(run, codebook)
