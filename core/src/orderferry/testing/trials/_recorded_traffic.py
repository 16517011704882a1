"""
The traffic that a run without a fault records: which requests the connector makes, and which of
them is the write.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from attrs import frozen

from orderferry.testing.proxy._fault import RequestPlace
from orderferry.testing.proxy._proxy import Seen

__all__ = ["SAFE_METHODS", "Position", "RecordedTraffic", "Request", "distinct_requests"]

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
"""The methods of requests that only read (RFC 9110, section 9.2.1)."""


class Position(StrEnum):
    """
    The position of a request relative to the write, at which the target receives the order.
    """

    BEFORE = "before the write"
    AT = "at the write"
    AFTER = "after the write"


@frozen
class Request:
    """
    A request that the connector makes.

    Attributes:
        method: The HTTP method.
        path: The path, with `{order}` and `{key}` in place of order id and idempotency key.
        position: The position relative to the write.
    """

    method: str
    path: str
    position: Position

    def place(self, order_id: str, key: str) -> RequestPlace:
        """
        The same request for another order.
        """
        path = self.path.replace("{order}", order_id).replace("{key}", key)
        return RequestPlace(self.method, path)

    def __str__(self) -> str:
        return f"{self.method} {self.path}, {self.position}"


@frozen(kw_only=True)
class RecordedTraffic:
    """
    The traffic of a run without a fault.

    Attributes:
        requests: The distinct requests, in the order in which they were made; HTTP only.
        copies: The number of documents that the target makes of one order.
        up: The number of bytes to the target.
        down: The number of bytes from the target.
        greets: Whether the target sends the first bytes of a connection. If it does not, the first
            bytes of the connector may be the write.
    """

    requests: tuple[Request, ...]
    copies: int
    up: int
    down: int
    greets: bool = True

    @property
    def first(self) -> Position | None:
        """
        The position of the first request; `None` if it is unknown.
        """
        if self.requests:
            return self.requests[0].position
        return Position.BEFORE if self.greets else None


def distinct_requests(seen: Iterable[Seen], order_id: str, key: str) -> tuple[Request, ...]:
    """
    The distinct requests of a run, with their positions.

    The write is the first request after which the target has received more. If the target processes
    orders later, no request shows that; then the write is the last request that does not only read.

    Args:
        seen: The requests that the proxy saw.
        order_id: The id of the order that was sent.
        key: The idempotency key.
    """
    seen = tuple(seen)
    writes = [number for number, request in enumerate(seen) if request.taken > 0]
    if not writes:
        unsafe = [n for n, request in enumerate(seen) if request.method not in SAFE_METHODS]
        writes = unsafe[-1:]
    requests: dict[tuple[str, str], Request] = {}
    for number, request in enumerate(seen):
        path = request.path.replace(order_id, "{order}").replace(key, "{key}")
        position = Position.AFTER
        if any(_is_same(request, seen[write]) for write in writes):
            position = Position.AT
        elif not writes or number < writes[0]:
            position = Position.BEFORE
        requests.setdefault((request.method, path), Request(request.method, path, position))
    return tuple(requests.values())


def _is_same(first: Seen, second: Seen) -> bool:
    return (first.method, first.path) == (second.method, second.path)
