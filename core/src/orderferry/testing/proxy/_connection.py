"""
One connection of the proxy: the socket of the client and that of the target.
"""

from __future__ import annotations

import io
import selectors
import socket
import ssl
import struct
from collections.abc import Callable, Iterable
from contextlib import suppress
from threading import Event, Lock
from typing import BinaryIO, cast

__all__ = ["Connection"]

_RESET = struct.pack("ii", 1, 0)
"""Linger for 0 seconds, so that closing sends a reset (socket(7), SO_LINGER)."""

_Selector = getattr(selectors, "PollSelector", selectors.SelectSelector)
"""A selector that opens no file itself, because the suite counts open files."""


class Connection:
    """
    An accepted connection, and the connection to the target that belongs to it.

    Its own thread closes it; any thread may end it, which wakes the threads that wait on its
    sockets.

    Args:
        client: The accepted socket.
        on_left: Called when the client has closed.
        lingers: Whether the target may process what it received when the connection is cut.
    """

    def __init__(
        self, client: socket.socket, on_left: Callable[[Connection], None], *, lingers: bool = True
    ) -> None:
        self.client = client
        self.stalled = False
        self._on_left = on_left
        self._lingers = lingers
        self._target: socket.socket | None = None
        self._lock = Lock()
        self._ended = Event()
        self.is_left = False
        self._workers = 1
        self._awaited: set[socket.socket] = set()
        _disable_delays(client)

    @property
    def ended(self) -> bool:
        """
        Whether the connection has ended.
        """
        return self._ended.is_set()

    def mark_left(self) -> None:
        """
        Record that the client has closed.
        """
        self.is_left = True
        self._on_left(self)

    @property
    def at_rest(self) -> bool:
        """
        Whether nothing happens until the client or the target sends more.

        A connection that was closed by the client, or cut, is at rest when the target has closed it
        too, which shows that the target has processed what it received.
        """
        with self._lock:
            awaited = set(self._awaited)
        if self.is_left or self.ended or len(awaited) < self._workers:
            return False
        try:
            ready = _wait_readable(awaited, 0)
        except (OSError, ValueError):  # closed in the meantime
            return False
        with self._lock:
            # A reader removes its socket from the set before it reads.
            return not ready and awaited == self._awaited

    def add_workers(self, count: int) -> None:
        """
        Change the number of threads that forward bytes; it begins with one.
        """
        with self._lock:
            self._workers += count

    def read(self, source: socket.socket, most: int = 65536) -> bytes:
        """
        Read the next bytes of a socket of the connection; none at its end.
        """
        if not isinstance(source, ssl.SSLSocket):  # which may have read the bytes already
            with self._lock:
                self._awaited.add(source)
            try:
                _wait_readable([source])
            finally:
                with self._lock:
                    self._awaited.discard(source)
        return source.recv(most)

    def file(self) -> BinaryIO:
        """
        The bytes of the client, as a file.
        """
        return cast("BinaryIO", io.BufferedReader(_Client(self)))

    def wait(self, seconds: float) -> None:
        """
        Wait some seconds, or until the connection ends.
        """
        self._ended.wait(seconds)

    def connect(self, address: tuple[str, int]) -> socket.socket:
        """
        Connect to the target.

        Raises:
            OSError: The target does not accept the connection, or this connection has ended.
        """
        target = socket.create_connection(address)
        _disable_delays(target)
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
        Replace the client's socket by one that wraps it.
        """
        with self._lock:
            self.client = wrapped
            if self.ended:
                raise ConnectionAbortedError("the proxy has ended the connection")

    def cut(self) -> None:
        """
        End the connection, and let the target process what it received.
        """
        self._end(reset=False, lingers=self._lingers)
        self._on_left(self)

    def end(self, *, reset: bool = False) -> None:
        """
        End the connection, if it has not ended: nothing more is read or written.

        Args:
            reset: Whether closing resets the connection to the client.
        """
        self._end(reset=reset, lingers=False)

    def _end(self, *, reset: bool, lingers: bool) -> None:
        with self._lock, suppress(OSError):
            if self._target is not None:
                _shut(self._target, socket.SHUT_WR if lingers else socket.SHUT_RDWR)
            if self.ended:
                return
            self._ended.set()
            if reset:
                self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            # A reset must not be preceded by a regular end.
            _shut(self.client, socket.SHUT_RD if reset else socket.SHUT_RDWR)

    def finish(self) -> None:
        """
        Close the connection to the client for writing, and read until the client closes too.
        """
        if not self.ended:
            _shut(self.client, socket.SHUT_WR)
            self.drain()

    def drain(self) -> None:
        """
        Read until the client closes.
        """
        while self.read(self.client):
            pass
        self.mark_left()

    def close(self) -> None:
        """
        Close both sockets.
        """
        self.disconnect()
        with self._lock:
            self._ended.set()
            self.client.close()


class _Client(io.RawIOBase):
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        chunk = self._connection.read(self._connection.client, len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)


def _wait_readable(sockets: Iterable[socket.socket], seconds: float | None = None) -> bool:
    """
    Wait until one of the sockets is readable, or has ended.
    """
    with _Selector() as selector:
        for sock in sockets:
            selector.register(sock, selectors.EVENT_READ)
        return bool(selector.select(seconds))


def _disable_delays(sock: socket.socket) -> None:
    sock.settimeout(None)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _shut(sock: socket.socket, how: int) -> None:
    """
    Shut down the plain socket: that of `ssl` drops the session that another thread may be reading.
    """
    with suppress(OSError):
        socket.socket.shutdown(sock, how)
