"""
The rules of section 1 "Errors and statuses on the order".
"""

from __future__ import annotations

from typing import Any

import pytest

from orderferry.errors import UnknownStatusError
from orderferry.orders import EntityError, OrderForm, Severity, Shipment
from orderferry.steps import Outcome
from orderferry.workflow import result_document

from ..conftest import Install, MakeFerry, export_to, instance, order

TWO_SHIPMENTS = OrderForm(shipments=(Shipment(shipment_id="S1"), Shipment(shipment_id="S2")))


def test_an_error_has_key_reference_message_details_severity_and_time(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    The key is the step's; the reference has connector, id and shipment.
    """
    install("sap")
    ferry = make_ferry([instance("sap", "reject")], New=[export_to("sap")])

    result = ferry.transition(order(order_form=TWO_SHIPMENTS), "New", shipment_id="S2")

    (error,) = result.order.errors
    assert "ExportOrder" == error.key
    assert "sap/main/S2" == error.reference_id
    assert "the target refused the order" == error.message
    assert Severity.ERROR is error.severity
    assert error.details
    assert error.occurred


def test_a_new_error_replaces_the_open_one(make_ferry: MakeFerry, install: Install) -> None:
    """
    A repeated failure leaves one error.
    """
    install("sap")
    ferry = make_ferry([instance("sap", "invalid", "reject")], New=[export_to("sap")])

    ferry.transition(order(), "New")
    result = ferry.transition(order(), "New")

    assert ["the target refused the order"] == [error.message for error in result.order.errors]


def test_a_successful_export_does_not_hide_a_failed_one(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    Errors are per connector instance.
    """
    install("sap")
    install("wms")
    ferry = make_ferry(
        [instance("sap", "accept"), instance("wms", "reject")], New=[export_to(["sap", "wms"])]
    )

    result = ferry.transition(order(), "New")

    assert ["wms/main"] == [error.reference_id for error in result.order.errors]
    assert Outcome.WARNING is result.outcome


def test_success_removes_the_not_found_error_of_the_connector(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    The success of an export removes the error of the time when its connector was not found.
    """
    install("sap")
    missing = EntityError(key="ExportOrder", reference_id="sap", not_found="not installed")
    ferry = make_ferry([instance("sap", "accept")], New=[export_to("sap")])

    assert () == ferry.transition(order(errors=(missing,)), "New").order.errors


@pytest.mark.parametrize("after", [False, True])
def test_an_exporter_that_is_not_found_fails_at_once(
    make_ferry: MakeFerry, install: Install, after: bool
) -> None:
    """
    The error, `ErrorStatus` and `StopOnError` take effect at once, with RunAfterOrderIsSaved
    too.
    """
    install("sap")
    step = export_to(
        "wms", StopOnError=True, ErrorStatus="ExportFailed", RunAfterOrderIsSaved=after
    )
    ferry = make_ferry([instance("sap", "accept")], New=[step, export_to("sap")])

    result = ferry.transition(order(), "New")

    assert Outcome.ERROR is result.outcome
    assert result.cancelled is True
    assert "ExportFailed" == result.new_status
    assert ("ExportOrder",) == result.unrun
    assert ["wms"] == [error.reference_id for error in result.order.errors]
    assert [("wms", True)] == [
        (event.connector, event.is_error) for event in result.order.history if event.operation
    ]


@pytest.mark.parametrize("connector_id", [None, "main"])
def test_a_quarantined_instance_that_was_chosen_is_named_in_error_and_result(
    make_ferry: MakeFerry, install: Install, connector_id: str | None
) -> None:
    """
    A quarantined instance is named, whether the step or the market selected it.
    """
    install("sap")
    named = {} if connector_id is None else {"ConnectorId": connector_id}
    broken = {"name": "sap", "id": "main", "settings": {"answer": "accept"}}
    ferry = make_ferry([broken], New=[export_to("sap", **named)])

    result = ferry.transition(order(), "New")

    assert ["sap/main"] == [error.reference_id for error in result.order.errors]
    (export,) = result_document(result)["steps"][0]["exports"]
    assert "sap" == export["connector"]
    assert "main" == export["connectorId"]
    assert "quarantined" == export["reason"]


@pytest.mark.parametrize("word", ["reject", "unknown", "boom"])
def test_the_error_status_is_set_on_any_failed_export(
    make_ferry: MakeFerry, install: Install, word: str
) -> None:
    """
    The error status is set with StopOnError false too.
    """
    install("sap")
    ferry = make_ferry([instance("sap", word)], New=[export_to("sap", ErrorStatus="ExportFailed")])

    result = ferry.transition(order(), "New")

    assert "ExportFailed" == result.new_status
    assert "ExportFailed" == result.order.status
    assert result.cancelled is False


def test_the_error_status_takes_effect_when_the_workflow_has_ended(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    Remaining steps still see the status that they were started for.
    """
    install("sap")
    wms = install("wms")
    ferry = make_ferry(
        [instance("sap", "reject"), instance("wms", "accept")],
        New=[export_to("sap", ErrorStatus="ExportFailed"), export_to("wms")],
    )

    ferry.transition(order(), "New")

    assert ["New"] == [call[1].status for call in wms.exports]


def test_of_several_error_statuses_the_one_of_the_worst_outcome_wins(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    The error status of an Error goes before that of an earlier Warning.
    """
    install("sap")
    install("wms")
    ferry = make_ferry(
        [instance("sap", "reject"), instance("wms", "reject")],
        New=[
            export_to("sap", ErrorStatus="Mild"),
            export_to("wms", ErrorStatus="Bad", StopOnError=True),
        ],
    )

    assert "Bad" == ferry.transition(order(), "New").new_status


def test_entering_the_error_status_runs_its_workflow_once(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    The result of the error status is in `followed`, and a chain never enters a status twice.
    """
    install("sap")
    wms = install("wms", updates=True)
    ferry = make_ferry(
        [instance("sap", "reject"), instance("wms", "reject")],
        New=[export_to("sap", ErrorStatus="Failed")],
        Failed=[export_to("wms", AllowAnyStatus=True, ErrorStatus="New")],
    )

    result = ferry.transition(order(), "New")

    (followed,) = result.followed
    assert "Failed" == followed.status
    assert "New" == followed.new_status
    assert () == followed.followed
    assert 1 == len(wms.exports)
    assert "New" == result.order.status
    assert {"sap/main", "wms/main"} == {error.reference_id for error in result.order.errors}


def test_a_status_that_is_not_in_the_order_type_is_set_and_runs_nothing(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    An error status outside the order type is set without a run.
    """
    install("sap")
    ferry = make_ferry([instance("sap", "reject")], New=[export_to("sap", ErrorStatus="Nowhere")])

    result = ferry.transition(order(), "New")

    assert "Nowhere" == result.order.status
    assert () == result.followed


def test_a_cancelled_workflow_without_error_status_leaves_the_status_it_entered(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    The order stays at the status that it entered, and does not return to the one before.
    """
    install("sap")
    ferry = make_ferry([instance("sap", "reject")], New=[export_to("sap", StopOnError=True)])

    assert "New" == ferry.transition(order(status="Draft"), "New").order.status


def test_a_later_success_never_moves_the_status_back(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    Only an operator moves an order back.
    """
    install("sap")
    ferry = make_ferry(
        [instance("sap", "reject", "accept")],
        New=[export_to("sap")],
        Ship=[export_to("sap", ErrorStatus="ExportFailed")],
        ExportFailed=[export_to("sap", AllowAnyStatus=True)],
    )

    result = ferry.transition(order(), "Ship")

    assert "ExportFailed" == result.order.status
    assert () == result.order.errors
    assert Outcome.SUCCESS is result.followed[0].outcome


@pytest.mark.parametrize(
    ("fields", "status", "shipment", "message"),
    [
        ({"order_type": "Retail"}, "New", None, "unknown orderType 'Retail'"),
        ({}, "Lost", None, "has no status 'Lost'"),
        ({}, "New", "S9", "has no shipment 'S9'"),
    ],
)
def test_an_unknown_type_status_or_shipment_is_a_usage_error(
    make_ferry: MakeFerry,
    install: Install,
    fields: dict[str, Any],
    status: str,
    shipment: str | None,
    message: str,
) -> None:
    """
    A transition that cannot begin sends nothing and saves nothing.
    """
    sap = install("sap", order_saved=True)
    ferry = make_ferry([instance("sap", "accept")], New=[export_to("sap")])

    with pytest.raises(UnknownStatusError, match="W1") as caught:
        ferry.transition(order(**fields), status, shipment_id=shipment)

    assert message in str(caught.value)
    assert [] == sap.exports
    assert [] == sap.saved
