"""
One connection of a proxy.
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

_AT_ONCE = struct.pack("ii", 1, 0)
"""Linger, for no seconds: closing sends a reset (socket(7), SO_LINGER)."""

_Selector = getattr(selectors, "PollSelector", selectors.SelectSelector)
"""One that opens no file of its own: open files are counted."""


class Connection:
    """
    A connection that was accepted, with the one to the target that belongs to it.

    Its own thread closes it; any thread may end it, which wakes whoever waits on its sockets.

    Args:
        client: The accepted socket.
        left: Called once the client has closed.
        lingers: Whether the target may deal with what it has, when the connection is cut.
    """

    def __init__(
        self, client: socket.socket, left: Callable[[Connection], None], *, lingers: bool = True
    ) -> None:
        self.client = client
        self.stalled = False
        self._left = left
        self._lingers = lingers
        self._target: socket.socket | None = None
        self._lock = Lock()
        self._ended = Event()
        self.is_left = False
        self._at_work = 1
        self._awaited: set[socket.socket] = set()
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
        self.is_left = True
        self._left(self)

    @property
    def at_rest(self) -> bool:
        """
        Whether nothing happens before the client, or the target, sends something more.

        A connection that has been left, or cut, is at rest when the target has closed it too: so
        much shows that it has dealt with what it got.
        """
        with self._lock:
            awaited = set(self._awaited)
        if self.is_left or self.ended or len(awaited) < self._at_work:
            return False
        try:
            ready = _wait_readable(awaited, 0)
        except (OSError, ValueError):  # closed meanwhile
            return False
        with self._lock:
            # Whoever reads says so before it takes anything.
            return not ready and awaited == self._awaited

    def work(self, more: int) -> None:
        """
        Count the threads that carry something: one at first.
        """
        with self._lock:
            self._at_work += more

    def read(self, source: socket.socket, most: int = 65536) -> bytes:
        """
        What a socket of the connection gives next; nothing at its end.
        """
        if not isinstance(source, ssl.SSLSocket):  # which may have read it already
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
        What the client sends, to be read as a file.
        """
        return cast("BinaryIO", io.BufferedReader(_Client(self)))

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

    def cut(self) -> None:
        """
        End it, and let the target deal with what it has.
        """
        self._end(reset=False, lingers=self._lingers)
        self._left(self)

    def end(self, *, reset: bool = False) -> None:
        """
        End it, if it has not ended: nothing more is read or written.

        Args:
            reset: Closing resets the connection to the client.
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
        while self.read(self.client):
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


class _Client(io.RawIOBase):
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        got = self._connection.read(self._connection.client, len(buffer))
        buffer[: len(got)] = got
        return len(got)


def _wait_readable(sockets: Iterable[socket.socket], seconds: float | None = None) -> bool:
    """
    Wait until one of some sockets has something to read, or has ended.
    """
    with _Selector() as selector:
        for sock in sockets:
            selector.register(sock, selectors.EVENT_READ)
        return bool(selector.select(seconds))


def _prompt(sock: socket.socket) -> None:
    sock.settimeout(None)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _shut(sock: socket.socket, how: int) -> None:
    """
    Past `ssl`, whose own shutdown forgets the session that another thread may be reading.
    """
    with suppress(OSError):
        socket.socket.shutdown(sock, how)
