"""
A port that can be closed and opened again.
"""

from __future__ import annotations

import selectors
import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Thread

__all__ = ["Port"]


class Port:
    """
    A port of this machine; between `start` and `stop`.

    While it is closed, a socket that is bound and does not listen keeps it: whoever connects is
    refused, and nobody else is given the port.

    Args:
        accepted: Called with each connection.
    """

    def __init__(self, accepted: Callable[[socket.socket], None]) -> None:
        self._accepted = accepted
        self._holder: socket.socket | None = None
        self._listener: socket.socket | None = None
        self._waker: socket.socket | None = None
        self._thread: Thread | None = None

    @property
    def address(self) -> tuple[str, int]:
        """
        Host and port.

        Raises:
            RuntimeError: It was not started.
        """
        if self._holder is None:
            raise RuntimeError("the proxy is not running: call start(), or use it in a with block")
        host, port = self._holder.getsockname()
        return host, port

    def start(self) -> None:
        """
        Take a free port and open it.
        """
        self._holder = _bound(("127.0.0.1", 0))
        self.open()

    def open(self) -> None:
        """
        Accept connections again, if it was closed and not given up.
        """
        if self._listener is not None or self._holder is None:
            return
        listener = _bound(self.address)
        listener.listen(128)
        listener.setblocking(False)
        woken, waker = socket.socketpair()
        self._listener, self._waker = listener, waker
        self._thread = Thread(
            target=self._accept, args=(listener, woken), name="fault proxy port", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """
        Refuse connections, if that was not so.
        """
        if self._listener is None or self._waker is None or self._thread is None:
            return
        self._waker.close()
        self._thread.join()
        self._listener = self._waker = self._thread = None

    def stop(self) -> None:
        """
        Close it and give it up.
        """
        self.close()
        if self._holder is not None:
            self._holder.close()
            self._holder = None

    def _accept(self, listener: socket.socket, woken: socket.socket) -> None:
        with listener, woken, selectors.DefaultSelector() as selector:
            selector.register(listener, selectors.EVENT_READ)
            selector.register(woken, selectors.EVENT_READ)
            while woken not in (ready := [key.fileobj for key, _ in selector.select()]):
                if listener in ready:
                    with suppress(OSError):  # the client has gone already
                        self._accepted(listener.accept()[0])


def _bound(address: tuple[str, int]) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
    except OSError:
        sock.close()
        raise
    return sock
