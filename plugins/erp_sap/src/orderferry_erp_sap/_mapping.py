"""
Mapping an order to a sales order, the deep insert of `A_SalesOrder`.
"""

from __future__ import annotations

from datetime import datetime

from orderferry import Properties
from orderferry.errors import InvalidOrderError, Problem
from orderferry.orders import Delivery, Order, OrderNote, Shipment, deliveries
from orderferry_erp_sap._assignments import constants, from_properties, from_step
from orderferry_erp_sap._deep_insert import Entry, Value, check_deep_insert, text_entry
from orderferry_erp_sap._items import ItemMaker, delivery_lines, freight
from orderferry_erp_sap._partners import partner
from orderferry_erp_sap._setting_checks import PURCHASE_ORDER, time_zone
from orderferry_erp_sap._settings import SapSettings

__all__ = ["notes", "purchase_order_number", "sales_order", "sold_to_party"]

_ENTITY = "A_SalesOrder"
_MAX_SHOWN = 3


def purchase_order_number(order: Order, shipment: Shipment | None) -> str:
    """
    Return the value of `PurchaseOrderByCustomer`: `order`, or `order/shipment`.
    """
    return order.id if shipment is None else f"{order.id}/{shipment.shipment_id}"


def _sales_area(
    order: Order, properties: Properties, settings: SapSettings, problems: list[Problem]
) -> dict[str, Value]:
    """
    Return the fields of the sales area, and others that can be assigned.

    Properties of the step take precedence over properties of the order, these over constants, and
    these over the settings.
    """
    customer = order.customer_number if settings.use_customer_number else None
    values: dict[str, Value] = {
        "SalesOrderType": settings.sales_order_type,
        "SalesOrganization": settings.sales_organization,
        "DistributionChannel": settings.distribution_channel,
        "OrganizationDivision": settings.division,
        "SoldToParty": customer or settings.sold_to_party,
        "TransactionCurrency": order.billing_currency or settings.currency,
        **constants(_ENTITY, settings.header_constants, problems),
        **from_properties(_ENTITY, settings.header_properties, order.properties, problems),
        **from_step(properties, problems),
    }
    return {name: value for name, value in values.items() if value != ""}


def sold_to_party(order: Order, properties: Properties, settings: SapSettings) -> str:
    """
    Return the customer who orders, as `sales_order` sends it.
    """
    return str(_sales_area(order, properties, settings, []).get("SoldToParty", ""))


def _header_values(
    order: Order, shipment: Shipment | None, settings: SapSettings
) -> dict[str, Value]:
    zone = time_zone(settings.time_zone)
    expected: datetime | None = shipment.expected_delivery_date if shipment is not None else None
    dates = {
        "CustomerPurchaseOrderDate": order.created,
        "RequestedDeliveryDate": expected or order.requested_delivery_date,
    }
    values: dict[str, Value] = {PURCHASE_ORDER: purchase_order_number(order, shipment)}
    for name, moment in dates.items():
        if moment is not None:
            values[name] = moment.astimezone(zone).date()
    return values


def _partners(
    order: Order, head: Delivery, sold_to: str, settings: SapSettings, problems: list[Problem]
) -> tuple[Entry, ...]:
    if head.address is None and settings.address_required:
        cause = "the order has no delivery address"
        remedy = "add one, or set address_required to false"
        problems.append(Problem(field="to_Address", cause=cause, remedy=remedy))
    partners = [(settings.ship_to_function, settings.ship_to_party or sold_to, head.address)]
    if settings.bill_to_function and order.billing_address is not None:
        partners.append((settings.bill_to_function, sold_to, order.billing_address))
    return tuple(
        partner(
            "A_SalesOrderHeaderPartner",
            function=function,
            customer=customer,
            address=address,
            settings=settings,
            problems=problems,
        )
        for function, customer, address in partners
    )


def _paragraph(note: OrderNote) -> str:
    return ": ".join(filter(None, (note.title, note.detail)))


def notes(order: Order, settings: SapSettings) -> tuple[Entry, ...]:
    """
    Convert the order's notes to one text for each LongTextID, as SAP has one for each language.

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
    Convert an order, or one of its shipments, to a sales order.

    Args:
        order: The order.
        shipment: The shipment, or `None` for the whole order.
        properties: The step's further properties.
        settings: The instance's settings.

    Raises:
        InvalidOrderError: The order cannot be sent; the error has all problems.
    """
    problems: list[Problem] = []
    area = _sales_area(order, properties, settings, problems)
    head = deliveries(order, shipment)[0]
    sold_to = str(area.get("SoldToParty", ""))
    currency = str(area.get("TransactionCurrency", ""))
    maker = ItemMaker(
        settings=settings,
        currency=currency,
        ship_to=settings.ship_to_party or sold_to,
        head=head,
        problems=problems,
    )
    root = Entry(
        entity=_ENTITY,
        values=_header_values(order, shipment, settings) | area,
        children={
            "to_Partner": _partners(order, head, sold_to, settings, problems),
            "to_PricingElement": freight(order, shipment, currency, settings),
            "to_Text": notes(order, settings),
            "to_Item": tuple(maker.items(delivery_lines(order, shipment))),
        },
    )
    problems.extend(check_deep_insert(root))
    if not root.children["to_Item"] and not problems:
        problems.append(
            Problem(
                field="to_Item",
                cause="there is no line to send",
                remedy="add a line that is not cancelled",
            )
        )
    if problems:
        problems = list(dict.fromkeys(problems))  # lines may share an address
        raise InvalidOrderError(_message(order, shipment, problems), problems=problems)
    return root


def _message(order: Order, shipment: Shipment | None, problems: list[Problem]) -> str:
    number = purchase_order_number(order, shipment)
    more = f" (and {len(problems) - _MAX_SHOWN} more)" if len(problems) > _MAX_SHOWN else ""
    shown = ". ".join(str(problem) for problem in problems[:_MAX_SHOWN])
    return f"nothing was sent: order {number} cannot be converted to a sales order: {shown}{more}"
