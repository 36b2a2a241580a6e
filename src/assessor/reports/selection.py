"""A run's fiches that a filter keeps, found without holding the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from assessor.codebook.schema import Codebook
from assessor.folding import fold
from assessor.portfolio import Tables
from assessor.reports.filters import parse_filter
from assessor.reports.summary.labels import Labels
from assessor.reports.summary.portfolio import fields_of, join
from assessor.runs.folder import Run, read_fiches, read_manifest, read_some


def read_selected(
    path: Path,
    codebook: Codebook,
    where: str,
    lang: str,
    correct: Callable[[Run, Codebook], Run] = lambda run, codebook: run,
) -> Run:
    """Read the fiches of a run that a filter keeps.

    Parameters
    ----------
    correct : callable, optional
        Puts what people corrected over a run: the filter goes by that.

    Raises
    ------
    RunError
        If the filter or the run cannot be read.
    """
    labels = Labels(codebook, lang)
    manifest = read_manifest(path)
    # Labels of the forms' own rows are fields too, whichever fiche has them.
    extras = {fold(label): label for fiche in read_fiches(path) for label in fiche["extra"]}
    named = {label: label for label in sorted(extras.values())}
    wanted = parse_filter(where, replace(fields_of(join([]), labels), extras=named))

    def keep(one: Tables) -> bool:
        portfolio = join([correct(Run(path, manifest, one, []), codebook)])
        fields = fields_of(portfolio, labels)
        return wanted.keeps(portfolio.tables["fiches"][0], fields)

    return read_some(path, keep)
