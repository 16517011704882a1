"""
The port of locks between processes.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Protocol
from weakref import WeakMethod

__all__ = ["Lock", "Locks", "when_forked"]


class Lock(Protocol):
    """
    A lock that is held, until it is released or its holder dies.
    """

    def alive(self) -> bool:
        """
        Whether it is held still; cheap enough to be asked before each request.
        """

    def release(self) -> None:
        """
        Let it go; once is enough, more does nothing.
        """


class Locks(Protocol):
    """
    Locks by name, seen by every process that uses the same database. Safe between threads.
    """

    def acquire(self, name: str) -> Lock | None:
        """
        Take a lock without waiting; `None` where somebody has it, in this process or another.
        """

    def is_held(self, name: str) -> bool:
        """
        Whether anybody has it, this process included.
        """

    def close(self) -> None:
        """
        Let all go.
        """


def when_forked(method: Callable[[], None]) -> None:
    """
    Call a method in each child process that is forked, as long as its object is there.
    """
    weak = WeakMethod(method)

    def call() -> None:
        found = weak()
        if found is not None:
            found()

    os.register_at_fork(after_in_child=call)
