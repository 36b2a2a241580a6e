"""Runs → report files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from assessor.codebook.schema import Codebook
from assessor.errors import RunError
from assessor.reports.formats import RENDERERS
from assessor.reports.summary import ReportOptions, summarise
from assessor.runs.files import write_bytes
from assessor.runs.folder import Run, read_run


def write_reports(
    runs: Sequence[Path],
    target: Path,
    *,
    formats: Sequence[str],
    codebook: Codebook,
    options: ReportOptions | None = None,
    template: Path | None = None,
    correct: Callable[[Run, Codebook], Run] | None = None,
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
    """
    check_formats(formats)
    read = [_read(path, codebook) for path in runs]
    if correct is not None:
        read = [correct(run, codebook) for run in read]
    summary = summarise(read, codebook, options or ReportOptions())
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


def _read(path: Path, codebook: Codebook) -> Run:
    run = read_run(path)
    if run.manifest["codebook"]["sha256"] != codebook.sha256:
        raise RunError(
            f"{path}: was made with another codebook; give it with --codebook, or analyse again"
        )
    return run
