"""
When an export runs, and how often it is tried: section 1 "When the export runs", section 4.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from orderferry.connectors import ExportState
from orderferry.orders import Severity
from orderferry.steps import Outcome

from .conftest import FakeTime, Install, MakeFerry, export_to, only, order, sap


def test_a_transient_failure_is_tried_again_while_the_caller_waits(
    make_ferry: MakeFerry, install: Install, time: FakeTime
) -> None:
    """
    Three attempts under one idempotency key, with growing waits.
    """
    calls = install("sap")
    ferry = make_ferry([sap("transient", "transient", "accept")], New=[export_to("sap")])

    export = only(ferry.transition(order(), "New"))

    assert (ExportState.ACCEPTED, 3) == (export.state, export.attempts)
    assert [1, 2, 3] == [call[4] for call in calls.exports]
    assert {export.key.id} == {call[5] for call in calls.exports}
    assert [1.0, 2.0] == time.waits


def test_still_failing_with_stop_on_error_ends_dead(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    Nothing is exported behind the back of a cancelled workflow.
    """
    calls = install("sap")
    ferry = make_ferry([sap("transient")], New=[export_to("sap", StopOnError=True)])

    result = ferry.transition(order(), "New")

    export = only(result)
    assert (ExportState.DEAD, 3, 3) == (export.state, export.attempts, len(calls.exports))
    assert (Outcome.ERROR, True) == (result.outcome, result.cancelled)
    assert "the target is away" in result.steps[0].message


def test_still_failing_without_stop_on_error_stays_retrying_in_its_lane(
    make_ferry: MakeFerry, install: Install, time: FakeTime
) -> None:
    """
    The caller gets a Warning, the order a Warning error; the lane goes on where it stopped.
    """
    calls = install("sap")
    ferry = make_ferry([sap(*["transient"] * 3, "accept")], New=[export_to("sap")])

    result = ferry.transition(order(), "New")

    export = only(result)
    assert (ExportState.RETRYING, 3, Outcome.WARNING) == (
        export.state,
        export.attempts,
        result.outcome,
    )
    assert [Severity.WARNING] == [error.severity for error in result.order.errors]
    time.wait(10)
    (settled,) = ferry.settle([result], seconds=30)
    assert (ExportState.ACCEPTED, 4, 4) == (
        only(settled).state,
        only(settled).attempts,
        len(calls.exports),
    )
    assert () == settled.order.errors


def test_a_throttled_export_waits_as_long_as_the_target_says(
    make_ferry: MakeFerry, install: Install, time: FakeTime
) -> None:
    """
    Within the deadline of the step.
    """
    install("sap")
    ferry = make_ferry([sap("throttled", "accept")], New=[export_to("sap")])

    assert ExportState.ACCEPTED is only(ferry.transition(order(), "New")).state
    assert [2] == time.waits


def test_a_wait_beyond_the_deadline_is_not_waited(
    make_ferry: MakeFerry, install: Install, time: FakeTime
) -> None:
    """
    The caller is not held for an hour.
    """
    install("sap")
    ferry = make_ferry([sap("throttled-long", "accept")], New=[export_to("sap")])

    export = only(ferry.transition(order(), "New"))

    assert (ExportState.RETRYING, 1, []) == (export.state, export.attempts, time.waits)
    assert time.now() + timedelta(hours=1) == export.due


@pytest.mark.parametrize("stop", [False, True])
def test_an_authentication_error_fails_at_once_and_does_not_count(
    make_ferry: MakeFerry, install: Install, stop: bool
) -> None:
    """
    Trying again with the same password locks accounts; dead with StopOnError, else in its lane.
    """
    calls = install("sap")
    step = export_to("sap", StopOnError=stop)
    ferry = make_ferry([sap("authentication", "accept")], New=[step])

    export = only(ferry.transition(order(), "New"))

    state = ExportState.DEAD if stop else ExportState.RETRYING
    assert (state, 0, 1) == (export.state, export.attempts, len(calls.exports))


@pytest.mark.parametrize("word", ["invalid", "reject"])
def test_wrong_data_is_rejected_at_once(make_ferry: MakeFerry, install: Install, word: str) -> None:
    """
    A person must act; the message names line, field, value, cause and remedy.
    """
    calls = install("sap")
    ferry = make_ferry([sap(word)], New=[export_to("sap")])

    result = ferry.transition(order(), "New")

    assert (ExportState.REJECTED, 1) == (only(result).state, len(calls.exports))
    assert "line 1, Material 'X': unknown; add it" in result.steps[0].message


def test_a_lost_answer_that_the_target_has_is_accepted(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    `find_export` found it: never twice.
    """
    calls = install("sap", find=True)
    ferry = make_ferry([sap("unknown", found="found")], New=[export_to("sap")])

    export = only(ferry.transition(order(), "New"))

    assert (ExportState.ACCEPTED, {"order": "F1"}, 1) == (
        export.state,
        export.remote_ids,
        len(calls.exports),
    )
    assert not export.unsettled


@pytest.mark.parametrize("found", ["absent", "cannot"])
def test_an_absence_does_not_count_before_the_request_can_no_longer_arrive(
    make_ferry: MakeFerry, install: Install, time: FakeTime, found: str
) -> None:
    """
    A slow target may still be at work on it: unknown when the deadline is over, never a guess.
    """
    calls = install("sap", find=True)
    ferry = make_ferry([sap("unknown", found=found)], New=[export_to("sap")])

    export = only(ferry.transition(order(), "New"))

    assert (ExportState.UNKNOWN, True, 1) == (
        export.state,
        export.unsettled,
        len(calls.exports),
    )
    assert 10 == pytest.approx(sum(time.waits))


def test_a_lost_answer_of_an_idempotent_target_is_sent_again_under_the_same_key(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    The target drops the repeat.
    """
    calls = install("sap", idempotent=True)
    ferry = make_ferry([sap("unknown", "accept")], New=[export_to("sap")])

    export = only(ferry.transition(order(), "New"))

    assert (ExportState.ACCEPTED, False) == (export.state, export.unsettled)
    assert 1 == len({call[5] for call in calls.exports})


def test_an_idempotent_target_that_never_answers_leaves_unknown_not_dead(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    It may have been taken by any of the attempts.
    """
    install("sap", idempotent=True)
    step = export_to("sap", StopOnError=True)
    ferry = make_ferry([sap("unknown", "transient")], New=[step])

    assert ExportState.UNKNOWN is only(ferry.transition(order(), "New")).state


def test_a_lost_answer_where_nothing_can_tell_is_unknown(
    make_ferry: MakeFerry, install: Install, time: FakeTime
) -> None:
    """
    For a person; and nobody waits for it.
    """
    install("sap")
    ferry = make_ferry([sap("unknown")], New=[export_to("sap")])

    assert ExportState.UNKNOWN is only(ferry.transition(order(), "New")).state
    assert [] == time.waits


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("boom", ExportState.DEAD),
        ("none", ExportState.DEAD),
        ("recorded-boom", ExportState.UNKNOWN),
    ],
)
def test_a_connector_that_breaks_its_contract_is_named(
    make_ferry: MakeFerry, install: Install, word: str, state: ExportState
) -> None:
    """
    With distribution and version; dead only where no request had begun.
    """
    install("sap")
    ferry = make_ferry([sap(word)], New=[export_to("sap")])

    result = ferry.transition(order(), "New")

    assert state is only(result).state
    assert "sap/main (orderferry-sap 1.0)" in result.steps[0].message
