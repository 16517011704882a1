"""
The time limits of the suite, on a slow machine and with slow connectors.
"""

from __future__ import annotations

from threading import Event

import pytest

from orderferry.errors import UsageError
from orderferry.testing import _pace
from orderferry.testing._pace import STALL_SECONDS, Pace, stall_seconds, ticks, watch_time

from .conftest import Adopt
from .proxy.targets import SECONDS

STALLS = "stall or within_its_time"


@pytest.mark.parametrize("trait", ["gets slower", "is stopped"])
def test_a_slow_machine_fails_no_guarantee(adopt: Adopt, trait: str) -> None:
    """
    A trial whose time is over before the connector meets the stall is repeated with more time.
    """
    ran = adopt("acme", "-k", STALLS, ORDERFERRY_ACME_TRAIT=trait, ORDERFERRY_STALL_SECONDS="0.05")

    assert [] == ran.failed, ran.output
    assert {"proven"} == {ran.results[name] for name in ("lost-answer", "deadline", "cannot-ask")}


def test_a_connector_without_a_deadline_does_not_block_the_suite(adopt: Adopt) -> None:
    """
    A connector that waits forever fails the guarantee `deadline`, and the suite ends.
    """
    ran = adopt(
        "acme",
        *("-k", "within_its_time"),
        ORDERFERRY_ACME_TRAIT="waits for ever",
        ORDERFERRY_STALL_SECONDS="0.1",
    )

    assert ["deadline"] == ran.failed, ran.output
    assert "; its deadline was " in ran.details["deadline"]


def test_a_guarantee_without_enough_time_is_not_tried(adopt: Adopt) -> None:
    """
    A guarantee is neither proven nor failed if even an undisturbed export is short of time, and the
    run is not a success.
    """
    ran = adopt(
        "acme",
        *("-k", "taken_once"),
        body="    seconds = 0.05\n",
        ORDERFERRY_ACME_TRAIT="uses all its time",
    )

    assert {"taken-once": "not tried"} == ran.results, ran.output
    assert "an export without a fault was short of time" in ran.details["taken-once"]
    assert 1 == ran.code
    assert "acme: 0 proven, 0 not offered, 1 not tried, 0 failed" in ran.output


@pytest.mark.parametrize("attempts", [(), (0.01,), (0.01, 0.01, 3.0)])
def test_limits_have_a_minimum(attempts: tuple[float, ...]) -> None:
    """
    Each limit has its minimum if attempts are fast, or if only one of the last three is slow.
    """
    pace = Pace(10, stall=0.25)
    for seconds in attempts:
        pace.add(seconds)

    assert 10 == pace.attempt_seconds
    assert 0.25 == pace.stall_seconds
    assert 0.5 == pace.margin_seconds


def test_limits_grow_with_the_time_of_undisturbed_attempts() -> None:
    """
    Each limit is a multiple of the median time of the last three undisturbed attempts.
    """
    pace = Pace(10, stall=0.25)
    for seconds in (0.01, 0.01, 3.0, 3.0):
        pace.add(seconds)

    assert 30 == pace.attempt_seconds
    assert 15 == pace.stall_seconds
    assert 30 == pace.margin_seconds


def test_limits_are_extended_while_a_block_runs() -> None:
    """
    A repeated trial gets more time, and the next one does not.
    """
    pace = Pace(10, stall=0.5)
    with pace.extended(4):
        assert 40 == pace.attempt_seconds
        assert 2 == pace.stall_seconds

    assert 10 == pace.attempt_seconds
    assert 0.5 == pace.stall_seconds


def test_time_in_which_the_process_is_stopped_does_not_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    The number of pauses depends on the limit alone, not on the time that they take.
    """
    monkeypatch.setattr(_pace, "TICK", 0.5)

    assert [0.5] * 4 == list(ticks(2))
    assert [0.5] == list(ticks(0))


def _never() -> None:
    raise AssertionError("the time is not over")


def test_a_block_that_ends_in_time_does_not_expire() -> None:
    """
    The function is not called for a block that ends within its time.
    """
    with watch_time(60, _never) as watchdog:
        pass

    assert not watchdog.expired


def test_a_block_that_takes_too_long_expires() -> None:
    """
    The function is called while the block is still running, so that it can end the block.
    """
    ended = Event()
    with watch_time(0.1, ended.set) as watchdog:
        assert ended.wait(SECONDS)

    assert watchdog.expired


@pytest.mark.parametrize("value", ["0", "-1", "nan", "inf", "soon"])
def test_the_variable_must_be_a_positive_number(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    """
    Another value than a positive number is an error that names the variable.
    """
    monkeypatch.setenv(STALL_SECONDS, value)

    with pytest.raises(UsageError, match=f"ORDERFERRY_STALL_SECONDS is '{value}'; expected a "):
        stall_seconds()


def test_an_invalid_variable_is_a_usage_error_of_pytest(adopt: Adopt) -> None:
    """
    A run of the suite with an invalid variable ends with pytest's exit code for wrong usage, and
    with a message instead of a traceback.
    """
    ran = adopt("acme", ORDERFERRY_STALL_SECONDS="soon")

    assert pytest.ExitCode.USAGE_ERROR == ran.code, ran.output
    assert "ORDERFERRY_STALL_SECONDS is 'soon'; expected a positive number" in ran.output
    assert "Traceback" not in ran.output
    assert "Error:" not in ran.output
    assert {} == ran.results


def test_an_invalid_variable_fails_each_test_of_a_worker(adopt: Adopt) -> None:
    """
    A test in a worker of pytest-xdist, which cannot end the run, fails with the same message.
    """
    ran = adopt("acme", "-p", "xdist", "-n", "1", "-k", "taken_once", ORDERFERRY_STALL_SECONDS="x")

    assert pytest.ExitCode.TESTS_FAILED == ran.code, ran.output
    assert "ORDERFERRY_STALL_SECONDS is 'x'; expected a positive number" in ran.output
    assert "Traceback" not in ran.output
    assert "1 error in" in ran.output


@pytest.mark.parametrize(("value", "seconds"), [("", 1.0), ("0.25", 0.25)])
def test_a_stall_takes_a_second_by_default(
    monkeypatch: pytest.MonkeyPatch, value: str, seconds: float
) -> None:
    """
    An attempt whose target stalls gets one second, or the value of the variable.
    """
    monkeypatch.setenv(STALL_SECONDS, value)

    assert seconds == stall_seconds()


def test_a_stall_takes_a_second_without_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    An attempt whose target stalls gets one second if the variable is not set.
    """
    monkeypatch.delenv(STALL_SECONDS, raising=False)

    assert 1.0 == stall_seconds()
