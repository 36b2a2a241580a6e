"""Identifiers that stay the same from one export to the next."""

from __future__ import annotations

import uuid

_SPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "assessor.labels")


def guid(name: str) -> str:
    """Return the identifier of a name.

    >>> guid("code/no_baseline") == guid("code/no_baseline")
    True
    """
    return str(uuid.uuid5(_SPACE, name))
