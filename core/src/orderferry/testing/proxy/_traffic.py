"""
What all connections of a proxy have in common: the target, the fault, and what was counted.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Literal

from attrs import frozen

from orderferry.testing.proxy._connection import Connection
from orderferry.testing.proxy._fault import BytePlace, Fault, Place, RequestPlace

__all__ = ["Inflicted", "Seen", "Traffic"]


@frozen
class Seen:
    """
    An HTTP request that came.

    Attributes:
        method: Its method.
        path: Its path, without the query.
        forwarded: Whether it was sent on to the target.
        taken: How much more the target had when it had answered.
    """

    method: str
    path: str
    forwarded: bool
    taken: int


@frozen(eq=False)
class Inflicted:
    """
    A fault that lasts.

    Attributes:
        fault: Which.
        place: Where, or `None` for everywhere.
    """

    fault: Fault
    place: Place | None

    def at_request(self, method: str, path: str) -> bool:
        """
        Whether it is for this request.
        """
        return self.place is None or self.place == RequestPlace(method, path)

    def left(self, direction: Literal["up", "down"], carried: dict[str, int]) -> int | None:
        """
        How many bytes still go unharmed, or `None` where the other direction decides.
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
        Whether a connection that carried so much has come to the place.
        """
        return 0 in (self.left("up", carried), self.left("down", carried))


class Traffic:
    """
    The target, the fault, and what was counted; safe between threads.

    Args:
        target: Host and port of the target.
        observe: How much the target has taken.
    """

    def __init__(self, target: tuple[str, int], observe: Callable[[], int]) -> None:
        self.target = target
        self.observe = observe
        self._lock = Lock()
        self._inflicted: Inflicted | None = None
        self._met = 0
        self._trusted = 0
        self._seen: list[Seen] = []
        self._carried = {"up": 0, "down": 0}

    @property
    def inflicted(self) -> Inflicted | None:
        """
        The fault, while it lasts.
        """
        return self._inflicted

    def inflict(self, inflicted: Inflicted) -> None:
        """
        Let a fault begin, in place of any other.
        """
        with self._lock:
            self._inflicted, self._met, self._trusted = inflicted, 0, 0

    def mend(self) -> None:
        """
        Let it pass.
        """
        with self._lock:
            self._inflicted = None

    def meet(self) -> None:
        """
        Count that the fault was met.
        """
        with self._lock:
            self._met += 1

    def trust(self) -> None:
        """
        Count that a wrong certificate was trusted.
        """
        with self._lock:
            self._trusted += 1

    def stall(self, connection: Connection, inflicted: Inflicted) -> None:
        """
        Let a connection stall until the fault passes, or end it where it has passed already.
        """
        with self._lock:
            connection.stalled = True
            passed = self._inflicted is not inflicted
        if passed:
            connection.cut()

    def saw(self, seen: Seen) -> None:
        """
        Remember a request.
        """
        with self._lock:
            self._seen.append(seen)

    def carry(self, direction: Literal["up", "down"], size: int) -> None:
        """
        Count bytes.
        """
        with self._lock:
            self._carried[direction] += size

    def clear(self) -> None:
        """
        Forget requests and bytes.
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
        How often a wrong certificate was trusted.
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
        The bytes to the target and from it.
        """
        with self._lock:
            return self._carried["up"], self._carried["down"]
