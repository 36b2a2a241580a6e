"""The reader that is shipped."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time

import numpy as np
import pytest

from assessor.language import sentences_of
from assessor.reader.reader import load_reader, reader_installed
from tests import needs

TEXT = (
    "Plan de género: no\nEl comité acude a la foto, no a la reunión; el timón lleva meses sin "
    "manos. Se espera nombrar a la coordinadora en marzo."
)
PRINT = f"""
from assessor.reader.reader import load_reader
from tests.reader.test_shipped import read
print(read(load_reader(), {TEXT!r}))
"""

pytestmark = pytest.mark.skipif(not reader_installed(), reason=needs.READER)


@pytest.fixture(scope="module")
def reader():
    return load_reader()


def read(reader, text: str) -> str:
    """Return a digest of all that is read, to the last bit."""
    reading = reader.read(text, "Igualdad de género", [s.span for s in sentences_of(text)])
    found = reading.findings
    parts = (reading.tokens, reading.levels, found.issues, found.statuses, found.attention)
    return hashlib.sha256(b"".join(np.ascontiguousarray(x).tobytes() for x in parts)).hexdigest()


def test_it_loads_in_a_moment(reader):
    from assessor.reader.reader import _shipped

    _shipped.cache_clear()
    started = time.process_time()
    load_reader()
    assert time.process_time() - started < 1.5


def test_it_knows_the_codebook(reader, codebook):
    assert set(reader.codes) == set(codebook.issue)
    assert set(reader.statuses) == {status.id for status in codebook.statuses}
    assert reader.levels == tuple(level.id for level in codebook.assessed_levels)


def test_it_reads_a_section(reader, codebook):
    spans = [sentence.span for sentence in sentences_of(TEXT)]
    reading = reader.read(TEXT, codebook.dimension["gender"].es, spans)
    assert reading.findings.issues.shape == (len(spans), len(reader.codes))
    assert np.isfinite(reading.findings.issues).all()
    for number, span in enumerate(spans):
        own = reading.starts[reading.places == number].min(), reading.ends[reading.places == number]
        assert own[0] >= span.start - 1
        assert own[1].max() == span.end
    assert reading.levels.argmax() >= 1


def test_the_same_bytes_whatever_was_read_before(reader):
    first = read(reader, TEXT)
    for other in ("Todo marcha.", "palabra " * 600, "\n"):
        read(reader, other)
    assert read(reader, TEXT) == first


def test_threads_change_nothing():
    found = {
        subprocess.run(
            [sys.executable, "-c", PRINT],
            env=os.environ | {"OPENBLAS_NUM_THREADS": threads, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True, text=True, check=True,
        ).stdout
        for threads in ("1", "2")
    }  # fmt: skip
    assert len(found) == 1
