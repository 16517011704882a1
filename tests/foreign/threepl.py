"""
What the tests of the 3PL connector against foreign software share: an exporter, and orders.
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

__all__ = ["ExporterOf", "exported", "exporter_with", "found", "order_of"]

ExporterOf = Callable[..., Exporter]
LONG = 30.0


def exporter_with(client: Client, settings: dict[str, object], state: State | None) -> Exporter:
    """
    The connector as the core loads it.
    """
    memory = MemoryState() if state is None else state
    configured = InstanceConfig(name="fulfillment_3pl", id="main", settings=settings)
    instances = Instances(
        [configured],
        catalogue=Catalogue.installed(),
        environment={},
        state=lambda _: memory,
        http=client,
    )
    return instances.exporter(configured.reference)


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
        Shipment(shipment_id=each, line_items=lines, address=address) for each in shipment_ids
    )
    form = OrderForm(line_items=lines, shipments=shipments)
    return Order(id=order_id, billing_address=address, order_form=form)


def exported(exporter: Exporter, order: Order, *, key: str = "first", attempt: int = 1) -> object:
    """
    Call `export_order` as the core does.
    """
    return exporter.call(
        "export_order",
        exporter.context(key=key, attempt=attempt, deadline=monotonic() + LONG),
        order=order,
        shipment=None,
        properties=Properties(),
    )


def found(exporter: Exporter, order: Order, *, key: str = "first") -> Found | Absent | CannotTell:
    """
    Call `find_export` as the core does.
    """
    answer = exporter.call(
        "find_export",
        exporter.context(key=key, deadline=monotonic() + LONG),
        export=SentExport(key=key, order=order, shipment=None, properties=Properties()),
    )
    assert isinstance(answer, Found | Absent | CannotTell)
    return answer
