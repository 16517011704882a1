"""
The faults of the configuration files: all of them are collected before any is reported.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from attrs import field, frozen

from orderferry.errors import ConfigurationError
from orderferry.reading import InvalidError

__all__ = ["Faults", "raise_if_any"]

_T = TypeVar("_T")


@frozen
class Faults:
    """
    The faults of one file.

    Attributes:
        file: The file's name, for messages.
        messages: One sentence for each fault.
    """

    file: str
    messages: list[str] = field(factory=list)

    def add(self, message: str, path: str | None = None) -> None:
        """
        Add a fault, with its path in the file.
        """
        place = "" if path is None else f" @ {path}"
        self.messages.append(f"{self.file}: {message}{place}")

    def read(
        self, reader: Callable[[object], _T], value: object, name: str, path: str
    ) -> _T | None:
        """
        Read a value, or add its faults and return `None`.
        """
        try:
            return reader(value)
        except InvalidError as error:
            for fault in error.faults:
                self.add(f"{name}: {fault.message}", path + fault.path)
            return None


def raise_if_any(*files: Faults) -> None:
    """
    Report all faults of all files at once.

    Raises:
        ConfigurationError: There is at least one fault.
    """
    messages = [message for faults in files for message in faults.messages]
    if len(messages) == 1:
        raise ConfigurationError(messages[0], faults=messages)
    if messages:
        lines = "\n".join(f"  {message}" for message in messages)
        raise ConfigurationError(
            f"{len(messages)} faults in the configuration:\n{lines}", faults=messages
        )
