"""
What a failure means that comes after the caller has gone.
"""

from __future__ import annotations

from threading import Event

from orderferry.connectors import ExportState
from orderferry.steps import Outcome

from .conftest import TWO_SHIPMENTS, Install, MakeFerry, export_to, instance, order


def test_a_deferred_failure_sets_the_error_status_and_runs_it(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    By the same function as in a transition; the result tells it once it has settled.
    """
    install("sap")
    wms = install("wms")
    ferry = make_ferry(
        [instance("sap", "reject"), instance("wms", "accept")],
        New=[export_to("sap", RunAfterOrderIsSaved=True, ErrorStatus="Failed")],
        Failed=[export_to("wms", AllowAnyStatus=True)],
    )

    first = ferry.transition(order(), "New")
    (settled,) = ferry.settle([first])

    assert (Outcome.SUCCESS, True, None) == (
        first.outcome,
        first.steps[0].deferred,
        first.new_status,
    )
    assert ("Failed", "Failed", True) == (
        settled.new_status,
        settled.order.status,
        settled.failed,
    )
    assert ["sap/main"] == [error.reference_id for error in settled.order.errors]
    assert ("Failed", 1) == (settled.followed[0].status, len(wms.exports))


def test_a_deferred_failure_does_not_move_an_order_that_went_on(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    Only while it is still at the status that made the export.
    """
    sap = install("sap")
    ferry = make_ferry(
        [instance("sap", "gate")],
        New=[export_to("sap", RunAfterOrderIsSaved=True, ErrorStatus="Failed")],
        Ship=[],
    )
    gate = Event()
    sap.gates["main"] = gate
    first = ferry.transition(order(order_form=TWO_SHIPMENTS), "New")
    ferry.transition(order(order_form=TWO_SHIPMENTS), "Ship")
    gate.set()

    (settled,) = ferry.settle([first])

    assert ("Ship", None) == (settled.order.status, settled.new_status)


def test_a_deferred_failure_with_stop_on_error_skips_what_is_still_queued(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    Later steps' exports of that run; the repeated transition gives them the next generation.

    The warehouse's is still queued because an earlier one of the order is not settled.
    """
    install("sap")
    wms = install("wms", updates=True)
    ferry = make_ferry(
        [instance("sap", "reject", "accept"), instance("wms", "unknown")],
        New=[
            export_to("sap", RunAfterOrderIsSaved=True, StopOnError=True),
            export_to("wms", RunAfterOrderIsSaved=True),
        ],
        Draft=[export_to("wms", AllowAnyStatus=True)],
    )
    ferry.transition(order(), "Draft")

    (failed,) = ferry.settle([ferry.transition(order(), "New")])
    (again,) = ferry.settle([ferry.transition(order(), "New")])

    assert [ExportState.REJECTED, ExportState.SKIPPED] == [
        step.exports[0].state for step in failed.steps
    ]
    assert [(ExportState.ACCEPTED, 0), (ExportState.QUEUED, 1)] == [
        (step.exports[0].state, step.exports[0].key.generation) for step in again.steps
    ]
    assert 1 == len(wms.exports)
