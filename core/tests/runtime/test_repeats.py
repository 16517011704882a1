"""
Transitions of an order that was exported before.
"""

from __future__ import annotations

from orderferry.connectors import ExportState
from orderferry.steps import Outcome

from .conftest import Install, MakeFerry, export_to, only, order, sap


def test_the_same_transition_again_does_not_send_again(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    The recorded state is the answer.
    """
    calls = install("sap")
    ferry = make_ferry([sap("accept")], New=[export_to("sap")])

    first = only(ferry.transition(order(), "New"))
    second = only(ferry.transition(order(), "New"))

    assert (first, 1) == (second, len(calls.exports))


def test_a_repeated_transition_tries_again_what_was_rejected(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    As the same row, whose attempts go on counting.
    """
    install("sap")
    ferry = make_ferry([sap("reject", "accept")], New=[export_to("sap")])

    first = only(ferry.transition(order(), "New"))
    result = ferry.transition(order(), "New")

    assert (first.key, ExportState.ACCEPTED, 2) == (
        only(result).key,
        only(result).state,
        only(result).attempts,
    )
    assert () == result.order.errors


def test_another_status_does_not_send_again_what_the_instance_has(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    Skipped as accepted already: Success with the recorded ids.
    """
    calls = install("sap")
    ferry = make_ferry([sap("accept")], New=[export_to("sap")], Ship=[export_to("sap")])

    ferry.transition(order(), "New")
    result = ferry.transition(order(version_id=2), "Ship")

    assert (ExportState.SKIPPED, Outcome.SUCCESS, {"order": "R1"}, 1) == (
        only(result).state,
        result.outcome,
        only(result).remote_ids,
        len(calls.exports),
    )


def test_an_instance_that_takes_updates_is_sent_the_newer_version(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    And told what it accepted before.
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

    assert (ExportState.QUEUED, Outcome.SUCCESS, True, 1) == (
        only(result).state,
        result.outcome,
        result.steps[0].deferred,
        len(calls.exports),
    )
    assert str(first.key.id) in str(only(result).reason)


def test_an_export_behind_an_unfinished_one_is_an_error_with_stop_on_error(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    Nothing is sent, now or later.
    """
    calls = install("sap", updates=True)
    ferry = make_ferry(
        [sap("unknown", "accept")],
        New=[export_to("sap")],
        Ship=[export_to("sap", StopOnError=True)],
    )

    ferry.transition(order(), "New")
    result = ferry.transition(order(version_id=2), "Ship")

    assert (ExportState.SKIPPED, Outcome.ERROR, True, 1) == (
        only(result).state,
        result.outcome,
        result.cancelled,
        len(calls.exports),
    )
