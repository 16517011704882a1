"""
What exports change on their order.
"""

import pytest
from attrs import evolve

from orderferry.connectors import ExportResult, ExportState
from orderferry.errors import ExporterNotFoundError, Problem
from orderferry.exports import (
    Failure,
    Operation,
    apply_changes,
    consequences,
    not_found_error,
    not_found_event,
)
from orderferry.orders import EntityError, Order, Severity

from .conftest import NOW, MakeExport

FAILURE = Failure(
    type="RejectedError",
    message="SAP refused the order",
    problems=(Problem(line_item_id="1", field="Material", value="X", cause="unknown"),),
)


def test_every_change_of_state_is_one_event(make_export: MakeExport) -> None:
    """
    An event has user, time, connector, instance, attempt, duration, remote ids and outcome.
    """
    queued = make_export()
    sending = queued.to(ExportState.SENDING, NOW, attempts=1)
    accepted = sending.to(
        ExportState.ACCEPTED, NOW, results=(ExportResult({"order": "4711"}),), duration_ms=12
    )

    order = apply_changes(Order(id="W1"), consequences([(queued, sending), (sending, accepted)]))

    first, second = order.history
    assert "queued" == first.previous_state
    assert "sending" == first.state
    assert "sending" == second.previous_state
    assert "accepted" == second.state
    assert "sap" == second.connector
    assert "main" == second.connector_id
    assert 1 == second.attempt
    assert 12 == second.duration_ms
    assert {"order": "4711"} == second.remote_ids
    assert "export_order to sap/main is accepted (order 4711)" == second.message
    assert not second.is_error


@pytest.mark.parametrize(
    ("state", "severity"),
    [
        (ExportState.REJECTED, Severity.ERROR),
        (ExportState.DEAD, Severity.ERROR),
        (ExportState.UNKNOWN, Severity.ERROR),
        (ExportState.RETRYING, Severity.WARNING),
    ],
)
def test_a_failure_puts_an_error_on_the_order(
    make_export: MakeExport, state: ExportState, severity: Severity
) -> None:
    """
    The error has key, reference, message, details, severity and time.
    """
    sending = make_export(ExportState.SENDING, shipment_id="S1")
    failed = evolve(sending, state=state, failure=FAILURE)

    (error,) = apply_changes(Order(id="W1"), consequences([(sending, failed)])).errors

    assert (
        EntityError(
            key="ExportOrder",
            reference_id="sap/main/S1",
            message="SAP refused the order",
            details="line 1, Material 'X': unknown",
            severity=severity,
            occurred=NOW,
        )
        == error
    )


def test_success_clears_the_error_of_an_earlier_attempt(make_export: MakeExport) -> None:
    """
    An order has no error of an export that has succeeded.
    """
    sending = make_export(ExportState.SENDING)
    retrying = evolve(sending, state=ExportState.RETRYING, failure=FAILURE)
    accepted = evolve(sending, state=ExportState.ACCEPTED)

    order = apply_changes(Order(id="W1"), consequences([(sending, retrying), (sending, accepted)]))

    assert () == order.errors


def test_order_saved_puts_no_error_on_the_order(make_export: MakeExport) -> None:
    """
    A failed notification of a saved order is no error of the order.
    """
    sending = make_export(ExportState.SENDING, operation=Operation.ORDER_SAVED)
    failed = evolve(sending, state=ExportState.DEAD, failure=FAILURE)

    assert () == apply_changes(Order(id="W1"), consequences([(sending, failed)])).errors


def test_an_exporter_that_was_not_found_is_an_error_under_the_name_of_the_step() -> None:
    """
    The reference has the connector's name, and the id where the step has one.
    """
    missing = ExporterNotFoundError(
        "sap/b is not configured", connector="sap", connector_id="b", reason="not configured"
    )

    error = not_found_error("ExportOrder", missing, NOW).error

    assert "sap/b" == error.reference_id
    assert "not configured" == error.not_found
    assert "sap/b is not configured" == error.message


def test_an_exporter_that_was_not_found_is_an_event_too() -> None:
    """
    The event has the user, the time, the connector, the instance and the reason.
    """
    missing = ExporterNotFoundError(
        "sap/b is not configured", connector="sap", connector_id="b", reason="not configured"
    )

    event = not_found_event(missing, Operation.EXPORT_ORDER, NOW, "kari")

    assert "kari" == event.user
    assert NOW == event.timestamp
    assert "sap" == event.connector
    assert "b" == event.connector_id
    assert "export_order" == event.operation
    assert event.is_error is True
    assert "export_order failed: sap/b is not configured" == event.message
