"""Entries of a report kept in a file: as many as a disk holds, read back one at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from types import TracebackType
from typing import Any, Self, overload

from assessor.runs.files import as_run_error

Entry = dict[str, Any]


class Shelf(Sequence[Entry]):
    """A sequence of JSON-safe entries in a temporary file that no name leads to.

    Only the places of the entries are held. Each is made anew whenever it is asked for: what is
    changed in it afterwards is not kept.

    Examples
    --------
    >>> with Shelf() as shelf:
    ...     shelf.put({"name": "agua"})
    ...     [entry["name"] for entry in shelf]
    ['agua']
    """

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115  # closed when the block of the shelf is left
        self._ends = [0]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(OSError):  # what there was no room for is not wanted any more
            self._file.close()

    def put(self, entry: Entry) -> None:
        """Add an entry at the end.

        Raises
        ------
        RunError
            If there is no room for it.
        """
        with as_run_error(Path(gettempdir())):
            self._file.seek(self._ends[-1])
            size = self._file.write(json.dumps(entry).encode())
            self._file.flush()
        self._ends.append(self._ends[-1] + size)

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, place: int) -> Entry: ...
    @overload
    def __getitem__(self, place: slice) -> list[Entry]: ...
    def __getitem__(self, place: int | slice) -> Entry | list[Entry]:
        found = range(len(self))[place]
        if isinstance(found, range):
            return [self._read(number) for number in found]
        return self._read(found)

    def _read(self, number: int) -> Entry:
        start, end = self._ends[number : number + 2]
        self._file.seek(start)
        entry: Entry = json.loads(self._file.read(end - start))
        return entry
