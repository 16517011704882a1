"""
The valid name that a misspelt name is near.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["nearest", "suggest"]

_MAX_DISTANCE = 2
_SEPARATORS = re.compile(r"[\s_-]")


def nearest(name: str, valid: Iterable[str]) -> str | None:
    """
    The valid name within two letters of a name, or `None`.

    Capitals, spaces, hyphens and underscores do not count. A short name has to be nearer: one
    letter for each three of the valid name.
    """
    folded = _fold(name)
    best: tuple[int, str] | None = None
    for candidate in valid:
        target = _fold(candidate)
        limit = min(_MAX_DISTANCE, len(target) // 3)
        if abs(len(target) - len(folded)) <= limit:
            distance = _distance(folded, target)
            if distance <= limit and (best is None or distance < best[0]):
                best = (distance, candidate)
    return None if best is None else best[1]


def suggest(name: str, valid: Iterable[str]) -> str:
    """
    What to write instead of an unknown name: the nearest valid name, or else any of them.
    """
    names = sorted(valid)
    near = nearest(name, names)
    if near is not None:
        return f"did you mean {near}?"
    return f"use one of {', '.join(names)}" if names else "no name is valid here"


def _fold(name: str) -> str:
    return _SEPARATORS.sub("", name).casefold()


def _distance(first: str, second: str) -> int:
    """
    The letters to add, remove, change, or swap with their neighbour, to turn one into the other.
    """
    previous: list[int] = []
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        before_previous, previous, row = previous, row, [i]
        for j, b in enumerate(second, 1):
            best = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a != b))
            if i > 1 and j > 1 and a == second[j - 2] and first[i - 2] == b:
                best = min(best, before_previous[j - 2] + 1)
            row.append(best)
    return row[-1]
