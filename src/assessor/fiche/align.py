"""Align a column of labels with the column of their values, by order and by type.

Text extracted from a two-column PDF may hold all labels of a page and then all their values.
The lines are segmented into one run per label by dynamic programming: a run scores by how well
its type, words and height fit the label, and by how likely its first line begins a cell.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from assessor.fiche.breaks import begin_scores, begins_cell
from assessor.fiche.fit import Affinity, Lines, Slot, line_fit, part_fit
from assessor.fiche.layout_line import Line

MAX_LINES = 600  # longer columns are cut off: the work grows with the square
UNLIKELY = -4.5  # no cell begins in small letters at a line that scores less


def align_run(
    slots: Sequence[Slot], lines: Sequence[Line], affinity: Affinity, above: Line | None
) -> list[list[Line]]:
    """Divide `lines` among the labels, in their order.

    Parameters
    ----------
    above : Line or None
        The last line of the page before, where the first slot's cell may go on.

    Returns
    -------
    list of list of Line
        The lines of each slot; some may be empty.
    """
    taken = list(lines[:MAX_LINES])
    borders = _best_borders(slots, taken, affinity, above)
    parts = [taken[a:b] for a, b in itertools.pairwise(borders)]
    parts[-1] = [*parts[-1], *lines[MAX_LINES:]]
    return parts


def _may_begin(given: Lines, i: int) -> bool:
    text = given.lines[i].text
    return given.begins[i] >= UNLIKELY or begins_cell(text) or "@" in text


def _best_borders(
    slots: Sequence[Slot], lines: Sequence[Line], affinity: Affinity, above: Line | None
) -> list[int]:
    """Return the borders of the best segmentation: ``len(slots) + 1`` line numbers."""
    n = len(lines)
    given = Lines(lines, begin_scores(lines, above))
    worst = float("-inf")
    best = [[worst] * (n + 1) for _ in range(len(slots) + 1)]
    back = [[0] * (n + 1) for _ in range(len(slots) + 1)]
    best[0][0] = 0.0
    cuts = [0, *(i for i in range(1, n) if _may_begin(given, i)), n]
    for s, slot in enumerate(slots):
        # Summed fit of the first k lines: any run's is a difference.
        fit = [0.0, *itertools.accumulate(line_fit(slot, ln.text, affinity) for ln in lines)]
        longest = n if s == len(slots) - 1 else slot.longest
        for place, i in enumerate(cuts):
            base = best[s][i]
            if base == worst:
                continue
            for j in cuts[place:]:
                if j > i + longest:
                    break
                score = base + fit[j] - fit[i] + part_fit(slot, given, i, j)
                if score > best[s + 1][j]:
                    best[s + 1][j], back[s + 1][j] = score, i
    borders = [n]
    for s in range(len(slots), 0, -1):
        borders.append(back[s][borders[-1]])
    return borders[::-1]
