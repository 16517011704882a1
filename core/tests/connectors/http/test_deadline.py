"""
A request that is under way.
"""

import pytest

from orderferry.connectors.http._deadline import Call, current, in_progress


def test_a_call_has_time_left_until_its_end() -> None:
    """
    After it, whatever still waits is told that the time is up.
    """
    now = [0.0]
    call = Call(30.0, 30.0, lambda: now[0])

    now[0] = 29.0
    assert 1.0 == call.left()
    now[0] = 30.0
    with pytest.raises(TimeoutError, match="no response within 30 s"):
        call.left()


def test_a_thread_has_a_call_only_while_it_is_under_way() -> None:
    """
    A connection that is used by something else than our requests says so.
    """
    call = Call(1.0, 1.0)

    with in_progress(call):
        assert call is current()
    with pytest.raises(RuntimeError, match="no request is in progress in this thread"):
        current()
