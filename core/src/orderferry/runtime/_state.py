"""
The stored state of instances: where it is kept, and the counters in it.
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
    Where the state of each instance is kept: in the database, or in the configured folder.

    Args:
        engine: The database.

    Returns:
        A function that opens the state of an instance.
    """
    folder = runtime.state_directory
    if folder is None:
        return lambda name: SqlState(engine, name)
    return lambda name: FileState(folder / f"{name.connector}-{name.id}.json")


@frozen
class Counter:
    """
    A counter of an instance, as `context.state.next` raises it.

    Attributes:
        state: The instance's stored state.
        name: The counter's name.
    """

    state: State
    name: str

    def last(self) -> int:
        """
        The last number that was given out; 0 if none was.

        Raises:
            StateError: The state cannot be read, or its value of that name is not a number.
        """
        return self._number(self.state.get(self.name))

    def raise_to(self, number: int) -> int:
        """
        Set the counter to a number, so that the next one is `number + 1`.

        Returns:
            The last number that was given out before.

        Raises:
            UsageError: The counter is higher already, so numbers would be given out twice.
            StateError: The state cannot be used, or its value of that name is not a number.
        """
        while True:
            present = self.state.get(self.name)
            last = self._number(present)
            if number < last:
                raise UsageError(
                    f"{self.name} is at {last} and can only be raised: a lower value would give out"
                    " numbers twice"
                )
            if self.state.compare_and_set(self.name, present, str(number)):
                return last

    def _number(self, value: str | None) -> int:
        try:
            return int(value or 0)
        except ValueError:
            raise StateError(f"{self.name!r} is not a counter: its value is not a number") from None
