"""
The hooks: version 1.0 of what the core asks of a connector.

Every hook that is implemented is an ability. A hook implementation takes only the arguments that
it wants, by these names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pluggy

from orderferry.connectors.spec._context import Context
from orderferry.connectors.spec._properties import Properties
from orderferry.connectors.spec._results import (
    Absent,
    Acknowledgement,
    CannotTell,
    Document,
    Finding,
    Found,
    PushedRequest,
    SentExport,
)
from orderferry.export_result import ExportResult
from orderferry.orders import Invoice, Order, Payment, Shipment

__all__ = ["hookspec"]

hookspec = pluggy.HookspecMarker("orderferry")


@hookspec(firstresult=True)
def export_order(
    order: Order, shipment: Shipment | None, properties: Properties, context: Context
) -> ExportResult | Sequence[ExportResult] | None:
    """
    Send the order, and answer with what the other side said. Required.

    Args:
        order: The order as it is to be sent.
        shipment: The shipment that this export is about, or `None` for the whole order.
        properties: The step's further properties.
        context: The attempt: key, deadline, HTTP client, state, log.

    Returns:
        One result, or one for each part of an order that the target splits.

    Raises:
        orderferry.errors.ExportError: One of its kinds, by what is known of the outcome.
    """


@hookspec
def order_saved(order: Order, context: Context) -> None:
    """
    An order was committed, at a version that this instance has not seen or may see again.

    Args:
        order: The order as it was saved.
        context: The call's context.
    """


@hookspec(firstresult=True)
def preview_order(
    order: Order, shipment: Shipment | None, properties: Properties, context: Context
) -> Document | None:
    """
    What `export_order` would send, with no network and without using up a number.

    Args:
        order: The order.
        shipment: The shipment, or `None` for the whole order.
        properties: The step's further properties.
        context: A context whose `http` refuses and whose `state` forgets.

    Returns:
        The document.

    Raises:
        orderferry.errors.InvalidOrderError: The order cannot be sent as it is.
    """


@hookspec(firstresult=True)
def find_export(export: SentExport, context: Context) -> Found | Absent | CannotTell | None:
    """
    Ask the target whether it got an export whose answer is not known.

    Args:
        export: The export as it was sent.
        context: The call's context; its key is the export's.

    Returns:
        Found with the target's ids, absent, or that it cannot be told.

    Raises:
        orderferry.errors.ExportError: The target could not be asked.
    """


@hookspec(firstresult=True)
def check(context: Context) -> Iterable[Finding] | None:
    """
    Whether the target can be reached, and whether orders may be written there.

    Args:
        context: The call's context, with a deadline and no order.

    Returns:
        The findings, each proven, failed or not provable.
    """


@hookspec(firstresult=True)
def acknowledgements(context: Context) -> Iterable[Acknowledgement] | None:
    """
    What became of exports since the last call, asked of the target.

    Args:
        context: The call's context.

    Returns:
        The acknowledgements; one that is told twice counts once by its id.
    """


@hookspec(firstresult=True)
def receive(request: PushedRequest, context: Context) -> Iterable[Acknowledgement] | None:
    """
    What became of exports, from a request that the target sent to this host.

    Args:
        request: The request as it came; the connector verifies its signature.
        context: The call's context.

    Returns:
        The acknowledgements in it.

    Raises:
        orderferry.errors.AuthenticationError: The signature does not hold.
    """


@hookspec(firstresult=True)
def cancel_order(
    order: Order, shipment: Shipment | None, properties: Properties, context: Context
) -> ExportResult | Sequence[ExportResult] | None:
    """
    Cancel at the target what `export_order` sent.

    Args:
        order: The order.
        shipment: The shipment, or `None` for the whole order.
        properties: The step's further properties.
        context: The attempt; `context.accepted` has the results to cancel.

    Returns:
        As `export_order`.

    Raises:
        orderferry.errors.ExportError: As `export_order`.
    """


@hookspec(firstresult=True)
def export_payments(
    order: Order,
    shipment: Shipment | None,
    payments: Sequence[Payment],
    properties: Properties,
    context: Context,
) -> ExportResult | Sequence[ExportResult] | None:
    """
    Send the order's payments, for reconciliation.

    Args:
        order: The order.
        shipment: The shipment, or `None` for the whole order.
        payments: The payments to send, at least one.
        properties: The step's further properties.
        context: The attempt.

    Returns:
        As `export_order`.

    Raises:
        orderferry.errors.ExportError: As `export_order`.
    """


@hookspec(firstresult=True)
def export_invoices(
    order: Order,
    shipment: Shipment | None,
    invoices: Sequence[Invoice],
    properties: Properties,
    context: Context,
) -> ExportResult | Sequence[ExportResult] | None:
    """
    Send the order's invoices, to accounting.

    Args:
        order: The order.
        shipment: The shipment, or `None` for the whole order.
        invoices: The invoices to send, at least one.
        properties: The step's further properties.
        context: The attempt.

    Returns:
        As `export_order`.

    Raises:
        orderferry.errors.ExportError: As `export_order`.
    """
