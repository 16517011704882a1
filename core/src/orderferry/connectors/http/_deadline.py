"""
The current request of a thread: its deadline, and how far it got.
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
    A request in progress.

    Attributes:
        seconds: How long the whole request with its response may take.
        ends: Its deadline, by the clock.
        clock: A monotonic clock, in seconds.
        fresh: Whether it must use a new connection, not one that was kept alive.
        began: Whether the first byte of the request may have been sent.
        reused: Whether it uses a connection that was used before.
    """

    seconds: float
    ends: float
    clock: Callable[[], float] = monotonic
    fresh: bool = False
    began: bool = False
    reused: bool = False

    def left(self) -> float:
        """
        Return the seconds until its deadline.

        Raises:
            TimeoutError: The deadline is over.
        """
        left = self.ends - self.clock()
        if left <= 0:
            raise TimeoutError(f"no response within {self.seconds:g} s")
        return left


class _Threads(local):
    call: Call | None = None


_threads = _Threads()


def current() -> Call:
    """
    Return the request that this thread has in progress.
    """
    call = _threads.call
    if call is None:
        raise RuntimeError("no request is in progress in this thread")
    return call


@contextmanager
def in_progress(call: Call) -> Iterator[None]:
    """
    Make a call the request that this thread has in progress.
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
    Prevent urllib3 from logging requests of this client: it would log addresses with their queries.

    Requests that other code sends with urllib3 are still logged.
    """
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_is_foreign)
