"""
TCP through the proxy: bytes are forwarded until the place of a fault is reached.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Lock, Thread
from typing import Literal

from orderferry.testing.proxy._connection import Connection
from orderferry.testing.proxy._fault import DELAY, Fault
from orderferry.testing.proxy._traffic import ActiveFault, Traffic

__all__ = ["carry_tcp"]

_Direction = Literal["up", "down"]


class _CutError(Exception):
    """
    A fault has dropped the connection.
    """


def carry_tcp(connection: Connection, traffic: Traffic) -> None:
    """
    Forward the bytes of one connection until it ends.

    Args:
        connection: The connection.
        traffic: The target and the fault.
    """
    stream = _Stream(connection, traffic)
    try:
        stream.check_fault()
    except _CutError:
        return
    target = connection.connect(traffic.target)
    down = Thread(
        target=stream.pump, args=("down", target), name="fault proxy answers", daemon=True
    )
    connection.add_workers(1)
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
        self._applied: ActiveFault | None = None

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
                self._drain(target)
        finally:
            self._connection.add_workers(-1)

    def _drain(self, target: socket.socket) -> None:
        """
        Read and discard the target's bytes until it closes.
        """
        with suppress(OSError):
            while self._connection.read(target):
                pass

    def check_fault(self) -> None:
        """
        Apply the fault if its place is reached.
        """
        self._apply(self._reached_fault())

    def _reached_fault(self) -> ActiveFault | None:
        """
        The fault whose place has just been reached; it is returned once.
        """
        active = self._traffic.fault
        with self._lock:
            if active is None or active is self._applied:
                return None
            if not active.reached(self._carried):
                return None
            self._applied = active
        self._traffic.count_met()
        return active

    def _apply(self, active: ActiveFault | None) -> None:
        match active and active.fault:
            case Fault.DELAY:
                self._connection.wait(DELAY)
            case Fault.STALL if active is not None:
                self._traffic.stall(self._connection, active)
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
            self.check_fault()
            if self._connection.stalled:
                return
            if direction == "down" and self._loses_responses():
                raise _CutError
            part = chunk[: self._room(direction)]
            chunk = chunk[len(part) :]
            # Counted first: the response to these bytes must meet the fault at its place.
            with self._lock:
                self._carried[direction] += len(part)
            self._traffic.count_bytes(direction, len(part))
            reached = self._reached_fault()
            sink.sendall(part)
            self._apply(reached)

    def _room(self, direction: _Direction) -> int | None:
        active = self._traffic.fault
        if active is None:
            return None
        with self._lock:
            if active is self._applied:
                return None
            return active.left(direction, self._carried) or None

    def _loses_responses(self) -> bool:
        active = self._traffic.fault
        return active is not None and active is self._applied and active.fault is Fault.DEAF

    def _close(self, direction: _Direction, sink: socket.socket) -> None:
        if direction == "up" and not self._connection.ended:
            self._connection.mark_left()
        if self._connection.ended:
            return
        if self._connection.stalled:
            if direction == "up":
                self._connection.cut()
            return
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
