"""
What is wrong with the configuration: all of it is gathered before any is told.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from attrs import field, frozen

from orderferry.errors import ConfigurationError

__all__ = ["Faults", "UnfitError"]

_T = TypeVar("_T")


class UnfitError(ValueError):
    """
    A value that is not what its place wants; the message says which it wants, and what it got.
    """


@frozen
class Faults:
    """
    The faults of one file.

    Attributes:
        file: The file's name, for messages.
        found: One sentence each.
    """

    file: str
    found: list[str] = field(factory=list)

    def add(self, what: str, path: str | None = None) -> None:
        """
        Note a fault, where it stands.
        """
        place = "" if path is None else f" @ {path}"
        self.found.append(f"{self.file}: {what}{place}")

    def read(
        self, reader: Callable[[object], _T], value: object, name: str, path: str
    ) -> _T | None:
        """
        Read a value, or note that it does not fit and answer with `None`.
        """
        try:
            return reader(value)
        except UnfitError as error:
            self.add(f"{name}: {error}", path)
            return None


def raise_if_any(*each: Faults) -> None:
    """
    Tell all faults of all files at once.

    Raises:
        ConfigurationError: There is at least one.
    """
    found = [fault for faults in each for fault in faults.found]
    if len(found) == 1:
        raise ConfigurationError(found[0], faults=found)
    if found:
        told = "\n".join(f"  {fault}" for fault in found)
        raise ConfigurationError(f"{len(found)} faults in the configuration:\n{told}", faults=found)
