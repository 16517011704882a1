"""
What is wrong with settings: every fault, each with its path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from typing import Any

from attrs import evolve, frozen

from orderferry.connectors.settings._references import Absentee, Referred

__all__ = ["Fault", "FaultsError", "Structure", "collect", "shown", "wrong"]

Structure = Callable[[object, Any], object]
"""Structures a value into a type."""


@frozen
class Fault:
    """
    One thing that is wrong.

    Attributes:
        message: What, and what to do.
        path: Where, below the settings: `auth.token`, `ports[2]`; empty for the settings.
        secret: Whether it is a secret that is missing or too short.
    """

    message: str
    path: str = ""
    secret: bool = False

    def within(self, place: str) -> Fault:
        """
        The same fault, seen from the table or list around it.
        """
        joint = "" if not self.path or self.path.startswith("[") else "."
        return evolve(self, path=f"{place}{joint}{self.path}")


class FaultsError(Exception):
    """
    Raised inside the structuring of settings, with all that is wrong with one value.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults)


def collect(
    structure: Structure, value: object, kind: object, place: str, faults: list[Fault]
) -> list[object]:
    """
    Structure a value of a table or list.

    Args:
        structure: Structures a value into a type.
        value: The value.
        kind: The type.
        place: Where the value stands: a name, or `[number]`.
        faults: What is wrong with it is added here.

    Returns:
        The structured value alone, or nothing where there are faults.
    """
    try:
        return [structure(value, kind)]
    except FaultsError as error:
        faults.extend(fault.within(place) for fault in error.faults)
        return []


def wrong(expected: str, value: object) -> Fault:
    """
    The fault of a value of another kind, or of one whose reference leads nowhere.
    """
    if isinstance(value, Absentee):
        return Fault(value.reason)
    return Fault(f"expected {expected}, got {shown(value)}")


def shown(value: object) -> str:
    """
    A value of the configuration for people, with its kind; never one that came by reference.
    """
    if isinstance(value, Referred):
        return "text that stands elsewhere"
    if isinstance(value, bool):
        return f"{str(value).lower()} (a boolean)"
    for kinds, name in _KINDS:
        if isinstance(value, kinds):
            return f"{value!r} ({name})" if kinds is str else f"{value} ({name})"
    if isinstance(value, Mapping):
        return "a table"
    return "a list" if isinstance(value, list | tuple) else type(value).__name__


_KINDS: tuple[tuple[type, str], ...] = (
    (str, "text"),
    (int, "a whole number"),
    (float, "a number"),
    (date, "a date"),
    (time, "a time"),
)
