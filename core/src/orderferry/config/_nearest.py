"""
Which right name a wrong one is near.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["nearest", "remedy"]

_MOST_LETTERS = 2
_SEPARATORS = re.compile(r"[\s_-]")


def _distance(one: str, other: str) -> int:
    """
    The letters to add, leave out, change, or swap with their neighbour, to make one the other.
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, mine in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, theirs in enumerate(other, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (mine != theirs))
            if i > 1 and j > 1 and mine == other[j - 2] and one[i - 2] == theirs:
                best = min(best, older[j - 2] + 1)
            row.append(best)
    return row[-1]


def _folded(name: str) -> str:
    return _SEPARATORS.sub("", name).casefold()


def nearest(name: str, known: Iterable[str]) -> str | None:
    """
    The known name that is within two letters of a name, or `None`.

    Capitals, spaces, hyphens and underscores do not count. A short name has to be nearer: one
    letter for each three that the known name has.
    """
    wrong = _folded(name)
    best: tuple[int, str] | None = None
    for right in known:
        folded = _folded(right)
        most = min(_MOST_LETTERS, len(folded) // 3)
        if abs(len(folded) - len(wrong)) <= most:
            distance = _distance(wrong, folded)
            if distance <= most and (best is None or distance < best[0]):
                best = (distance, right)
    return None if best is None else best[1]


def remedy(name: str, known: Iterable[str]) -> str:
    """
    What to write instead of an unknown name: the nearest one, or else one of all.
    """
    names = sorted(known)
    found = nearest(name, names)
    if found is not None:
        return f"did you mean {found}?"
    return f"known are {', '.join(names)}" if names else "none is known"
