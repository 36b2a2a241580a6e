"""Runs → report files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from assessor.codebook.schema import Codebook
from assessor.errors import RunError
from assessor.reports.formats import RENDERERS
from assessor.reports.shelf import Shelf
from assessor.reports.source import Correct, Source, folder_source
from assessor.reports.summary import ReportOptions, summarise_onto
from assessor.runs.files import whole_file
from assessor.runs.folder import read_manifest


def write_reports(
    runs: Sequence[Path],
    target: Path,
    *,
    formats: Sequence[str],
    codebook: Codebook,
    options: ReportOptions | None = None,
    template: Path | None = None,
    corrections: Callable[[Path, Codebook], Correct] = lambda path, codebook: lambda one: one,
) -> list[Path]:
    """Write reports on one or more runs.

    Parameters
    ----------
    template : Path or None
        A Word document whose styles, cover and page the DOCX report takes over.
    corrections : callable, optional
        Returns what puts people's corrections of a run over the rows of each of its fiches.

    Raises
    ------
    RunError
        If a format is unknown, a run cannot be read or was made with another codebook, or a
        filter, group or template cannot be used.

    Notes
    -----
    The texts of one fiche are held at a time; those of all stand in temporary files meanwhile.
    All formats are written, or none.
    """
    check_formats(formats)
    renderers = [RENDERERS[name] for name in dict.fromkeys(formats)]
    sources = [_source(path, codebook, corrections) for path in runs]
    with ExitStack() as stack:
        shelf = stack.enter_context(Shelf())
        summary = summarise_onto(shelf, sources, codebook, options or ReportOptions())
        for renderer in renderers:
            file = stack.enter_context(whole_file(target / renderer.file))
            renderer.write(summary, file, template)
    return [target / renderer.file for renderer in renderers]


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


def _source(
    path: Path, codebook: Codebook, corrections: Callable[[Path, Codebook], Correct]
) -> Source:
    if read_manifest(path)["codebook"]["sha256"] != codebook.sha256:
        raise RunError(
            f"{path}: was made with another codebook; give it with --codebook, or analyse again"
        )
    return folder_source(path, corrections(path, codebook))
