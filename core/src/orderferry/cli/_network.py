"""
A process that refuses the network for a while, whatever code it runs.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from orderferry.errors import NetworkForbiddenError

__all__ = ["no_network"]

_EVENTS = frozenset(
    {
        "socket.connect",
        "socket.sendto",
        "socket.sendmsg",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.gethostbyaddr",
        "socket.getnameinfo",
    }
)


class _Guard:
    """
    An audit hook: once added it stays, so it is added once and told when to refuse.

    It sees what goes through Python's own sockets. Libraries that open sockets in C, and other
    programs that the process starts, are not seen.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._who: list[str] = []
        self._added = False

    def begin(self, who: str) -> None:
        with self._lock:
            if not self._added:
                sys.addaudithook(self)
                self._added = True
            self._who.append(who)

    def end(self) -> None:
        with self._lock:
            self._who.pop()

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if self._who and event in _EVENTS and not _is_local(arguments):
            raise NetworkForbiddenError(
                f"{self._who[-1]} reached for the network ({event}), where nothing may be sent"
            )


def _is_local(arguments: tuple[object, ...]) -> bool:
    first = arguments[0] if arguments else None
    return isinstance(first, socket.socket) and first.family == socket.AF_UNIX


_guard = _Guard()


@contextmanager
def no_network(who: str) -> Iterator[None]:
    """
    Refuse connections and look-ups of names in the whole process, whichever thread asks.

    Args:
        who: What is at work meanwhile, for the message.

    Raises:
        NetworkForbiddenError: Inside, where any code asks for the network.
    """
    _guard.begin(who)
    try:
        yield
    finally:
        _guard.end()
