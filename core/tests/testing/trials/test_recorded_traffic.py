"""
What a clean run teaches.
"""

from __future__ import annotations

from orderferry.testing import RequestPlace, Seen
from orderferry.testing.trials._recorded_traffic import Learned, Position, requests_of


def seen(method: str, path: str, taken: int = 0) -> Seen:
    """
    A request that the proxy saw.
    """
    return Seen(method=method, path=path, forwarded=True, taken=taken)


def test_the_write_is_where_the_target_took_it() -> None:
    """
    Each request is known once, before, at or after it.
    """
    found = requests_of(
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
    ] == [(each.path, each.position) for each in found]


def test_where_the_target_takes_later_the_last_request_that_is_no_read_is_the_write() -> None:
    """
    A queue behind the target shows nothing at once.
    """
    found = requests_of([seen("POST", "/token"), seen("POST", "/in"), seen("GET", "/s")], "A", "k")

    assert [Position.BEFORE, Position.AT, Position.AFTER] == [each.position for each in found]


def test_ids_in_a_path_are_those_of_the_order_at_hand() -> None:
    """
    Order id and idempotency key are different each time.
    """
    (found,) = requests_of([seen("PUT", "/orders/A1/K-1", 1)], "A1", "K-1")

    assert RequestPlace("PUT", "/orders/B2/K-2") == found.place("B2", "K-2")


def test_the_first_request_says_what_a_fault_of_the_connection_meets() -> None:
    """
    Where none were seen, nothing had been written if the target speaks first.
    """
    requests = requests_of([seen("POST", "/orders", 1)], "A", "K")

    assert Position.AT is Learned(requests=requests, copies=1, up=0, down=0).first
    assert Position.BEFORE is Learned(requests=(), copies=1, up=9, down=9).first
    assert Learned(requests=(), copies=1, up=9, down=9, greets=False).first is None
