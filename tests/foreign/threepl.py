"""
An exporter and orders for the tests of the 3PL connector against foreign software.
"""

from collections.abc import Callable
from decimal import Decimal
from time import monotonic

from orderferry import Absent, CannotTell, Found, Order, Properties, SentExport
from orderferry.connectors import (
    Catalogue,
    Exporter,
    InstanceConfig,
    Instances,
    MemoryState,
    State,
)
from orderferry.connectors.http import Client
from orderferry.orders import Address, LineItem, OrderForm, Shipment

__all__ = ["ExporterOf", "export", "exporter_with", "find_export", "order_of"]

ExporterOf = Callable[..., Exporter]
LONG = 30.0


def exporter_with(client: Client, settings: dict[str, object], state: State | None) -> Exporter:
    """
    The exporter of the connector, loaded as the core loads it.
    """
    memory = MemoryState() if state is None else state
    config = InstanceConfig(name="fulfillment_3pl", id="main", settings=settings)
    instances = Instances(
        [config],
        catalogue=Catalogue.installed(),
        environment={},
        state=lambda _: memory,
        http=client,
    )
    return instances.exporter(config.reference)


def order_of(order_id: str, *shipment_ids: str) -> Order:
    """
    An order of one line, with shipments by id.
    """
    address = Address(
        name="Buyer 01",
        line1="1 Market St",
        postal_code="89502",
        city="Reno",
        region_code="NV",
        country_code="US",
    )
    lines = (LineItem(line_item_id="1", code="SKU-TG11", quantity=Decimal(2)),)
    shipments = tuple(
        Shipment(shipment_id=shipment_id, line_items=lines, address=address)
        for shipment_id in shipment_ids
    )
    form = OrderForm(line_items=lines, shipments=shipments)
    return Order(id=order_id, billing_address=address, order_form=form)


def export(exporter: Exporter, order: Order, *, key: str = "first", attempt: int = 1) -> object:
    """
    Call `export_order` as the core does.
    """
    return exporter.export_order(
        order=order,
        shipment=None,
        properties=Properties(),
        context=exporter.context(key=key, attempt=attempt, deadline=monotonic() + LONG),
    )


def find_export(
    exporter: Exporter, order: Order, *, key: str = "first"
) -> Found | Absent | CannotTell:
    """
    Call `find_export` as the core does.
    """
    result = exporter.find_export(
        export=SentExport(key=key, order=order, shipment=None, properties=Properties()),
        context=exporter.context(key=key, deadline=monotonic() + LONG),
    )
    assert isinstance(result, Found | Absent | CannotTell)
    return result
