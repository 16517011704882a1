"""
The hooks of a connector, version 1.0.

A connector offers what it implements; only `export_order` is required. An implementation declares
only the arguments that it needs, by these names.
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
    Send the order to the target, and return its response. Required.

    Args:
        order: The order to send.
        shipment: The shipment to send, or `None` for the whole order.
        properties: The step's further properties.
        context: The context of the attempt: key, deadline, HTTP client, state, log.

    Returns:
        One result, or one for each part of an order that is sent in parts.

    Raises:
        orderferry.errors.ExportError: The export failed; the subclass states what is known of its
            outcome.
    """


@hookspec
def order_saved(order: Order, context: Context) -> None:
    """
    Receive an order that was saved. The same version may be passed more than once.

    Args:
        order: The order as it was saved.
        context: The context of the call.
    """


@hookspec(firstresult=True)
def preview_order(
    order: Order, shipment: Shipment | None, properties: Properties, context: Context
) -> Document | None:
    """
    Render what `export_order` would send, without network access, and without using a number.

    Args:
        order: The order.
        shipment: The shipment, or `None` for the whole order.
        properties: The step's further properties.
        context: A context whose `http` raises and whose `state` stores nothing.

    Returns:
        The document.

    Raises:
        orderferry.errors.InvalidOrderError: The order is invalid, and cannot be sent.
    """


@hookspec(firstresult=True)
def find_export(export: SentExport, context: Context) -> Found | Absent | CannotTell | None:
    """
    Ask the target whether it has an export whose outcome is unknown.

    Args:
        export: The export as it was sent.
        context: The context of the call; its key is the key of the export.

    Returns:
        `Found` with the target's ids, `Absent`, or `CannotTell` with a reason.

    Raises:
        orderferry.errors.ExportError: The target cannot be reached.
    """


@hookspec(firstresult=True)
def check(context: Context) -> Iterable[Finding] | None:
    """
    Check whether the target can be reached, and whether orders may be written there.

    Args:
        context: The context of the call, with a deadline and no order.

    Returns:
        The findings, each proven, failed or not provable.
    """


@hookspec(firstresult=True)
def acknowledgements(context: Context) -> Iterable[Acknowledgement] | None:
    """
    Ask the target for the outcomes of exports that were determined since the last call.

    Args:
        context: The context of the call.

    Returns:
        The acknowledgements; two with the same id count once.
    """


@hookspec(firstresult=True)
def receive(request: PushedRequest, context: Context) -> Iterable[Acknowledgement] | None:
    """
    Read the outcomes of exports from a request that the target sent to this host.

    Args:
        request: The request as received; the connector verifies its signature.
        context: The context of the call.

    Returns:
        The acknowledgements in it.

    Raises:
        orderferry.errors.AuthenticationError: The signature is invalid.
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
        context: The context of the attempt; `context.accepted` has the results to cancel.

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
        context: The context of the attempt.

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
        context: The context of the attempt.

    Returns:
        As `export_order`.

    Raises:
        orderferry.errors.ExportError: As `export_order`.
    """
