"""
Tests of `orderferry.connectors.http._deadline`.
"""

import pytest

from orderferry.connectors.http._deadline import Call, current, in_progress


def test_a_call_has_time_left_until_its_deadline() -> None:
    """
    A call has the seconds until its deadline left, and raises a `TimeoutError` after it.
    """
    now = [0.0]
    call = Call(30.0, 30.0, lambda: now[0])

    now[0] = 29.0
    assert 1.0 == call.left()
    now[0] = 30.0
    with pytest.raises(TimeoutError, match="no response within 30 s"):
        call.left()


def test_a_thread_has_a_call_only_during_a_request() -> None:
    """
    A thread has a current call only while its request is in progress.
    """
    call = Call(1.0, 1.0)

    with in_progress(call):
        assert call is current()
    with pytest.raises(RuntimeError, match="no request is in progress in this thread"):
        current()
