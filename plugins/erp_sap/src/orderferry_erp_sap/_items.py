"""
The lines of an order as items of a sales order, and prices as conditions of SAP's pricing.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, localcontext

from attrs import frozen

from orderferry.errors import Problem
from orderferry.orders import Delivery, LineItem, Order, Shipment, deliveries
from orderferry_erp_sap._assignments import constants, from_properties
from orderferry_erp_sap._deep_insert import Entry, Value, control_character, length, text_entry
from orderferry_erp_sap._fields import ENTITIES
from orderferry_erp_sap._partners import partner
from orderferry_erp_sap._settings import SapSettings

__all__ = ["DeliveryLine", "ItemMaker", "comment", "delivery_lines", "freight", "line_prices"]

_ENTITY = "A_SalesOrderItem"

_EXACT = 200
"""Enough digits for the product of any two numbers of an order."""


def _condition(entity: str, kind: str, amount: Decimal, currency: str) -> Entry:
    return Entry(
        entity=entity,
        values={"ConditionType": kind, "ConditionRateValue": amount, "ConditionCurrency": currency},
    )


def _discount(price: Decimal, total: Decimal, quantity: Decimal, open_quantity: Decimal) -> Decimal:
    """
    Return how much the line's total is below price times quantity, for the open quantity.
    """
    with localcontext(prec=_EXACT):
        discount = price * quantity - total
        if open_quantity == quantity:
            return discount
        places = Decimal(1).scaleb(min(int(total.as_tuple().exponent), 0))
        return (discount * open_quantity / quantity).quantize(places)


def line_prices(
    line: LineItem,
    open_quantity: Decimal,
    currency: str,
    *,
    name: str,
    settings: SapSettings,
    problems: list[Problem],
) -> tuple[Entry, ...]:
    """
    Convert a line's unit price, and its discounts as one amount, to conditions.

    The discount is `placedPrice` times quantity, minus the line's total after all discounts
    (`extendedPrice`, else `discountedPrice`). It is sent as a negative amount.

    Args:
        line: The line.
        open_quantity: The quantity that is not cancelled.
        currency: The currency.
        name: The line, as messages name it.
        settings: The instance's settings.
        problems: The list to which problems are added.
    """
    if not settings.price_condition or line.placed_price is None:
        return ()
    price, total = line.placed_price, line.extended_price
    if total is None:
        total = line.discounted_price
    if settings.prices_without_tax:
        if line.placed_price_excl_tax is None:
            problems.append(
                Problem(
                    line_item_id=name,
                    field="placedPriceExclTax",
                    cause="is missing, and prices are sent without tax",
                    remedy="add it, or set prices_without_tax to false",
                )
            )
            return ()
        price, total = line.placed_price_excl_tax, line.extended_price_excl_tax
    entity = "A_SalesOrderItemPrElement"
    conditions = [_condition(entity, settings.price_condition, price, currency)]
    if settings.discount_condition and total is not None:
        discount = _discount(price, total, line.quantity, open_quantity)
        if discount > 0:
            reduction = discount.copy_negate()
            conditions.append(_condition(entity, settings.discount_condition, reduction, currency))
    return tuple(conditions)


def _first(*amounts: Decimal | None) -> Decimal | None:
    return next((amount for amount in amounts if amount is not None), None)


def _charge(order: Order, shipment: Shipment | None, settings: SapSettings) -> Decimal:
    form, charge = order.order_form, Decimal(0)
    total = _first(form.shipping_total, form.shipping_sub_total)
    if shipment is None and total is not None and not settings.prices_without_tax:
        return total
    for item in order.shipments if shipment is None else (shipment,):
        gross = _first(item.shipping_total, item.shipping_sub_total)
        if gross is not None:
            tax = item.shipping_tax if settings.prices_without_tax else None
            charge += gross - (tax or 0)
    return charge if charge or shipment is not None else total or charge


def freight(
    order: Order, shipment: Shipment | None, currency: str, settings: SapSettings
) -> tuple[Entry, ...]:
    """
    Convert the shipping charge of a shipment, or of the whole order, to a condition of the header.

    Args:
        order: The order.
        shipment: The shipment, or `None` for the whole order.
        currency: The currency.
        settings: The instance's settings.
    """
    charge = _charge(order, shipment, settings)
    if not settings.freight_condition or not charge:
        return ()
    return (
        _condition("A_SalesOrderHeaderPrElement", settings.freight_condition, charge, currency),
    )


def comment(line: LineItem, settings: SapSettings) -> tuple[Entry, ...]:
    """
    Convert a line's comment to a text of its item.

    Args:
        line: The line.
        settings: The instance's settings.
    """
    if not line.comment or not settings.comment_text:
        return ()
    kind, language = settings.comment_text, settings.text_language
    return (text_entry("A_SalesOrderItemText", kind, language, line.comment),)


@frozen
class DeliveryLine:
    """
    A line and its delivery.

    Attributes:
        line: The line.
        name: The id, or the position (`#2`) of a line without an id.
        delivery: The delivery, or `None` if no shipment has the line.
    """

    line: LineItem
    name: str
    delivery: Delivery | None


def delivery_lines(order: Order, shipment: Shipment | None) -> tuple[DeliveryLine, ...]:
    """
    Return the lines of a shipment, or of the whole order, with their deliveries.

    Args:
        order: The order.
        shipment: The shipment, or `None` for the whole order.
    """
    parts = deliveries(order, shipment)
    if len(parts) == 1:
        lines = order.lines if shipment is None else parts[0].lines
        line_deliveries: list[Delivery | None] = [parts[0]] * len(lines)
    else:
        lines = order.lines
        by_id = {line.line_item_id: part for part in parts for line in part.lines}
        by_id.pop(None, None)
        line_deliveries = [
            by_id.get(line.line_item_id)
            or next((part for part in parts if line in part.lines), None)
            for line in lines
        ]
    return tuple(
        DeliveryLine(line=line, name=_name(line, position), delivery=delivery)
        for position, (line, delivery) in enumerate(zip(lines, line_deliveries, strict=True), 1)
    )


def _name(line: LineItem, position: int) -> str:
    line_id = line.line_item_id
    return line_id if line_id and control_character(line_id) is None else f"#{position}"


def _amount_fault(amount: Decimal) -> str | None:
    if not amount.is_finite():
        return "is not a number"
    return "is negative" if amount < 0 else None


def _open_quantity(delivery_line: DeliveryLine) -> tuple[Decimal, Problem | None]:
    """
    Return the quantity of a line that is not cancelled, and the problem with it.
    """
    quantity, cancelled = (
        delivery_line.line.quantity,
        delivery_line.line.canceled_quantity or Decimal(0),
    )
    cause, name, value = _amount_fault(quantity), "RequestedQuantity", quantity
    if cause is None and quantity == 0:
        cause = "is zero"
    if cause is None:
        name, value, cause = "canceledQuantity", cancelled, _amount_fault(cancelled)
        if cause is None and cancelled > quantity:
            cause = f"is more than the quantity, {quantity}"
    if cause is not None:
        remedy = "correct the line, or omit it"
        problem = Problem(
            line_item_id=delivery_line.name,
            field=name,
            value=str(value),
            cause=cause,
            remedy=remedy,
        )
        return Decimal(0), problem
    return delivery_line.line.open_quantity, None


@frozen(kw_only=True)
class ItemMaker:
    """
    Converts lines to items.

    Attributes:
        settings: The instance's settings.
        currency: The order's currency.
        ship_to: The customer of the ship-to party.
        head: The delivery whose address is in the header.
        problems: The list to which problems are added.
    """

    settings: SapSettings
    currency: str
    ship_to: str
    head: Delivery
    problems: list[Problem]

    def items(self, lines: tuple[DeliveryLine, ...]) -> Iterator[Entry]:
        """
        Yield the items, numbered 10, 20, ...; a line that is cancelled completely is omitted.
        """
        number = 0
        for delivery_line in lines:
            quantity, problem = _open_quantity(delivery_line)
            if problem is not None:
                self.problems.append(problem)
                quantity = Decimal(1)  # so that the rest of the line is also checked
            if quantity:
                number += 10
                yield self._item(delivery_line, number, quantity)

    def _item(self, delivery_line: DeliveryLine, number: int, quantity: Decimal) -> Entry:
        line, settings = delivery_line.line, self.settings
        values = self._values(delivery_line, number, quantity)
        values |= from_properties(
            _ENTITY, settings.item_properties, line.properties, self.problems, delivery_line.name
        )
        prices = line_prices(
            line,
            quantity,
            self.currency,
            name=delivery_line.name,
            settings=settings,
            problems=self.problems,
        )
        children = {
            "to_Partner": self._partners(delivery_line),
            "to_PricingElement": prices,
            "to_Text": comment(line, settings),
        }
        return Entry(entity=_ENTITY, values=values, children=children, line=delivery_line.name)

    def _values(
        self, delivery_line: DeliveryLine, number: int, quantity: Decimal
    ) -> dict[str, Value]:
        line, settings = delivery_line.line, self.settings
        if not line.code:
            cause, remedy = "the line has no code", "add the article's code"
            self.problems.append(
                Problem(
                    line_item_id=delivery_line.name, field="Material", cause=cause, remedy=remedy
                )
            )
        unit = line.unit or settings.unit
        units = {name.casefold(): sap for name, sap in settings.units.items()}
        values: dict[str, Value] = {
            "SalesOrderItem": str(number),
            "Material": line.code or "",
            "RequestedQuantity": quantity,
            "RequestedQuantityUnit": units.get(unit.casefold(), unit),
        }
        limit = ENTITIES[_ENTITY].properties["UnderlyingPurchaseOrderItem"].max_length or 0
        if line.line_item_id and length(line.line_item_id) <= limit:
            values["UnderlyingPurchaseOrderItem"] = line.line_item_id
        shipment = delivery_line.delivery.shipment if delivery_line.delivery is not None else None
        plant = settings.plants.get((shipment and shipment.warehouse_code) or "")
        if plant is not None:
            values["ProductionPlant"] = plant
        return values | constants(_ENTITY, settings.item_constants, self.problems)

    def _partners(self, delivery_line: DeliveryLine) -> tuple[Entry, ...]:
        """
        Return the ship-to party of an item whose delivery has another address than the header.
        """
        delivery = delivery_line.delivery
        if delivery is None or delivery.address in (None, self.head.address):
            return ()
        return (
            partner(
                "A_SalesOrderItemPartner",
                function=self.settings.ship_to_function,
                customer=self.ship_to,
                address=delivery.address,
                settings=self.settings,
                problems=self.problems,
            ),
        )
