"""
When an export runs, and how often it is tried: sections 1 and 4.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from orderferry.connectors import ExportState
from orderferry.orders import Severity
from orderferry.steps import Outcome

from ..conftest import FakeTime, Install, MakeFerry, export_to, only, order, sap


def test_a_transient_failure_is_tried_again_while_the_caller_waits(
    make_ferry: MakeFerry, install: Install, time: FakeTime
) -> None:
    """
    Three attempts are made under one idempotency key, with growing waits.
    """
    calls = install("sap")
    ferry = make_ferry([sap("transient", "transient", "accept")], New=[export_to("sap")])

    export = only(ferry.transition(order(), "New"))

    assert ExportState.ACCEPTED is export.state
    assert 3 == export.attempts
    assert [1, 2, 3] == [call[4] for call in calls.exports]
    assert {export.key.id} == {call[5] for call in calls.exports}
    assert [1.0, 2.0] == time.waits


def test_an_export_that_still_fails_with_stop_on_error_ends_dead(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    Nothing is sent after a workflow was cancelled.
    """
    calls = install("sap")
    ferry = make_ferry([sap("transient")], New=[export_to("sap", StopOnError=True)])

    result = ferry.transition(order(), "New")

    export = only(result)
    assert ExportState.DEAD is export.state
    assert 3 == export.attempts
    assert 3 == len(calls.exports)
    assert Outcome.ERROR is result.outcome
    assert result.cancelled is True
    assert "the target is away" in result.steps[0].message


def test_an_export_that_still_fails_stays_retrying_in_its_lane(
    make_ferry: MakeFerry, install: Install, time: FakeTime
) -> None:
    """
    The caller gets a Warning, the order gets a Warning error, and the lane continues the
    attempts.
    """
    calls = install("sap")
    ferry = make_ferry([sap(*["transient"] * 3, "accept")], New=[export_to("sap")])

    result = ferry.transition(order(), "New")

    export = only(result)
    assert ExportState.RETRYING is export.state
    assert 3 == export.attempts
    assert Outcome.WARNING is result.outcome
    assert [Severity.WARNING] == [error.severity for error in result.order.errors]
    time.wait(10)
    (settled,) = ferry.settle([result], seconds=30)
    assert ExportState.ACCEPTED is only(settled).state
    assert 4 == only(settled).attempts
    assert 4 == len(calls.exports)
    assert () == settled.order.errors


def test_a_throttled_export_waits_as_long_as_the_target_asks(
    make_ferry: MakeFerry, install: Install, time: FakeTime
) -> None:
    """
    A wait within the step's deadline is waited for.
    """
    install("sap")
    ferry = make_ferry([sap("throttled", "accept")], New=[export_to("sap")])

    assert ExportState.ACCEPTED is only(ferry.transition(order(), "New")).state
    assert [2] == time.waits


def test_a_wait_beyond_the_deadline_is_not_waited(
    make_ferry: MakeFerry, install: Install, time: FakeTime
) -> None:
    """
    A caller does not wait for an hour.
    """
    install("sap")
    ferry = make_ferry([sap("throttled-long", "accept")], New=[export_to("sap")])

    export = only(ferry.transition(order(), "New"))

    assert ExportState.RETRYING is export.state
    assert 1 == export.attempts
    assert [] == time.waits
    assert time.now() + timedelta(hours=1) == export.due


@pytest.mark.parametrize("stop", [False, True])
def test_an_authentication_error_fails_at_once_and_does_not_count(
    make_ferry: MakeFerry, install: Install, stop: bool
) -> None:
    """
    The export is not tried again with the same password: it is dead with StopOnError, else in
    its lane.
    """
    calls = install("sap")
    step = export_to("sap", StopOnError=stop)
    ferry = make_ferry([sap("authentication", "accept")], New=[step])

    export = only(ferry.transition(order(), "New"))

    state = ExportState.DEAD if stop else ExportState.RETRYING
    assert state == export.state
    assert 0 == export.attempts
    assert 1 == len(calls.exports)


@pytest.mark.parametrize("word", ["invalid", "reject"])
def test_an_invalid_order_is_rejected_at_once(
    make_ferry: MakeFerry, install: Install, word: str
) -> None:
    """
    The message names line, field, value, cause and remedy for the operator.
    """
    calls = install("sap")
    ferry = make_ferry([sap(word)], New=[export_to("sap")])

    result = ferry.transition(order(), "New")

    assert ExportState.REJECTED is only(result).state
    assert 1 == len(calls.exports)
    assert "line 1, Material 'X': unknown; add it" in result.steps[0].message


def test_an_export_that_the_target_has_is_accepted_after_a_lost_answer(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    An export that `find_export` finds is not sent twice.
    """
    calls = install("sap", find=True)
    ferry = make_ferry([sap("unknown", found="found")], New=[export_to("sap")])

    export = only(ferry.transition(order(), "New"))

    assert ExportState.ACCEPTED is export.state
    assert {"order": "F1"} == export.remote_ids
    assert 1 == len(calls.exports)
    assert not export.unsettled


@pytest.mark.parametrize("finding", ["absent", "cannot"])
def test_an_absence_does_not_count_before_the_request_can_no_longer_arrive(
    make_ferry: MakeFerry, install: Install, time: FakeTime, finding: str
) -> None:
    """
    An export is unknown at the deadline where a slow target may still receive it.
    """
    calls = install("sap", find=True)
    ferry = make_ferry([sap("unknown", found=finding)], New=[export_to("sap")])

    export = only(ferry.transition(order(), "New"))

    assert ExportState.UNKNOWN is export.state
    assert export.unsettled is True
    assert 1 == len(calls.exports)
    assert 10 == pytest.approx(sum(time.waits))


def test_a_target_that_discards_duplicates_gets_the_export_again(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    The export is sent again under the same key.
    """
    calls = install("sap", idempotent=True)
    ferry = make_ferry([sap("unknown", "accept")], New=[export_to("sap")])

    export = only(ferry.transition(order(), "New"))

    assert ExportState.ACCEPTED is export.state
    assert export.unsettled is False
    assert 1 == len({call[5] for call in calls.exports})


def test_an_export_without_any_answer_is_unknown_and_not_dead(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    A target that discards duplicates may have received any of the attempts.
    """
    install("sap", idempotent=True)
    step = export_to("sap", StopOnError=True)
    ferry = make_ferry([sap("unknown", "transient")], New=[step])

    assert ExportState.UNKNOWN is only(ferry.transition(order(), "New")).state


def test_an_export_whose_outcome_cannot_be_determined_is_unknown(
    make_ferry: MakeFerry, install: Install, time: FakeTime
) -> None:
    """
    An operator has to resolve the export, and the caller does not wait.
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
    The message has distribution and version, and the export is dead only where no request had
    begun.
    """
    install("sap")
    ferry = make_ferry([sap(word)], New=[export_to("sap")])

    result = ferry.transition(order(), "New")

    assert state is only(result).state
    assert "sap/main (orderferry-sap 1.0)" in result.steps[0].message
