"""
The traffic that a run without a fault records.
"""

from __future__ import annotations

import pytest

from orderferry.testing import RequestPlace, Seen
from orderferry.testing.trials._recorded_traffic import (
    Position,
    RecordedTraffic,
    distinct_requests,
)


def seen(method: str, path: str, count: int = 0) -> Seen:
    """
    A request that the proxy saw.
    """
    return Seen(method=method, path=path, forwarded=True, taken=count)


def test_the_write_is_the_request_at_which_the_target_received_more() -> None:
    """
    Each distinct request has one position: before, at or after the write.
    """
    requests = distinct_requests(
        [
            seen("POST", "/token"),
            seen("GET", "/csrf"),
            seen("POST", "/orders", 1),
            seen("GET", "/csrf"),
            seen("POST", "/log"),
        ],
        "A1",
        "key",
    )

    assert [
        ("/token", Position.BEFORE),
        ("/csrf", Position.BEFORE),
        ("/orders", Position.AT),
        ("/log", Position.AFTER),
    ] == [(request.path, request.position) for request in requests]


def test_the_write_is_the_last_unsafe_request_if_the_target_receives_later() -> None:
    """
    If no request shows a new document, the write is the last request that does not only read.
    """
    traffic = [seen("POST", "/token"), seen("POST", "/in"), seen("GET", "/s")]

    assert [Position.BEFORE, Position.AT, Position.AFTER] == [
        request.position for request in distinct_requests(traffic, "A", "k")
    ]


def test_ids_in_a_path_are_those_of_the_next_order() -> None:
    """
    Order id and idempotency key in a path are replaced by those of another order.
    """
    (request,) = distinct_requests([seen("PUT", "/orders/A1/K-1", 1)], "A1", "K-1")

    assert RequestPlace("PUT", "/orders/B2/K-2") == request.place("B2", "K-2")


@pytest.mark.parametrize(
    ("counts", "greets", "position"),
    [([1], True, Position.AT), ([], True, Position.BEFORE), ([], False, None)],
    ids=["HTTP", "a target that greets", "a target that waits"],
)
def test_the_first_request_decides_what_a_fault_of_the_connection_meets(
    counts: list[int], greets: bool, position: Position | None
) -> None:
    """
    The position of the first request is known for HTTP, and for a target that sends first.
    """
    requests = distinct_requests([seen("POST", "/orders", count) for count in counts], "A", "K")
    traffic = RecordedTraffic(requests=requests, copies=1, up=9, down=9, greets=greets)

    assert position is traffic.first
