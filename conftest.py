"""Examples in docstrings are tests too, except in modules that need PyTorch or run something."""

collect_ignore_glob = [
    "src/assessor/__main__.py",
    "src/assessor/runs/preload.py",
    "src/assessor/training/encoder/*",
]
