"""
No network for a while: what a preview of a connector with a protocol of its own runs under.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import local
from typing import Any, Final

from orderferry.errors import NetworkForbiddenError

__all__ = ["offline"]

REACHING_OUT: Final = frozenset(
    {
        "socket.bind",
        "socket.connect",
        "socket.getaddrinfo",
        "socket.gethostbyaddr",
        "socket.gethostbyname",
        "socket.getnameinfo",
        "socket.sendmsg",
        "socket.sendto",
    }
)
"""The audit events of Python (its table of them) before anything reaches the network."""


class _Thread(local):
    who: str | None = None


_thread = _Thread()


@contextmanager
def offline(who: str) -> Iterator[None]:
    """
    Refuse the network to this thread, whatever library asks for it.

    It is no sandbox: another thread or process that the connector starts is not held back.

    Args:
        who: Whose call this is, for the message.

    Raises:
        NetworkForbiddenError: Raised inside, where the network is reached for.
    """
    _listen()
    before, _thread.who = _thread.who, who
    try:
        yield
    finally:
        _thread.who = before


@cache
def _listen() -> None:
    """
    Python has no way to take an audit hook back: it is added once, by the first that needs it.
    """
    sys.addaudithook(_audit)


def _audit(
    event: str, arguments: tuple[Any, ...]
) -> None:  # pragma: no cover - Python traces no audit hooks
    if event in REACHING_OUT and _thread.who is not None:
        at = arguments[0] if arguments else None
        if isinstance(at, socket.socket) and at.family == socket.AF_UNIX:
            return
        raise NetworkForbiddenError(
            f"{_thread.who} reached for the network in a preview ({event}); "
            "its preview_order has to do without"
        )
