"""
The connections of a proxy.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from threading import Condition, Event, Lock, Thread, current_thread

__all__ = ["Connection", "Connections"]

_AT_ONCE = struct.pack("ii", 1, 0)
"""Linger, for no seconds: closing sends a reset (socket(7), SO_LINGER)."""


class Connection:
    """
    A connection that was accepted, with the one to the target that belongs to it.

    Its own thread closes it; any thread may end it, which wakes whoever waits on its sockets.

    Args:
        client: The accepted socket.
        left: Called once the client has closed.
    """

    def __init__(self, client: socket.socket, left: Callable[[Connection], None]) -> None:
        self.client = client
        self.stalled = False
        self._left = left
        self._target: socket.socket | None = None
        self._lock = Lock()
        self._ended = Event()
        _prompt(client)

    @property
    def ended(self) -> bool:
        """
        Whether it is over.
        """
        return self._ended.is_set()

    def left(self) -> None:
        """
        Tell that the client has closed.
        """
        self._left(self)

    def wait(self, seconds: float) -> None:
        """
        Let time pass, unless the connection ends.
        """
        self._ended.wait(seconds)

    def connect(self, address: tuple[str, int]) -> socket.socket:
        """
        Connect to the target.

        Raises:
            OSError: It does not accept, or this connection has ended.
        """
        target = socket.create_connection(address)
        _prompt(target)
        with self._lock:
            if not self.ended:
                self._target = target
                return target
        target.close()
        raise ConnectionAbortedError("the proxy has ended the connection")

    def disconnect(self) -> None:
        """
        Close the connection to the target.
        """
        with self._lock:
            target, self._target = self._target, None
            if target is not None:
                target.close()

    def wrap(self, wrapped: socket.socket) -> None:
        """
        Speak with the client through another socket, which has taken the first one's place.
        """
        with self._lock:
            self.client = wrapped
            if self.ended:
                raise ConnectionAbortedError("the proxy has ended the connection")

    def end(self, *, reset: bool = False) -> None:
        """
        End it, if it has not ended: nothing more is read or written.

        Args:
            reset: Closing resets the connection to the client.
        """
        with self._lock, suppress(OSError):
            if self.ended:
                return
            self._ended.set()
            if self._target is not None:
                _shut(self._target, socket.SHUT_RDWR)
            if reset:
                self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            # No end is sent where a reset is to come.
            _shut(self.client, socket.SHUT_RD if reset else socket.SHUT_RDWR)

    def finish(self) -> None:
        """
        Send an end to the client, and read until it closes too.
        """
        if not self.ended:
            _shut(self.client, socket.SHUT_WR)
            self.drain()

    def drain(self) -> None:
        """
        Read until the client closes.
        """
        while self.client.recv(65536):
            pass
        self.left()

    def close(self) -> None:
        """
        Close both sockets.
        """
        self.disconnect()
        with self._lock:
            self._ended.set()
            self.client.close()


class Connections:
    """
    All connections, each served by a thread; safe between threads.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._open: set[Connection] = set()
        self._threads: dict[Connection, Thread] = {}

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
        connection = Connection(client, self._left)

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

    def end_stalled(self) -> None:
        """
        End those that are stalled.
        """
        with self._changed:
            stalled = [each for each in self._threads if each.stalled]
        for connection in stalled:
            connection.end()

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


def _prompt(sock: socket.socket) -> None:
    sock.settimeout(None)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _shut(sock: socket.socket, how: int) -> None:
    """
    Past `ssl`, whose own shutdown forgets the session that another thread may be reading.
    """
    with suppress(OSError):
        socket.socket.shutdown(sock, how)
