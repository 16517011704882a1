"""
Transitions of an order that was exported before.
"""

from __future__ import annotations

from orderferry.connectors import ExportState
from orderferry.steps import Outcome

from ..conftest import Install, MakeFerry, export_to, only, order, sap


def test_a_repeated_transition_does_not_send_again(make_ferry: MakeFerry, install: Install) -> None:
    """
    The outcome of an accepted export is its recorded state.
    """
    calls = install("sap")
    ferry = make_ferry([sap("accept")], New=[export_to("sap")])

    first = only(ferry.transition(order(), "New"))
    second = only(ferry.transition(order(), "New"))

    assert first == second
    assert 1 == len(calls.exports)


def test_a_repeated_transition_tries_a_rejected_export_again(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    A rejected export is tried in the same row, and its count of attempts continues.
    """
    install("sap")
    ferry = make_ferry([sap("reject", "accept")], New=[export_to("sap")])

    first = only(ferry.transition(order(), "New"))
    result = ferry.transition(order(), "New")

    assert first.key == only(result).key
    assert ExportState.ACCEPTED is only(result).state
    assert 2 == only(result).attempts
    assert () == result.order.errors


def test_another_status_does_not_send_an_accepted_order_again(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    The export is skipped as accepted already, which is Success with the recorded ids.
    """
    calls = install("sap")
    ferry = make_ferry([sap("accept")], New=[export_to("sap")], Ship=[export_to("sap")])

    ferry.transition(order(), "New")
    result = ferry.transition(order(version_id=2), "Ship")

    assert ExportState.SKIPPED is only(result).state
    assert Outcome.SUCCESS is result.outcome
    assert {"order": "R1"} == only(result).remote_ids
    assert 1 == len(calls.exports)


def test_an_instance_that_accepts_updates_gets_the_newer_version(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    The connector gets the results that it accepted before.
    """
    calls = install("sap", updates=True)
    ferry = make_ferry([sap("accept")], New=[export_to("sap")])

    ferry.transition(order(), "New")
    ferry.transition(order(version_id=2), "New")

    assert [[], ["R1"]] == [
        [result.remote_ids["order"] for result in call[6]] for call in calls.exports
    ]


def test_an_export_behind_an_unfinished_one_is_deferred(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    Exports of one order to one instance leave in the order in which they were made.
    """
    calls = install("sap", updates=True)
    ferry = make_ferry([sap("unknown", "accept")], New=[export_to("sap")], Ship=[export_to("sap")])

    first = only(ferry.transition(order(), "New"))
    (result,) = ferry.settle([ferry.transition(order(version_id=2), "Ship")])

    assert ExportState.QUEUED is only(result).state
    assert Outcome.SUCCESS is result.outcome
    assert result.steps[0].deferred is True
    assert 1 == len(calls.exports)
    assert str(first.key.id) in str(only(result).reason)


def test_an_export_behind_an_unfinished_one_is_an_error_with_stop_on_error(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    The export is sent neither now nor later.
    """
    calls = install("sap", updates=True)
    ferry = make_ferry(
        [sap("unknown", "accept")],
        New=[export_to("sap")],
        Ship=[export_to("sap", StopOnError=True)],
    )

    ferry.transition(order(), "New")
    result = ferry.transition(order(version_id=2), "Ship")

    assert ExportState.SKIPPED is only(result).state
    assert Outcome.ERROR is result.outcome
    assert result.cancelled is True
    assert 1 == len(calls.exports)
