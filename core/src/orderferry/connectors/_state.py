"""
The memory of an instance: in this process only, or one that forgets.

A counter is a value like any other, the last number that was given, as text: `get(counter)` reads
it, and `compare_and_set` makes it start elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from threading import Lock

from orderferry.connectors._context import State
from orderferry.errors import StateError

__all__ = ["ForgetfulState", "MemoryState", "count", "replace"]


def replace(
    values: MutableMapping[str, str | None], key: str, expected: str | None, value: str | None
) -> bool:
    """
    Set a value if it is still the expected one.

    Returns:
        Whether it was set.
    """
    if values.get(key) != expected:
        return False
    values[key] = value
    return True


def count(values: MutableMapping[str, str | None], counter: str) -> int:
    """
    Take the next number of a counter.

    Raises:
        StateError: The value of that name is no number.
    """
    last = values.get(counter)
    try:
        number = int(last or 0) + 1
    except ValueError:
        raise StateError(
            f"{counter!r} cannot count: its value is no whole number; set it, or count under "
            "another name"
        ) from None
    values[counter] = str(number)
    return number


class MemoryState:
    """
    A memory that lasts as long as the process, safe between its threads.

    Args:
        values: What it starts with.
    """

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values: MutableMapping[str, str | None] = dict(values or {})
        self._lock = Lock()

    def get(self, key: str) -> str | None:
        """
        The value, or `None` where there is none.
        """
        with self._lock:
            return self._values.get(key)

    def compare_and_set(self, key: str, expected: str | None, value: str | None) -> bool:
        """
        Set the value if it is still the expected one (`None`: there is none, or remove it).
        """
        with self._lock:
            return replace(self._values, key, expected, value)

    def next(self, counter: str) -> int:
        """
        The next number of a counter, from 1.

        Raises:
            StateError: The value of that name is no number.
        """
        with self._lock:
            return count(self._values, counter)


class ForgetfulState(MemoryState):
    """
    A memory for previews: it reads what another one holds, and keeps its own changes to itself.

    Args:
        known: The memory that stays as it is.
    """

    def __init__(self, known: State) -> None:
        super().__init__()
        self._values = _Overlay(known)


class _Overlay(dict[str, str | None]):
    def __init__(self, known: State) -> None:
        super().__init__()
        self._known = known

    def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
        return self[key] if key in self else self._known.get(key)
