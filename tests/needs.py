"""Why a test may be left out: what it needs, and which tests cover the ground without it."""

from __future__ import annotations

READER = (
    "needs the extra 'reader' (onnxruntime, tokenizers) and the reader in the package; without: "
    "tests/reader/test_heads.py, and all of tests/ratings and tests/issues"
)
TRAIN = (
    "needs the extra 'train' (PyTorch, ONNX), which `make test` does not install; without: "
    "tests/training/test_fit.py, test_commands.py, test_joining.py"
)
PARQUET = "needs the extra 'parquet' (pyarrow); the same tables as CSV: tests/runs/test_analyze.py"
DASK = (
    "needs the extra 'scale' (Dask distributed); the same limits and reasons on this machine: "
    "tests/runs/test_workers.py"
)
URLS = (
    "needs the extra 'scale' (fsspec); the same files and runs in folders: "
    "tests/documents/test_discover.py, tests/runs/test_analyze.py"
)
REVIEW = (
    "needs the extra 'review' (Flask); what the page keeps and changes: "
    "tests/review/test_store.py, test_decisions.py, test_apply.py"
)
LABEL_STUDIO = (
    "needs label-studio-sdk (extra 'test'); read back by our own reader: "
    "tests/labels/test_round_trips.py"
)
REFI_QDA = (
    "needs pyrefiqda and lxml (extra 'test'); read back by our own reader: "
    "tests/labels/test_round_trips.py"
)
LEMMAS = (
    "needs the Spanish model es_core_news_sm (requirements/language.txt); the other searches: "
    "the rest of this file"
)
OWN_REFI_QDA = (
    "the standard's schema and other programs' projects (../shared/refi-qda) are not part of the "
    "repository; our own projects: the rest of this file, tests/labels/test_round_trips.py"
)
REAL_FICHE = (
    "a real fiche (../shared/seed) is not part of the repository; fiches of our own writing: "
    "the rest of this file"
)
CONTRACT = (
    "the contract's list of codes (../shared/contract) is not part of the repository; the "
    "shipped codebook itself: the rest of this file"
)
CHROMIUM = "needs chromium (and chromedriver to type); the page's text: tests/reports/test_html.py"
REVIEW_BROWSER = "needs chromium and chromedriver; the same page without a browser: tests/review/test_security.py"
PRINTER = "needs a browser that prints; what is said without one: the rest of this file"
LAID_OUT = "fiches laid out before, kept as PDF and text: tests/fiche/test_parse.py"
SOFFICE = "needs LibreOffice (soffice); read with openpyxl and python-docx: the rest of this file"
NAMESPACES = (
    "this system lets no process give up its network (unshare --net); whoever tries to use it "
    "is noticed in the other tests of this file"
)
