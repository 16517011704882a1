"""
What pauses a lane.
"""

import pytest

from orderferry.connectors import ExportState
from orderferry.delivery import Flow, Pause, PauseCause, pause_after
from orderferry.exports import Failure

from .conftest import after, export

FLOW = Flow(breaker=3, cooldown=30.0)


def pause(kind: str, *, failures: int = 1, retry_after: float | None = None) -> Pause | None:
    """
    Return the pause after an attempt that failed after 10 seconds.
    """
    failed = export(ExportState.RETRYING, failure=Failure(type=kind, message="the target said no"))
    return pause_after(failed, FLOW, retry_after=retry_after, failures=failures, now=after(10))


def test_a_success_pauses_nothing() -> None:
    """
    A success causes no pause, however many attempts failed before.
    """
    accepted = export(ExportState.ACCEPTED)

    assert pause_after(accepted, FLOW, retry_after=None, failures=99, now=after(10)) is None


@pytest.mark.parametrize(
    "kind", ["RejectedError", "InvalidOrderError", "UnknownOutcomeError", "ConnectorError"]
)
def test_a_failure_of_one_order_pauses_nothing(kind: str) -> None:
    """
    A failure of one order causes no pause, since the next order may be valid.
    """
    assert pause(kind, failures=99) is None


def test_failed_authentication_pauses_the_lane_at_once() -> None:
    """
    Failed authentication pauses the lane at once, until the cooldown is over.
    """
    expected = Pause(
        cause=PauseCause.AUTHENTICATION,
        reason="the target said no",
        until=after(10 + FLOW.cooldown),
    )

    assert expected == pause("AuthenticationError")


@pytest.mark.parametrize(("retry_after", "seconds"), [(120.0, 120.0), (0.0, 0.0), (None, 30.0)])
def test_a_throttled_lane_waits_as_long_as_the_target_says(
    retry_after: float | None, seconds: float
) -> None:
    """
    Throttling pauses the lane as long as the target asks, or for the cooldown.
    """
    expected = Pause(
        cause=PauseCause.THROTTLED, reason="the target said no", until=after(10 + seconds)
    )

    assert expected == pause("ThrottledError", retry_after=retry_after)


@pytest.mark.parametrize("failures", [1, 2])
def test_few_transient_failures_pause_nothing(failures: int) -> None:
    """
    A few transient failures cause no pause, since an export has its own backoff.
    """
    assert pause("TransientError", failures=failures) is None


@pytest.mark.parametrize("failures", [3, 4, 50])
def test_too_many_transient_failures_in_a_row_pause_the_lane(failures: int) -> None:
    """
    Transient failures in a row pause the lane, again for a failure of the export it tries.
    """
    expected = Pause(
        cause=PauseCause.BREAKER,
        reason=f"{failures} transient failures in a row; last: the target said no",
        until=after(40),
    )

    assert expected == pause("TransientError", failures=failures)
