"""
Changes of an order as values.
"""

from attrs import evolve

from orderferry.exports import AddEvent, ClearErrors, SetError, SetStatus, apply_changes
from orderferry.orders import EntityError, ErrorStatus, HistoryEvent, Order

from .conftest import NOW

SAP = EntityError(key="ExportOrder", reference_id="sap/main", message="old")
WMS = EntityError(key="ExportOrder", reference_id="wms/main", message="wms")


def test_a_new_error_replaces_the_open_one_of_the_same_key_and_reference() -> None:
    """
    An order has one open error for each instance and shipment.
    """
    new = evolve(SAP, message="new")

    order = apply_changes(Order(id="W1", errors=(SAP, WMS)), [SetError(new)])

    assert (WMS, new) == order.errors


def test_an_error_that_is_not_open_stays() -> None:
    """
    Only open errors are replaced or cleared.
    """
    solved = evolve(SAP, status=ErrorStatus.SOLVED)

    order = apply_changes(
        Order(id="W1", errors=(solved,)), [SetError(SAP), ClearErrors("ExportOrder", "sap/main")]
    )

    assert (solved,) == order.errors


def test_success_clears_the_errors_of_its_instance_only() -> None:
    """
    A successful SAP export does not hide a failed WMS export.
    """
    order = apply_changes(
        Order(id="W1", errors=(SAP, WMS)), [ClearErrors("ExportOrder", "sap/main")]
    )

    assert (WMS,) == order.errors


def test_success_of_one_shipment_does_not_clear_another_nor_the_whole_order() -> None:
    """
    Errors are per connector instance and shipment.
    """
    other = evolve(SAP, reference_id="sap/main/S2")

    order = apply_changes(
        Order(id="W1", errors=(SAP, other)), [ClearErrors("ExportOrder", "sap/main/S1")]
    )

    assert (SAP, other) == order.errors


def test_success_clears_that_the_connector_was_not_found() -> None:
    """
    Success clears the not-found errors under each name that a step may have used.
    """
    named = EntityError(key="ExportOrder", reference_id="sap", not_found="not installed")
    with_id = EntityError(key="ExportOrder", reference_id="sap/main", not_found="quarantined")

    order = apply_changes(
        Order(id="W1", errors=(named, with_id, WMS)),
        [ClearErrors("ExportOrder", "sap/main/S1", not_found=("sap", "sap/main"))],
    )

    assert (WMS,) == order.errors


def test_a_status_is_set_only_while_the_order_is_where_it_was() -> None:
    """
    A late failure does not move an order that has entered another status.
    """
    order = Order(id="W1", status="Ship")

    assert "Ship" == SetStatus("ExportFailed", only_from="New").apply(order).status
    assert "ExportFailed" == SetStatus("ExportFailed", only_from="Ship").apply(order).status


def test_events_are_added_in_order() -> None:
    """
    Events are added at the end of the history.
    """
    events = [HistoryEvent(timestamp=NOW, category="Exported", message=str(n)) for n in range(3)]

    order = apply_changes(Order(id="W1"), [AddEvent(event) for event in events])

    assert tuple(events) == order.history
