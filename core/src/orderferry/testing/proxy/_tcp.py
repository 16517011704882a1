"""
TCP through the proxy: bytes are carried until a fault is reached.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Lock, Thread
from typing import Literal

from orderferry.testing.proxy._connection import Connection
from orderferry.testing.proxy._fault import DELAY, Fault
from orderferry.testing.proxy._traffic import Inflicted, Traffic

__all__ = ["carry_tcp"]

_Direction = Literal["up", "down"]


class _CutError(Exception):
    """
    A fault has cut the connection.
    """


def carry_tcp(connection: Connection, traffic: Traffic) -> None:
    """
    Carry one connection until it ends.

    Args:
        connection: The connection.
        traffic: Target and faults.
    """
    stream = _Stream(connection, traffic)
    try:
        stream.meet()
    except _CutError:
        return
    target = connection.connect(traffic.target)
    down = Thread(
        target=stream.pump, args=("down", target), name="fault proxy answers", daemon=True
    )
    connection.work(1)
    down.start()
    try:
        stream.pump("up", target)
    finally:
        down.join()


class _Stream:
    def __init__(self, connection: Connection, traffic: Traffic) -> None:
        self._connection = connection
        self._traffic = traffic
        self._lock = Lock()
        self._carried: dict[str, int] = {"up": 0, "down": 0}
        self._struck: Inflicted | None = None

    def pump(self, direction: _Direction, target: socket.socket) -> None:
        client = self._connection.client
        source, sink = (client, target) if direction == "up" else (target, client)
        try:
            while chunk := self._connection.read(source):
                self._carry(direction, chunk, sink)
            self._close(direction, sink)
        except (OSError, _CutError):
            self._connection.cut()
            if direction == "down":
                self._hear_out(target)
        finally:
            self._connection.work(-1)

    def _hear_out(self, target: socket.socket) -> None:
        """
        Read what nobody gets, until the target has closed.
        """
        with suppress(OSError):
            while self._connection.read(target):
                pass

    def meet(self) -> None:
        """
        Let the fault begin where its place is reached.
        """
        self._suffer(self._struck_by())

    def _struck_by(self) -> Inflicted | None:
        """
        The fault whose place has just been reached: told once.
        """
        inflicted = self._traffic.inflicted
        with self._lock:
            if inflicted is None or inflicted is self._struck:
                return None
            if not inflicted.reached(self._carried):
                return None
            self._struck = inflicted
        self._traffic.meet()
        return inflicted

    def _suffer(self, inflicted: Inflicted | None) -> None:
        match inflicted and inflicted.fault:
            case Fault.DELAY:
                self._connection.wait(DELAY)
            case Fault.STALL if inflicted is not None:
                self._traffic.stall(self._connection, inflicted)
            case Fault.RESET:
                self._connection.end(reset=True)
                raise _CutError
            case Fault.CUT:
                self._connection.cut()
                raise _CutError

    def _carry(self, direction: _Direction, chunk: bytes, sink: socket.socket) -> None:
        while chunk:
            if self._connection.ended:
                raise _CutError
            self.meet()
            if self._connection.stalled:
                return
            if direction == "down" and self._is_deaf():
                raise _CutError
            part = chunk[: self._room(direction)]
            chunk = chunk[len(part) :]
            # Counted first: the answer to these bytes must find the fault at its place.
            with self._lock:
                self._carried[direction] += len(part)
            self._traffic.carry(direction, len(part))
            struck = self._struck_by()
            sink.sendall(part)
            self._suffer(struck)

    def _room(self, direction: _Direction) -> int | None:
        inflicted = self._traffic.inflicted
        if inflicted is None:
            return None
        with self._lock:
            if inflicted is self._struck:
                return None
            return inflicted.left(direction, self._carried) or None

    def _is_deaf(self) -> bool:
        inflicted = self._traffic.inflicted
        return inflicted is not None and inflicted is self._struck and inflicted.fault is Fault.DEAF

    def _close(self, direction: _Direction, sink: socket.socket) -> None:
        if direction == "up" and not self._connection.ended:
            self._connection.left()
        if self._connection.ended:
            return
        if self._connection.stalled:
            if direction == "up":
                self._connection.cut()
            return
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
