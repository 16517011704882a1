"""
What a clean run shows of a connector: which requests it makes, and at which the target takes.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from attrs import frozen

from orderferry.testing.proxy._fault import RequestPlace
from orderferry.testing.proxy._proxy import Seen

__all__ = ["Learned", "Position", "Request", "requests_of"]


class Position(StrEnum):
    """
    Where a request stands beside the one at which the target takes the order.
    """

    BEFORE = "before the write"
    AT = "at the write"
    AFTER = "after the write"


@frozen
class Request:
    """
    A request that the connector makes.

    Attributes:
        method: Its method.
        path: Its path, with `{order}` and `{key}` where order id and idempotency key stand.
        position: Where it stands.
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
class Learned:
    """
    What a clean run showed.

    Attributes:
        requests: The requests in the order made, each once; HTTP only.
        copies: How many documents the target made of the order.
        up: Bytes to the target.
        down: Bytes from the target.
        greets: Whether the target speaks first. Where it does not, the first that is sent may be
            the write.
    """

    requests: tuple[Request, ...]
    copies: int
    up: int
    down: int
    greets: bool = True

    @property
    def first(self) -> Position | None:
        """
        Where the first request stands; `None` where nobody knows.
        """
        if self.requests:
            return self.requests[0].position
        return Position.BEFORE if self.greets else None


def requests_of(seen: Iterable[Seen], order_id: str, key: str) -> tuple[Request, ...]:
    """
    The requests of a run, each once.

    The write is the first after which the target had more. A target that takes in its own time
    shows none: then it is the last that is no read.

    Args:
        seen: What the proxy saw.
        order_id: The order that was sent.
        key: Its idempotency key.
    """
    seen = tuple(seen)
    writes = [number for number, each in enumerate(seen) if each.taken > 0]
    if not writes:
        unsafe = [n for n, each in enumerate(seen) if each.method not in ("GET", "HEAD", "OPTIONS")]
        writes = unsafe[-1:]
    found: dict[tuple[str, str], Request] = {}
    for number, each in enumerate(seen):
        path = each.path.replace(order_id, "{order}").replace(key, "{key}")
        at = Position.AFTER
        if any(_same(each, seen[write]) for write in writes):
            at = Position.AT
        elif not writes or number < writes[0]:
            at = Position.BEFORE
        found.setdefault((each.method, path), Request(each.method, path, at))
    return tuple(found.values())


def _same(one: Seen, other: Seen) -> bool:
    return (one.method, one.path) == (other.method, other.path)
