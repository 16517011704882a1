"""
The suite on a machine that is slow, or stops for a while, and with connectors that take their time.
"""

from __future__ import annotations

from threading import Event

import pytest

from orderferry.errors import UsageError
from orderferry.testing import _pace
from orderferry.testing._pace import STALL_SECONDS, Pace, overdue, stall_seconds, ticks

from .conftest import Adopt
from .proxy_site import SECONDS

STALLS = "stall or within_its_time"


@pytest.mark.parametrize("trait", ["gets slower", "is stopped"])
def test_a_machine_that_becomes_slow_fails_no_guarantee(adopt: Adopt, trait: str) -> None:
    """
    Where the time of an attempt under a stall is over before the fault is met, the trial is made
    again with more time.
    """
    ran = adopt("acme", "-k", STALLS, ORDERFERRY_ACME_TRAIT=trait, ORDERFERRY_STALL_SECONDS="0.05")

    assert [] == ran.failed, ran.out
    assert {"proven"} == {ran.results[name] for name in ("lost-answer", "deadline", "cannot-ask")}


def test_a_connector_that_waits_for_ever_is_let_go(adopt: Adopt) -> None:
    """
    A connector that keeps no deadline fails by that, and does not keep the suite waiting.
    """
    ran = adopt(
        "acme",
        *("-k", "within_its_time"),
        ORDERFERRY_ACME_TRAIT="waits for ever",
        ORDERFERRY_STALL_SECONDS="0.1",
    )

    assert ["deadline"] == ran.failed, ran.out
    assert "s were given" in ran.details["deadline"]


def test_what_could_not_be_tried_is_neither_proven_nor_failed(adopt: Adopt) -> None:
    """
    Where not even an undisturbed export ends well within its time, nothing is said of a guarantee,
    and the run is no success.
    """
    ran = adopt(
        "acme",
        *("-k", "taken_once"),
        body="    seconds = 0.05\n",
        ORDERFERRY_ACME_TRAIT="uses all its time",
    )

    assert {"taken-once": "not tried"} == ran.results, ran.out
    assert "an export did not end well within" in ran.details["taken-once"]
    assert 1 == ran.code
    assert "acme: 0 proven, 0 not offered, 1 not tried, 0 failed" in ran.out


def test_limits_grow_with_what_an_undisturbed_attempt_takes() -> None:
    """
    Each limit is at least what was set, and several times what an attempt takes now.
    """
    pace, limits = Pace(10, stall=0.25), []
    for seconds in (0.01, 0.01, 3.0, 3.0, 3.0):
        limits.append((pace.attempt_seconds, pace.stall_seconds, pace.margin_seconds))
        pace.add(seconds)

    # One attempt may be slow by chance: the last three are looked at.
    assert [(10, 0.25, 0.5)] * 4 == limits[:4]
    assert (30, 15, 30) == limits[4]


def test_more_time_is_given_for_a_while() -> None:
    """
    What is tried again gets more time, and what is tried after it does not.
    """
    pace = Pace(10, stall=0.5)
    with pace.with_more(4):
        assert (40, 2) == (pace.attempt_seconds, pace.stall_seconds)

    assert (10, 0.5) == (pace.attempt_seconds, pace.stall_seconds)


def test_time_in_which_the_process_stands_still_does_not_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Each pause counts as what it was meant to be, however long it was.
    """
    monkeypatch.setattr(_pace, "TICK", 0.5)

    assert [0.5] * 4 == list(ticks(2))
    assert [0.5] == list(ticks(0))


def _never() -> None:
    raise AssertionError("nothing was late")


def test_what_ends_in_time_is_not_overdue() -> None:
    """
    Nobody is called for what ends in time.
    """
    with overdue(60, _never) as found:
        pass

    assert not found.passed


def test_what_takes_too_long_is_ended() -> None:
    """
    The function is called while what takes too long is still at work, so that it can end it.
    """
    ended = Event()
    with overdue(0.1, ended.set) as found:
        assert ended.wait(SECONDS)

    assert found.passed


@pytest.mark.parametrize("given", ["0", "-1", "nan", "inf", "soon"])
def test_the_environment_gives_seconds(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    """
    Whatever is no number of seconds is refused, with the variable's name.
    """
    monkeypatch.setenv(STALL_SECONDS, given)

    with pytest.raises(UsageError, match=f"ORDERFERRY_STALL_SECONDS is '{given}'"):
        stall_seconds()


def test_a_stall_takes_a_second_unless_the_environment_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    An attempt gets a second where nothing is set, or what is set.
    """
    monkeypatch.delenv(STALL_SECONDS, raising=False)
    assert 1.0 == stall_seconds()
    monkeypatch.setenv(STALL_SECONDS, "0.25")
    assert 0.25 == stall_seconds()
