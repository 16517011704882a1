"""
The listening port of the proxy, and its open connections.
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
    A local port, bound between `start` and `stop`.

    While it is closed, a socket that does not listen stays bound to it: connections are refused,
    and no other process gets the port.

    Args:
        on_accept: Called with each connection.
    """

    def __init__(self, on_accept: Callable[[socket.socket], None]) -> None:
        self._on_accept = on_accept
        self._holder: socket.socket | None = None
        self._listener: socket.socket | None = None
        self._waker: socket.socket | None = None
        self._thread: Thread | None = None

    @property
    def address(self) -> tuple[str, int]:
        """
        Host and port.

        Raises:
            RuntimeError: The port was not started.
        """
        if self._holder is None:
            raise RuntimeError("the proxy is not running: call start(), or use it in a with block")
        host, port = self._holder.getsockname()
        return host, port

    def start(self) -> None:
        """
        Bind a free port, and open it.
        """
        self._holder = _bind(("127.0.0.1", 0))
        self.open()

    def open(self) -> None:
        """
        Accept connections again, if the port is closed and still bound.
        """
        if self._listener is not None or self._holder is None:
            return
        listener = _bind(self.address)
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
        Refuse connections, if the port is open.
        """
        if self._listener is None or self._waker is None or self._thread is None:
            return
        self._waker.close()
        self._thread.join()
        self._listener = self._waker = self._thread = None

    def stop(self) -> None:
        """
        Close the port, and release it.
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
                    with suppress(OSError):  # the client has disconnected already
                        self._on_accept(listener.accept()[0])


def _bind(address: tuple[str, int]) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
    except OSError:
        sock.close()
        raise
    return sock


_SHORT_PAUSES = (0.001, 0.002, 0.004, 0.008, 0.016, 0.032)
"""The first pauses when waiting for something that normally happens at once."""


class Connections:
    """
    All connections, each of which is served by a thread; safe between threads.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._open: set[Connection] = set()
        self._threads: dict[Connection, Thread] = {}
        self._lingers = True

    @property
    def open(self) -> int:
        """
        The number of connections that neither the client nor the proxy has closed.
        """
        with self._changed:
            return len(self._open)

    def add(self, client: socket.socket, serve: Callable[[Connection], None]) -> None:
        """
        Serve a new connection in a thread.
        """
        connection = Connection(client, self._mark_left, lingers=self._lingers)

        def run() -> None:
            try:
                with suppress(OSError):
                    serve(connection)
            finally:
                connection.close()
                self._mark_left(connection)
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
        Wait until no connection is open.

        Returns:
            Whether all were closed in time.
        """
        with self._changed:
            return self._changed.wait_for(lambda: not self._open, seconds)

    def wait_at_rest(self, seconds: float) -> None:
        """
        Wait until all connections are at rest.

        If the target does not close a connection that was closed to it, that is not awaited again.

        Args:
            seconds: The time limit.
        """
        pause = Event()
        for seconds_more in (*_SHORT_PAUSES, *ticks(seconds)):
            if self._all_at_rest():
                return
            pause.wait(seconds_more)
        with self._changed:
            over = [
                connection for connection in self._threads if connection.ended or connection.is_left
            ]
        self._lingers = self._lingers and not over
        for connection in over:
            connection.end()

    def _all_at_rest(self) -> bool:
        with self._changed:
            connections = list(self._threads)
        return all(connection.at_rest for connection in connections)

    def end_stalled(self) -> None:
        """
        End the connections that are stalled.
        """
        with self._changed:
            stalled = [connection for connection in self._threads if connection.stalled]
        for connection in stalled:
            connection.cut()

    def end(self, *, reset: bool = False) -> None:
        """
        End all connections, and wait for their threads.

        Args:
            reset: Whether to reset the connections.
        """
        with self._changed:
            threads = dict(self._threads)
        for connection in threads:
            connection.end(reset=reset)
        for thread in threads.values():
            if thread is not current_thread():
                thread.join()

    def _mark_left(self, connection: Connection) -> None:
        with self._changed:
            self._open.discard(connection)
            self._changed.notify_all()
