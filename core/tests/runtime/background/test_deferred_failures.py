"""
Failures of deferred exports.
"""

from __future__ import annotations

from threading import Event

from orderferry.connectors import ExportState
from orderferry.steps import Outcome

from ..conftest import TWO_SHIPMENTS, Install, MakeFerry, export_to, instance, order


def test_a_deferred_failure_sets_the_error_status_and_runs_it(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    A deferred failure sets and runs the error status, and `settle` returns the run.
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

    assert Outcome.SUCCESS is first.outcome
    assert first.steps[0].deferred
    assert first.new_status is None
    assert "Failed" == settled.new_status
    assert "Failed" == settled.order.status
    assert settled.failed
    assert ["sap/main"] == [error.reference_id for error in settled.order.errors]
    assert "Failed" == settled.followed[0].status
    assert 1 == len(wms.exports)


def test_a_deferred_failure_does_not_move_an_order_that_has_left_the_status(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    A deferred failure does not set the status of an order that has left the export's status.
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

    assert "Ship" == settled.order.status
    assert settled.new_status is None


def test_a_deferred_failure_with_stop_on_error_skips_what_is_still_queued(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    A deferred failure with StopOnError skips the queued exports of later steps.

    The warehouse's is still queued, as an earlier one of the order is not settled. The repeated
    transition creates the next generation.
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
