"""What the long tests share."""

from __future__ import annotations

import sys

CLI = (sys.executable, "-c", "from assessor.cli import main; main()")


class SoakError(Exception):
    """What was promised does not hold."""


def require(holds: bool, what: str) -> None:
    """Raise `SoakError` unless it holds."""
    if not holds:
        raise SoakError(what)
