"""What became of one input, as it is stored and sent between processes: sealed JSON.

A sealed result is a line with the hash of all that follows, a line with the head, and the
tables as compressed JSON. The head says enough to count and to name fiches.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from assessor.codebook.schema import Codebook
from assessor.portfolio import Tables, tables_of
from assessor.runs.limits import Limits
from assessor.runs.source import Outcome, Rejected

FORMAT = b"assessor-result 1 "
TABLE_NAMES = tuple(Tables.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a result without its tables.

    Parameters
    ----------
    sha256 : str
        Of the input's bytes; empty where there were none.
    fiche_ids : tuple of str
        In order, as the input has them: not yet unique in the run.
    limits : tuple, optional
        Seconds and MiB, where the input was set aside for exceeding them.
    """

    source: str
    sha256: str
    fiche_ids: tuple[str, ...] = ()
    rejected: Rejected | None = None
    limits: tuple[float, int] | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """One input's rows of the run's tables, a set per fiche, or why it was set aside."""

    head: Head
    fiches: tuple[Tables, ...] = ()


def result_of(outcome: Outcome, codebook: Codebook) -> Result:
    """Lay one input's assessments out as rows."""
    ids = tuple(a.fiche.fiche_id for a in outcome.assessments)
    head = Head(outcome.source, outcome.sha256, ids, outcome.rejected)
    return Result(head, tuple(tables_of([a], codebook) for a in outcome.assessments))


def set_aside(
    source: str, sha256: str, reason: str, detail: str, limits: Limits | None = None
) -> Result:
    """Return the result of an input that was set aside."""
    rejected = Rejected(source, reason, detail)
    exceeded = (limits.seconds, limits.memory) if limits else None
    return Result(Head(source, sha256, (), rejected, exceeded))


def seal(result: Result) -> bytes:
    """Return a result as bytes that tell their own damage."""
    tables = [{name: getattr(one, name) for name in TABLE_NAMES} for one in result.fiches]
    head = json.dumps(asdict(result.head), ensure_ascii=False).encode()
    body = json.dumps(tables, ensure_ascii=False, separators=(",", ":")).encode()
    content = head + b"\n" + gzip.compress(body, 6, mtime=0)
    return FORMAT + hashlib.sha256(content).hexdigest().encode() + b"\n" + content


def head_of(sealed: bytes) -> Head:
    """Return the head of a sealed result.

    Raises
    ------
    ValueError
        If one byte of it is not what was sealed.
    """
    return _head(_content(sealed).split(b"\n", 1)[0])


def unseal(sealed: bytes) -> Result:
    """Return the result that was sealed.

    Raises
    ------
    ValueError
        As `head_of`.
    """
    head, body = _content(sealed).split(b"\n", 1)
    return Result(_head(head), tuple(Tables(**one) for one in json.loads(gzip.decompress(body))))


def _content(sealed: bytes) -> bytes:
    first, _, content = sealed.partition(b"\n")
    if first != FORMAT + hashlib.sha256(content).hexdigest().encode():
        raise ValueError("not a sealed result, or damaged")
    return content


def _head(line: bytes) -> Head:
    record: Mapping[str, Any] = json.loads(line)
    rejected, limits = record["rejected"], record["limits"]
    return Head(
        record["source"],
        record["sha256"],
        tuple(record["fiche_ids"]),
        Rejected(**rejected) if rejected else None,
        (limits[0], limits[1]) if limits else None,
    )
