"""
An order as a sales order: the deep insert of `A_SalesOrder`.
"""

from __future__ import annotations

from datetime import datetime

from orderferry import Properties
from orderferry.errors import InvalidOrderError, Problem
from orderferry.orders import Delivery, Order, OrderNote, Shipment, deliveries
from orderferry_erp_sap._assignments import constants, from_properties, from_step
from orderferry_erp_sap._deep_insert import Entry, Value, problems, text_entry
from orderferry_erp_sap._items import ItemMaker, freight, placed_lines
from orderferry_erp_sap._partners import partner
from orderferry_erp_sap._setting_checks import PURCHASE_ORDER, zone
from orderferry_erp_sap._settings import SapSettings

__all__ = ["notes", "purchase_order_number", "sales_order", "sold_to_party"]

_ENTITY = "A_SalesOrder"
_SHOWN = 3


def purchase_order_number(order: Order, shipment: Shipment | None) -> str:
    """
    What `PurchaseOrderByCustomer` carries: `order`, or `order/shipment`.
    """
    return order.id if shipment is None else f"{order.id}/{shipment.shipment_id}"


def _sales_area(
    order: Order, properties: Properties, settings: SapSettings, faults: list[Problem]
) -> dict[str, Value]:
    """
    The fields that decide on the sales area and the like: the step beats the order's properties,
    these the constants, and those the settings.
    """
    customer = order.customer_number if settings.use_customer_number else None
    values: dict[str, Value] = {
        "SalesOrderType": settings.sales_order_type,
        "SalesOrganization": settings.sales_organization,
        "DistributionChannel": settings.distribution_channel,
        "OrganizationDivision": settings.division,
        "SoldToParty": customer or settings.sold_to_party,
        "TransactionCurrency": order.billing_currency or settings.currency,
        **constants(_ENTITY, settings.header_constants, faults),
        **from_properties(_ENTITY, settings.header_properties, order.properties, faults),
        **from_step(properties, faults),
    }
    return {name: value for name, value in values.items() if value != ""}


def sold_to_party(order: Order, properties: Properties, settings: SapSettings) -> str:
    """
    The customer who orders, as `sales_order` sends it.
    """
    return str(_sales_area(order, properties, settings, []).get("SoldToParty", ""))


def _head_values(
    order: Order, shipment: Shipment | None, settings: SapSettings
) -> dict[str, Value]:
    place = zone(settings.time_zone)
    wanted: datetime | None = shipment.expected_delivery_date if shipment is not None else None
    dates = {
        "CustomerPurchaseOrderDate": order.created,
        "RequestedDeliveryDate": wanted or order.requested_delivery_date,
    }
    values: dict[str, Value] = {PURCHASE_ORDER: purchase_order_number(order, shipment)}
    for name, moment in dates.items():
        if moment is not None:
            values[name] = moment.astimezone(place).date()
    return values


def _partners(
    order: Order, head: Delivery, sold_to: str, settings: SapSettings, faults: list[Problem]
) -> tuple[Entry, ...]:
    if head.address is None and settings.address_required:
        cause = "the order has no delivery address"
        remedy = "give one, or turn the setting address_required off"
        faults.append(Problem(field="to_Address", cause=cause, remedy=remedy))
    wanted = [(settings.ship_to_function, settings.ship_to_party or sold_to, head.address)]
    if settings.bill_to_function and order.billing_address is not None:
        wanted.append((settings.bill_to_function, sold_to, order.billing_address))
    return tuple(
        partner(
            "A_SalesOrderHeaderPartner",
            function=function,
            customer=customer,
            address=address,
            settings=settings,
            faults=faults,
        )
        for function, customer, address in wanted
    )


def _paragraph(note: OrderNote) -> str:
    return ": ".join(filter(None, (note.title, note.detail)))


def notes(order: Order, settings: SapSettings) -> tuple[Entry, ...]:
    """
    The order's notes, one text for each LongTextID: SAP holds one a language.

    Args:
        order: The order.
        settings: The instance's settings.
    """
    texts: dict[str, list[str]] = {}
    for kind, group in (
        (settings.public_note_text, order.public_order_notes),
        (settings.note_text, order.order_notes),
    ):
        paragraphs = [text for note in group if (text := _paragraph(note))]
        if kind and paragraphs:
            texts.setdefault(kind, []).extend(paragraphs)
    return tuple(
        text_entry("A_SalesOrderText", kind, settings.text_language, "\n".join(paragraphs))
        for kind, paragraphs in texts.items()
    )


def sales_order(
    order: Order, shipment: Shipment | None, properties: Properties, settings: SapSettings
) -> Entry:
    """
    The sales order of an order, or of one of its shipments.

    Args:
        order: The order.
        shipment: The shipment, or `None` for the whole order.
        properties: The step's further properties.
        settings: The instance's settings.

    Raises:
        InvalidOrderError: It cannot be sent as it is; all that is wrong stands in its problems.
    """
    faults: list[Problem] = []
    area = _sales_area(order, properties, settings, faults)
    head = deliveries(order, shipment)[0]
    sold_to, unit = str(area.get("SoldToParty", "")), str(area.get("TransactionCurrency", ""))
    maker = ItemMaker(
        settings=settings,
        currency=unit,
        ship_to=settings.ship_to_party or sold_to,
        head=head,
        faults=faults,
    )
    root = Entry(
        entity=_ENTITY,
        values=_head_values(order, shipment, settings) | area,
        children={
            "to_Partner": _partners(order, head, sold_to, settings, faults),
            "to_PricingElement": freight(order, shipment, unit, settings),
            "to_Text": notes(order, settings),
            "to_Item": tuple(maker.items(placed_lines(order, shipment))),
        },
    )
    faults.extend(problems(root))
    if not root.children["to_Item"] and not faults:
        faults.append(
            Problem(
                field="to_Item",
                cause="there is no line to send",
                remedy="give a line that is not cancelled",
            )
        )
    if faults:
        faults = list(dict.fromkeys(faults))  # two lines may share an address
        raise InvalidOrderError(_message(order, shipment, faults), problems=faults)
    return root


def _message(order: Order, shipment: Shipment | None, faults: list[Problem]) -> str:
    what = purchase_order_number(order, shipment)
    more = f" (and {len(faults) - _SHOWN} more)" if len(faults) > _SHOWN else ""
    shown = ". ".join(str(fault) for fault in faults[:_SHOWN])
    return f"nothing was sent: order {what} cannot become a sales order: {shown}{more}"
