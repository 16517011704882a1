"""
All connections of a proxy.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Condition, Event, Thread, current_thread

from orderferry.testing._connection import Connection
from orderferry.testing._pace import ticks

__all__ = ["Connections"]

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
