"""
What pauses a lane: section 4, and "Delivery" of the house plan.
"""

import pytest

from orderferry.connectors import ExportState
from orderferry.delivery import Flow, Pause, PauseCause, pause_after
from orderferry.exports import Failure

from .conftest import after, export

FLOW = Flow(breaker=3, cooldown=30.0)


def pause(kind: str, *, failures: int = 1, retry_after: float | None = None) -> Pause | None:
    """
    The pause after an attempt that failed after 10 seconds.
    """
    failed = export(ExportState.RETRYING, failure=Failure(type=kind, message="it said no"))
    return pause_after(failed, FLOW, retry_after=retry_after, failures=failures, now=after(10))


def test_what_did_not_fail_pauses_nothing() -> None:
    """
    However much failed before.
    """
    taken = export(ExportState.ACCEPTED)

    assert pause_after(taken, FLOW, retry_after=None, failures=99, now=after(10)) is None


@pytest.mark.parametrize(
    "kind", ["RejectedError", "InvalidOrderError", "UnknownOutcomeError", "ConnectorError"]
)
def test_the_trouble_of_one_order_pauses_nothing(kind: str) -> None:
    """
    The next order may be a better one.
    """
    assert pause(kind, failures=99) is None


def test_a_failed_sign_in_pauses_the_lane_at_once() -> None:
    """
    It tries one export when it has cooled down.
    """
    expected = Pause(
        cause=PauseCause.AUTHENTICATION, reason="it said no", until=after(10 + FLOW.cooldown)
    )

    assert expected == pause("AuthenticationError")


@pytest.mark.parametrize(("retry_after", "seconds"), [(120.0, 120.0), (0.0, 0.0), (None, 30.0)])
def test_a_throttled_lane_waits_as_long_as_the_target_says(
    retry_after: float | None, seconds: float
) -> None:
    """
    Or until it has cooled down, where the target does not say.
    """
    expected = Pause(cause=PauseCause.THROTTLED, reason="it said no", until=after(10 + seconds))

    assert expected == pause("ThrottledError", retry_after=retry_after)


@pytest.mark.parametrize("failures", [1, 2])
def test_few_transient_failures_pause_nothing(failures: int) -> None:
    """
    Each export has its own backoff.
    """
    assert pause("TransientError", failures=failures) is None


@pytest.mark.parametrize("failures", [3, 4, 50])
def test_too_many_transient_failures_in_a_row_pause_the_lane(failures: int) -> None:
    """
    Again and again, while the export that it tries fails as well.
    """
    expected = Pause(
        cause=PauseCause.BREAKER,
        reason=f"{failures} transient failures in a row, the last: it said no",
        until=after(40),
    )

    assert expected == pause("TransientError", failures=failures)
