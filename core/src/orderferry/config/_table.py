"""
A table of the configuration file, and where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from attrs import frozen

from orderferry.config._faults import Faults
from orderferry.config._nearest import remedy
from orderferry.config._readers import as_table
from orderferry.orders import member

__all__ = ["Reader", "Table"]

_T = TypeVar("_T")

Reader = Callable[[object], object]
"""What reads a value, or raises `UnfitError`."""


@frozen
class Table:
    """
    A table of the file.

    Attributes:
        values: What stands in it.
        path: Where it stands in the file.
        faults: Where what does not hold is noted.
    """

    values: Mapping[str, object]
    path: str
    faults: Faults

    def place(self, name: str) -> str:
        """
        Where a key of it stands in the file.
        """
        return f"{self.path}{member(name)}".removeprefix(".")

    def read(self, name: str, reader: Callable[[object], _T]) -> _T | None:
        """
        The value of a key, or `None` where it is not there or does not fit.
        """
        if name not in self.values:
            return None
        return self.faults.read(reader, self.values[name], name, self.place(name))

    def read_all(self, readers: Mapping[str, Reader]) -> dict[str, Any]:
        """
        The values of those keys that are there and fit.
        """
        found = {name: self.read(name, reader) for name, reader in readers.items()}
        return {name: value for name, value in found.items() if value is not None}

    def inner(self, name: str) -> Table:
        """
        A table in this one; an empty one where it is not there or is none.
        """
        return Table(self.read(name, as_table) or {}, self.place(name), self.faults)

    def refuse_others(self, known: Iterable[str], where: str) -> None:
        """
        Note each key that is unknown, with the nearest right name.

        Args:
            known: The right names.
            where: What the table is called in messages.
        """
        names = tuple(known)
        for name in self.values:
            if name not in names:
                hint = remedy(name, names)
                self.faults.add(f"{name!r} is unknown in {where}; {hint}", self.place(name))
