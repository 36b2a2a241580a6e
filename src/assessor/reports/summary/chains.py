"""Each programme's fiches in the order of their periods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

Row = dict[str, Any]


def chains_of(rows: Iterable[Row], key: Callable[[Row], str]) -> dict[str, list[Row]]:
    """Return fiches, or what is held of them, by programme: earliest first.

    Parameters
    ----------
    rows : iterable of dict
        With ``period`` and ``fiche_id``.
    key : callable
        Returns a row's programme.
    """
    chains: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda r: (r["period"] or "", r["fiche_id"])):
        chains[key(row)].append(row)
    return dict(sorted(chains.items()))
