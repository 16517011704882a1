"""
`preview`: the document that a connector would send; nothing is sent.
"""

from __future__ import annotations

from orderferry.connectors import Document, Exporter, Instances, Properties
from orderferry.errors import ConnectorError, OrderferryError, UnknownStatusError, UsageError
from orderferry.orders import Order, Shipment
from orderferry.steps import StepConfig
from orderferry.workflow import Workflow

__all__ = ["placed_properties", "preview"]


def preview(
    instances: Instances,
    order: Order,
    *,
    connector: str,
    connector_id: str | None = None,
    shipment_id: str | None = None,
    properties: Properties | None = None,
) -> Document:
    """
    Return the document that an instance would send for an order.

    Args:
        instances: The configured instances.
        order: The order; its market chooses among the connector's instances.
        connector: The connector's name.
        connector_id: The instance, or `None` to choose by market.
        shipment_id: The shipment, or `None` for the whole order.
        properties: The step's properties for the connector; none by default.

    Returns:
        The document, with its media type.

    Raises:
        ExporterNotFoundError: There is no such instance, or it cannot be loaded.
        UnknownStatusError: The order has no such shipment.
        UsageError: The connector offers no preview.
        ExportError: The order is invalid, or the connector violated its contract.
        NetworkForbiddenError: The connector tried to use the network.
    """
    shipment = None if shipment_id is None else _shipment(order, shipment_id)
    exporter = instances.select(connector, connector_id, order.market_id)
    if not exporter.offers("preview_order"):
        raise UsageError(f"{exporter.name} ({_origin(exporter)}) offers no preview")
    document = _call_preview(exporter, order, shipment, properties or Properties())
    if not isinstance(document, Document):
        raise ConnectorError(
            f"{exporter.name} ({_origin(exporter)}): preview_order returned "
            f"{type(document).__name__} instead of Document"
        )
    return document


def placed_properties(
    workflow: Workflow, order: Order, connector: str, connector_id: str | None
) -> Properties:
    """
    Return the properties that the workflow sets for a connector and an order.

    They are those of the first active step that names the connector, at the order's status if
    there is one, else at any status of its order type; without such a step, there are none.

    Args:
        workflow: The workflow.
        order: The order; its type and status select the steps.
        connector: The connector's name.
        connector_id: The instance, or `None` for any.

    Raises:
        UnknownStatusError: The order's type is unknown.
    """
    statuses = workflow.order_type(order).statuses
    here = [status for status in statuses if status.name == order.status]
    steps = [step for status in (*here, *statuses) for step in status.steps]
    for step in steps:
        if step.active and _names(step, connector, connector_id):
            return step.properties
    return Properties()


def _names(step: StepConfig, connector: str, connector_id: str | None) -> bool:
    return any(
        reference.name == connector
        and (connector_id is None or reference.id in {None, connector_id})
        for reference in step.connectors
    )


def _shipment(order: Order, shipment_id: str) -> Shipment:
    shipment = order.shipment(shipment_id)
    if shipment is None:
        known = ", ".join(present.shipment_id for present in order.shipments) or "none"
        raise UnknownStatusError(
            f"order {order.id} has no shipment {shipment_id!r}; it has {known}"
        )
    return shipment


def _call_preview(
    exporter: Exporter, order: Order, shipment: Shipment | None, properties: Properties
) -> object:
    try:
        return exporter.preview_order(
            order=order,
            shipment=shipment,
            properties=properties,
            context=exporter.preview_context(),
        )
    except OrderferryError:
        raise
    except Exception as error:  # a vendor's code may raise anything; secrets are redacted
        raise ConnectorError(
            f"{exporter.name} ({_origin(exporter)}): preview_order raised "
            f"{type(error).__name__}: {error}"
        ) from error


def _origin(exporter: Exporter) -> str:
    return f"{exporter.distribution} {exporter.version}"
