"""
The CSRF token and its cookies.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from orderferry.errors import TransientError
from orderferry_erp_sap._session import Session, SessionCache


def test_token_and_cookies_are_headers() -> None:
    """
    Both go with every request that changes something.
    """
    session = Session("token", {"SAP_SESSIONID_X_100": "a", "sap-usercontext": "sap-client=100"})
    assert session.headers == {
        "X-CSRF-Token": "token",
        "Cookie": "SAP_SESSIONID_X_100=a; sap-usercontext=sap-client=100",
    }
    assert Session("token", {}).headers == {"X-CSRF-Token": "token"}


def test_a_session_does_not_show_itself() -> None:
    """
    Token and cookies are secrets.
    """
    assert "4711" not in repr(Session("4711", {"a": "4711"}))


def test_a_session_is_fetched_once() -> None:
    """
    Threads that want one at the same time share one fetch.
    """
    cache, fetched = SessionCache(), []
    barrier = Barrier(8)

    def fetch() -> Session:
        fetched.append(1)
        return Session("token", {})

    def ask() -> Session:
        barrier.wait(10)
        return cache.session(fetch, wait=10)

    with ThreadPoolExecutor(8) as pool:
        sessions = [future.result() for future in [pool.submit(ask) for _ in range(8)]]
    assert len(fetched) == 1
    assert all(session is sessions[0] for session in sessions)


def test_a_stale_session_is_fetched_again_once() -> None:
    """
    The second thread that finds the same session stale gets the first one's new session.
    """
    cache = SessionCache()
    tokens = iter("abc")

    def fetch() -> Session:
        return Session(next(tokens), {})

    first = cache.session(fetch, wait=1)
    second = cache.session(fetch, wait=1, stale=first)
    assert second.token == "b"
    assert cache.session(fetch, wait=1, stale=first) is second


def test_a_fetch_that_fails_is_tried_by_the_next() -> None:
    """
    A failure is its own caller's, and leaves no stale session behind.
    """
    cache = SessionCache()

    def fail() -> Session:
        raise TransientError("no")

    with pytest.raises(TransientError):
        cache.session(fail, wait=1)
    assert cache.session(lambda: Session("a", {}), wait=1).token == "a"


def test_waiting_for_another_thread_ends_at_the_deadline() -> None:
    """
    A caller without time does not wait for a fetch that hangs.
    """
    cache, begun, go_on = SessionCache(), Event(), Event()

    def hang() -> Session:
        begun.set()
        go_on.wait(10)
        return Session("a", {})

    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(cache.session, hang, wait=10)
        begun.wait(10)
        with pytest.raises(TransientError, match="no time was left"):
            cache.session(hang, wait=0)
        go_on.set()
        assert hanging.result().token == "a"
