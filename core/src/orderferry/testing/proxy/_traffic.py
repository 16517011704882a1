"""
The state that all connections of a proxy share: the target, the fault, the requests and counts.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Literal

from attrs import frozen

from orderferry.testing.proxy._connection import Connection
from orderferry.testing.proxy._fault import BytePlace, Fault, Place, RequestPlace

__all__ = ["ActiveFault", "Seen", "Traffic"]


@frozen
class Seen:
    """
    An HTTP request that the proxy received.

    Attributes:
        method: The HTTP method.
        path: The path, without the query.
        forwarded: Whether the request was forwarded to the target.
        taken: How many documents the target received during the request.
    """

    method: str
    path: str
    forwarded: bool
    taken: int


@frozen(eq=False)
class ActiveFault:
    """
    A fault that is injected now.

    Attributes:
        fault: The fault.
        place: The place, or `None` for everywhere.
    """

    fault: Fault
    place: Place | None

    def at_request(self, method: str, path: str) -> bool:
        """
        Whether a request meets the fault.
        """
        return self.place is None or self.place == RequestPlace(method, path)

    def left(self, direction: Literal["up", "down"], carried: dict[str, int]) -> int | None:
        """
        The number of bytes before the fault, or `None` if the place is in the other direction.
        """
        match self.place:
            case BytePlace(where, after) if where == direction:
                return max(after - carried[direction], 0)
            case BytePlace():
                return None
            case _:
                return 0

    def reached(self, carried: dict[str, int]) -> bool:
        """
        Whether a connection that carried these numbers of bytes has reached the place.
        """
        return 0 in (self.left("up", carried), self.left("down", carried))


class Traffic:
    """
    The target, the fault, the requests and counts; safe between threads.

    Args:
        target: Host and port of the target.
        observe: Returns how many documents the target has received.
    """

    def __init__(self, target: tuple[str, int], observe: Callable[[], int]) -> None:
        self.target = target
        self.observe = observe
        self._lock = Lock()
        self._fault: ActiveFault | None = None
        self._met = 0
        self._trusted = 0
        self._seen: list[Seen] = []
        self._carried = {"up": 0, "down": 0}

    @property
    def fault(self) -> ActiveFault | None:
        """
        The fault that is injected now.
        """
        return self._fault

    def inject(self, fault: ActiveFault) -> None:
        """
        Inject a fault; it replaces any other.
        """
        with self._lock:
            self._fault, self._met, self._trusted = fault, 0, 0

    def end_fault(self) -> None:
        """
        End the fault.
        """
        with self._lock:
            self._fault = None

    def count_met(self) -> None:
        """
        Count that the fault was met.
        """
        with self._lock:
            self._met += 1

    def count_trusted(self) -> None:
        """
        Count that a wrong certificate was accepted.
        """
        with self._lock:
            self._trusted += 1

    def stall(self, connection: Connection, fault: ActiveFault) -> None:
        """
        Stall a connection until the fault ends, or end it if the fault has ended already.
        """
        with self._lock:
            connection.stalled = True
            over = self._fault is not fault
        if over:
            connection.cut()

    def record(self, request: Seen) -> None:
        """
        Record a request.
        """
        with self._lock:
            self._seen.append(request)

    def count_bytes(self, direction: Literal["up", "down"], size: int) -> None:
        """
        Count forwarded bytes.
        """
        with self._lock:
            self._carried[direction] += size

    def clear(self) -> None:
        """
        Reset the recorded requests and the byte counts.
        """
        with self._lock:
            self._seen.clear()
            self._carried = {"up": 0, "down": 0}

    @property
    def met(self) -> int:
        """
        How often the fault was met.
        """
        with self._lock:
            return self._met

    @property
    def trusted(self) -> int:
        """
        How often a wrong certificate was accepted.
        """
        with self._lock:
            return self._trusted

    @property
    def seen(self) -> tuple[Seen, ...]:
        """
        The requests, in the order in which they were answered.
        """
        with self._lock:
            return tuple(self._seen)

    @property
    def carried(self) -> tuple[int, int]:
        """
        The number of bytes to the target and from it.
        """
        with self._lock:
            return self._carried["up"], self._carried["down"]
