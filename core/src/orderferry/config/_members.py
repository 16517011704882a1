"""
The members of a JSON object, under the names that we have for them.

Names of ours may start with a capital or not; only the first letter may differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from attrs import field, frozen

from orderferry.config._faults import Faults
from orderferry.config._nearest import nearest
from orderferry.orders import described, member

__all__ = ["Member", "Members", "alike", "canonical", "members_of"]

_T = TypeVar("_T")


def canonical(name: str) -> str:
    """
    A name with its first letter as a capital, as messages have it.
    """
    return name[:1].upper() + name[1:]


@frozen
class Member:
    """
    A value and where it stands in the file.
    """

    value: object
    path: str


@frozen
class Members:
    """
    An object's members.

    Attributes:
        path: Where the object stands in the file.
        named: Those that are known, by our name. One that is null is as good as not there.
        others: The rest, by the name in the file.
    """

    path: str
    named: dict[str, list[Member]] = field(factory=dict)
    others: dict[str, Member] = field(factory=dict)

    def read(self, name: str, reader: Callable[[object], _T], faults: Faults) -> _T | None:
        """
        The value of a known name, or `None` where it is not there or does not fit.

        Args:
            name: Our name.
            reader: What reads the value.
            faults: Where what does not fit, or is given twice and differently, is noted.
        """
        read = []
        for each in self.named.get(name, ()):
            value = faults.read(reader, each.value, name, each.path)
            if value is not None:
                read.append((value, each))
        for value, other in read[1:]:
            first, given = read[0]
            if value != first:
                faults.add(
                    f"{name} is given twice and differently: {described(given.value)} here, "
                    f"{described(other.value)} at {other.path}",
                    given.path,
                )
                break
        return read[0][0] if read else None

    def path_of(self, name: str) -> str:
        """
        Where a known name stands; the object's own path where it does not.
        """
        return self.named[name][0].path if name in self.named else self.path


def alike(one: object, other: object) -> bool:
    """
    Whether two values are the same, of the same type.
    """
    return type(one) is type(other) and one == other


def members_of(
    document: Mapping[str, object], path: str, known: Iterable[str], faults: Faults
) -> Members:
    """
    Sort an object's members into the known ones and the rest.

    Args:
        document: The object.
        path: Where it stands in the file.
        known: The known names, each with a capital.
        faults: Where a name that is near a known one is noted.
    """
    names = frozenset(known)
    found = Members(path)
    for name, value in document.items():
        here = Member(value, path + member(name))
        right = canonical(name)
        if right in names:
            if value is not None:
                found.named.setdefault(right, []).append(here)
        elif (near := nearest(name, names)) is not None:
            faults.add(f"{name!r} is unknown; did you mean {near}?", here.path)
        else:
            found.others[name] = here
    return found
