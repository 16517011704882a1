"""
The port of locks between processes, and what its implementations share.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Protocol
from weakref import WeakMethod

__all__ = ["Lock", "Locks", "call_in_forked_child"]


class Lock(Protocol):
    """
    An acquired lock, which is held until it is released or the process ends.
    """

    def alive(self) -> bool:
        """
        Whether the lock is still held. The call is cheap enough to precede each request.
        """

    def release(self) -> None:
        """
        Release the lock; a second call does nothing.
        """


class Locks(Protocol):
    """
    Locks by name, shared by all processes that use the same database. Threads may share them.
    """

    def acquire(self, name: str) -> Lock | None:
        """
        Acquire a lock without waiting.

        Args:
            name: Any text.

        Returns:
            The lock; `None` if it is held already, in this process or another.

        Raises:
            orderferry.errors.ConfigurationError: The lock file cannot be created.
            sqlalchemy.exc.DBAPIError: The database cannot be reached.
        """

    def is_held(self, name: str) -> bool:
        """
        Whether a process holds the lock, which may be this one.
        """

    def close(self) -> None:
        """
        Release all locks.
        """


def call_in_forked_child(method: Callable[[], None]) -> None:
    """
    Call a method in each forked child process, as long as its object exists.
    """
    weak = WeakMethod(method)

    def call() -> None:
        bound = weak()
        if bound is not None:
            bound()

    os.register_at_fork(after_in_child=call)
