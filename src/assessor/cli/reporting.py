"""Reports as the commands `analyze`, `report` and `compare` write them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from assessor.codebook.schema import Codebook
    from assessor.reports.summary import ReportOptions


@dataclass(frozen=True, slots=True)
class Reports:
    """The reports that a command is asked for.

    Parameters
    ----------
    formats : str
        Their names, by commas.
    template : Path or None
        A Word document whose styles the DOCX report takes.
    """

    formats: str
    codebook: Codebook
    options: ReportOptions
    template: Path | None

    def check(self) -> None:
        """Refuse before an analysis what could not be written after it.

        A field that not every fiche has is told only: their forms may have a row of that name.

        Raises
        ------
        RunError
            If a format is unknown or the filter cannot be read.
        """
        from assessor.reports.write import check_formats

        check_formats(self._names())
        for option, name in self._uncertain_fields():
            click.echo(
                f"assessor: {option}: no field {name!r}, unless a form has a row of that name",
                err=True,
            )

    def write(self, runs: Sequence[str | Path], target: Path) -> list[Path]:
        """Write reports on runs, in folders or at URLs, as their reviewers left them.

        Raises
        ------
        RunError
            As `assessor.reports.write.write_reports`.
        """
        from assessor.reports.write import write_reports
        from assessor.review.apply import corrections
        from assessor.runs.target import fetched

        with ExitStack() as stack:
            return write_reports(
                [stack.enter_context(fetched(str(run))) for run in runs],
                target,
                formats=self._names(),
                codebook=self.codebook,
                options=self.options,
                template=self.template,
                corrections=corrections,
            )

    def _names(self) -> list[str]:
        return [name.strip() for name in self.formats.split(",") if name.strip()]

    def _uncertain_fields(self) -> Iterator[tuple[str, str]]:
        """Yield the fields that only reading the fiches can tell, each with its option."""
        from assessor.errors import RunError
        from assessor.portfolio import Tables
        from assessor.reports.summary.labels import Labels
        from assessor.reports.summary.selection import fields_of

        known = fields_of(Tables([], [], [], [], [], []), Labels(self.codebook, self.options.lang))
        named = [("--where", name) for name in _fields_of_filter(self.options.where)]
        for option, name in [*named, ("--group-by", self.options.group_by)]:
            try:
                known.resolve(name, option)
            except RunError:
                yield option, name


def _fields_of_filter(where: str | None) -> list[str]:
    """Return the fields that a filter names, whether or not they exist."""
    from assessor.reports.fields import Fields
    from assessor.reports.filters import parse_filter

    class AnyField(Fields):
        def resolve(self, name: str, option: str) -> str:
            return name.strip()

    if not where:
        return []
    parsed = parse_filter(where, AnyField({}, {}, {}, (), {}))
    return [condition.field for conditions in parsed.alternatives for condition in conditions]
