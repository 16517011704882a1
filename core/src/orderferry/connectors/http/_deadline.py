"""
One request that is under way: its end, and how far it got.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import local
from time import monotonic

from attrs import define

__all__ = []

_LOGGERS = ("urllib3.connection", "urllib3.connectionpool", "urllib3.poolmanager")


@define(eq=False)
class Call:
    """
    One request under way.

    Attributes:
        seconds: How long the whole request may take, its answer included.
        ends: When it must have ended, by the clock.
        clock: A monotonic clock, in seconds.
        fresh: Whether it must have a connection of its own, none that was kept alive.
        began: Whether the first byte of the request may have left.
        reused: Whether it went over a connection that had served before.
    """

    seconds: float
    ends: float
    clock: Callable[[], float] = monotonic
    fresh: bool = False
    began: bool = False
    reused: bool = False

    def left(self) -> float:
        """
        Seconds until it must have ended.

        Raises:
            TimeoutError: It must have ended already.
        """
        left = self.ends - self.clock()
        if left <= 0:
            raise TimeoutError(f"no answer within {self.seconds:g} s")
        return left


class _Threads(local):
    call: Call | None = None


_threads = _Threads()


def current() -> Call:
    """
    The request that this thread has under way.
    """
    call = _threads.call
    if call is None:
        raise RuntimeError("no request is under way in this thread")
    return call


@contextmanager
def under_way(call: Call) -> Iterator[None]:
    """
    Make it the request that this thread has under way.
    """
    _threads.call = call
    try:
        yield
    finally:
        _threads.call = None


def _is_foreign(record: logging.LogRecord) -> bool:
    return _threads.call is None


def keep_secrets_out_of_logs() -> None:
    """
    Keep urllib3 from logging our requests: it would write addresses with their queries.

    Requests that other code of the process makes with urllib3 are logged as ever.
    """
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_is_foreign)
