"""One input → its assessments, or the reason why it was set aside."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

from assessor.assess import Assessment, Assessor
from assessor.documents.discover import STDIN, Input, readable
from assessor.documents.document import ObservationTable
from assessor.documents.readers import MAX_BYTES, bytes_of_input, read_bytes
from assessor.documents.remote import is_url
from assessor.errors import FicheError, Rejection
from assessor.fiche.fiche import Fiche
from assessor.fiche.parse import FicheParser
from assessor.fiche.tables import fiches_of_table

AHEAD = 16  # files fetched from URLs at a time


@dataclass(frozen=True, slots=True)
class Rejected:
    """An input set aside; `detail` never holds text of the fiche."""

    source: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input.

    Parameters
    ----------
    assessments : tuple of Assessment
        One per fiche in the file; empty where it was set aside.
    sha256 : str
        Of the bytes that were read; empty where there were none.
    """

    source: str
    assessments: tuple[Assessment, ...] = ()
    rejected: Rejected | None = None
    sha256: str = ""


class Worker:
    """Reads and assesses one input after another; built once per process."""

    def __init__(self, assessor: Assessor) -> None:
        self._assessor = assessor
        self._parser = FicheParser(assessor.codebook)

    def __call__(
        self, item: Input, data: bytes | None = None, alive: Callable[[], None] = lambda: None
    ) -> Outcome:
        """Assess one input; whatever goes wrong becomes a rejection.

        Parameters
        ----------
        data : bytes, optional
            The input's bytes where they are at hand; otherwise its file, or standard input,
            is read.
        alive : callable
            Called after each fiche: a table may hold thousands.
        """
        digest = ""
        try:
            if data is None:
                data = input_bytes(item)
            digest = sha256(data).hexdigest()
            done = tuple(self._assessments(data, item, alive))
            return Outcome(item.source, done, None, digest)
        except FicheError as error:
            reason, detail = error.reason, error.detail
        except MemoryError:  # for who set the limit to judge
            raise
        except Exception as error:  # a defect must not lose the other files
            reason = Rejection.INTERNAL
            detail = f"unexpected {type(error).__name__} in {place_of(error)}; please report it"
        return Outcome(item.source, (), Rejected(item.source, str(reason), detail), digest)

    def _assessments(
        self, data: bytes, item: Input, alive: Callable[[], None]
    ) -> Iterator[Assessment]:
        for fiche in self._fiches(data, item):
            yield self._assessor.assess(fiche)
            alive()

    def _fiches(self, data: bytes, item: Input) -> list[Fiche]:
        if item.source == STDIN:
            read = read_bytes(data, ".txt", STDIN, "stdin")
        else:
            path = item.path
            read = read_bytes(data, path.suffix.lower(), item.source, readable(path.stem))
        if isinstance(read, ObservationTable):
            return fiches_of_table(read, self._assessor.codebook)
        return self._parser.parse(read)


def input_bytes(item: Input) -> bytes:
    """Return an input's bytes: of its file, its URL or standard input.

    Raises
    ------
    FicheError
        If it cannot be read.
    """
    if item.source == STDIN:  # one byte more than is read at most: that is found too large
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    return bytes_of_input(item)


def read_ahead(inputs: Iterable[Input]) -> Iterator[tuple[Input, Callable[[], bytes]]]:
    """Yield each input and what returns its bytes, some from URLs being fetched meanwhile.

    Remote reads have latency: several are requested in parallel.
    """
    with ThreadPoolExecutor(AHEAD) as pool:
        coming: deque[tuple[Input, Callable[[], bytes]]] = deque()
        for item in inputs:
            if is_url(item.place):
                coming.append((item, pool.submit(input_bytes, item).result))
            else:
                coming.append((item, partial(input_bytes, item)))
            if len(coming) == AHEAD:
                yield coming.popleft()
        yield from coming


def place_of(error: BaseException) -> str:
    """Return module and line of an error, without any of its data."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "unknown place"
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
