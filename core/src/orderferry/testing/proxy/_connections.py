"""
The port of a proxy, and all connections that came in by it.
"""

from __future__ import annotations

import selectors
import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Condition, Event, Thread, current_thread

from orderferry.testing._pace import ticks
from orderferry.testing.proxy._connection import Connection

__all__ = ["Connections", "Port"]


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


_SHORT = (0.001, 0.002, 0.004, 0.008, 0.016, 0.032)
"""The first pauses in which to wait for what mostly happens at once."""


class Connections:
    """
    All connections, each served by a thread; safe between threads.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._open: set[Connection] = set()
        self._threads: dict[Connection, Thread] = {}
        self._lingers = True

    @property
    def open(self) -> int:
        """
        How many have been closed neither by the client nor by the proxy.
        """
        with self._changed:
            return len(self._open)

    def add(self, client: socket.socket, serve: Callable[[Connection], None]) -> None:
        """
        Serve a new one.
        """
        connection = Connection(client, self._left, lingers=self._lingers)

        def run() -> None:
            try:
                with suppress(OSError):
                    serve(connection)
            finally:
                connection.close()
                self._left(connection)
                with self._changed:
                    del self._threads[connection]
                    self._changed.notify_all()

        thread = Thread(target=run, name="fault proxy connection", daemon=True)
        with self._changed:
            self._open.add(connection)
            self._threads[connection] = thread
            thread.start()

    def wait_closed(self, seconds: float) -> bool:
        """
        Wait until none is open.

        Returns:
            Whether it came to that in time.
        """
        with self._changed:
            return self._changed.wait_for(lambda: not self._open, seconds)

    def wait_at_rest(self, seconds: float) -> None:
        """
        Wait until all are at rest.

        A target that does not close what was closed to it is not waited for again.

        Args:
            seconds: How long at the most.
        """
        pause = Event()
        for longer in (*_SHORT, *ticks(seconds)):
            if self._all_at_rest():
                return
            pause.wait(longer)
        with self._changed:
            over = [each for each in self._threads if each.ended or each.is_left]
        self._lingers = self._lingers and not over
        for connection in over:
            connection.end()

    def _all_at_rest(self) -> bool:
        with self._changed:
            connections = list(self._threads)
        return all(each.at_rest for each in connections)

    def end_stalled(self) -> None:
        """
        End those that are stalled.
        """
        with self._changed:
            stalled = [each for each in self._threads if each.stalled]
        for connection in stalled:
            connection.cut()

    def end(self, *, reset: bool = False) -> None:
        """
        End all, and wait for their threads.

        Args:
            reset: Reset them.
        """
        with self._changed:
            threads = dict(self._threads)
        for connection in threads:
            connection.end(reset=reset)
        for thread in threads.values():
            if thread is not current_thread():
                thread.join()

    def _left(self, connection: Connection) -> None:
        with self._changed:
            self._open.discard(connection)
            self._changed.notify_all()
