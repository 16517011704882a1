"""
Tables of both files, the names in them, and their places in the file.

A `Table` is of the configuration file, where every unknown key is a fault. `Members` are of a table
of the workflow file: their names may begin with a capital or not, only names near a valid one are
faults, and all others are passed on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from attrs import field, frozen

from orderferry.config._faults import Faults
from orderferry.reading import describe, member, nearest, read_table, suggest

__all__ = ["Member", "Members", "Reader", "Table", "are_same", "capitalize", "sort_members"]

_T = TypeVar("_T")

Reader = Callable[[object], object]
"""Reads a value, or raises `InvalidError`."""


@frozen
class Table:
    """
    A table of the configuration file.

    Attributes:
        values: Its values by key.
        path: Its path in the file.
        faults: The list to which its faults are added.
    """

    values: Mapping[str, object]
    path: str
    faults: Faults

    def path_of(self, name: str) -> str:
        """
        The path of a key in the file.
        """
        return f"{self.path}{member(name)}".removeprefix(".")

    def read(self, name: str, reader: Callable[[object], _T]) -> _T | None:
        """
        Read the value of a key; `None` if the key is missing or its value is invalid.
        """
        if name not in self.values:
            return None
        return self.faults.read(reader, self.values[name], name, self.path_of(name))

    def read_all(self, readers: Mapping[str, Reader]) -> dict[str, Any]:
        """
        Read the keys that are present and have a valid value.
        """
        values = {name: self.read(name, reader) for name, reader in readers.items()}
        return {name: value for name, value in values.items() if value is not None}

    def inner(self, name: str) -> Table:
        """
        A table in this one; empty if it is missing or is not a table.
        """
        return Table(self.read(name, read_table) or {}, self.path_of(name), self.faults)

    def reject_unknown(self, known: Iterable[str], title: str) -> None:
        """
        Add a fault for each unknown key, with the nearest valid one.

        Args:
            known: The valid keys.
            title: The table's name in messages.
        """
        names = tuple(known)
        for name in self.values:
            if name not in names:
                hint = suggest(name, names)
                self.faults.add(f"{name!r} is unknown in {title}; {hint}", self.path_of(name))


@frozen
class Member:
    """
    A value with its path in the file.
    """

    value: object
    path: str


@frozen
class Members:
    """
    The members of a table of the workflow file.

    Attributes:
        path: The table's path in the file.
        known: The members with a known name, by that name with a capital. Null counts as missing.
        others: The other members, by their name in the file.
    """

    path: str
    known: dict[str, list[Member]] = field(factory=dict)
    others: dict[str, Member] = field(factory=dict)

    def read(self, name: str, reader: Callable[[object], _T], faults: Faults) -> _T | None:
        """
        Read a member with a known name; `None` if it is missing or invalid.

        Args:
            name: The known name.
            reader: Reads the value.
            faults: The list to which faults are added, also for two different values.
        """
        values = []
        for item in self.known.get(name, ()):
            value = faults.read(reader, item.value, name, item.path)
            if value is not None:
                values.append((value, item))
        for value, item in values[1:]:
            first_value, first = values[0]
            if value != first_value:
                faults.add(
                    f"{name} has two values: {describe(first.value)} here, "
                    f"{describe(item.value)} at {item.path}",
                    first.path,
                )
                break
        return values[0][0] if values else None

    def path_of(self, name: str) -> str:
        """
        The path of a member with a known name, or the table's own path if it is missing.
        """
        return self.known[name][0].path if name in self.known else self.path


def capitalize(name: str) -> str:
    """
    A name with its first letter as a capital, as in messages.
    """
    return name[:1].upper() + name[1:]


def are_same(first: object, second: object) -> bool:
    """
    Whether two values are equal and of the same type.
    """
    return type(first) is type(second) and first == second


def sort_members(
    document: Mapping[str, object], path: str, names: Iterable[str], faults: Faults
) -> Members:
    """
    Sort a table's members into those with a known name and the others.

    Args:
        document: The table.
        path: Its path in the file.
        names: The known names, each with a capital.
        faults: The list to which faults are added, for names that are near a known one.
    """
    known = frozenset(names)
    members = Members(path)
    for name, value in document.items():
        item = Member(value, path + member(name))
        capitalized = capitalize(name)
        if capitalized in known:
            if value is not None:
                members.known.setdefault(capitalized, []).append(item)
        elif (near := nearest(name, known)) is not None:
            faults.add(f"{name!r} is unknown; did you mean {near}?", item.path)
        else:
            members.others[name] = item
    return members
