"""
What instances remember: where it is kept, and setting a counter of it forward.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from attrs import frozen

from orderferry.config import RuntimeSettings
from orderferry.connectors import FileState, InstanceName, State
from orderferry.errors import StateError, UsageError
from orderferry.storage import SqlState

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["Counter", "state_of"]


def state_of(runtime: RuntimeSettings, engine: Engine) -> Callable[[InstanceName], State]:
    """
    Where each instance remembers: in the database, or in a file where the configuration says so.

    Args:
        engine: The database.
    """
    folder = runtime.state_directory
    if folder is None:
        return lambda name: SqlState(engine, name)
    return lambda name: FileState(folder / f"{name.connector}-{name.id}.json")


@frozen
class Counter:
    """
    A counter of an instance, as `context.state.next` counts it.

    Attributes:
        state: The instance's memory.
        name: The counter's name.
    """

    state: State
    name: str

    def last(self) -> int:
        """
        The last number that was given; 0 where none was.

        Raises:
            StateError: The memory cannot be read, or what it has under that name is no number.
        """
        return self._number(self.state.get(self.name))

    def raise_to(self, number: int) -> int:
        """
        Have the next number be the one after `number`.

        Returns:
            The last number that was given before.

        Raises:
            UsageError: The counter is further already: numbers would be given twice.
            StateError: The memory cannot be used, or what it has under that name is no number.
        """
        while True:
            present = self.state.get(self.name)
            last = self._number(present)
            if number < last:
                raise UsageError(
                    f"{self.name} is at {last}, and is never set back: numbers would be given twice"
                )
            if self.state.compare_and_set(self.name, present, str(number)):
                return last

    def _number(self, value: str | None) -> int:
        try:
            return int(value or 0)
        except ValueError:
            raise StateError(f"{self.name!r} is no counter: its value is no number") from None
