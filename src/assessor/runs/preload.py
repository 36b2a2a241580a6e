"""What every worker process needs, imported once by the server that they are forked from.

The PDF library stays out: it keeps state of its own.
"""

from __future__ import annotations

import os

# Before NumPy is there: as many threads as cores in each of as many workers would only wait,
# and a process with threads must not fork.
for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

import docx  # noqa: E402, F401
import openpyxl  # noqa: E402, F401
import spacy.lang.es  # noqa: E402, F401

import assessor.runs.task  # noqa: E402, F401
