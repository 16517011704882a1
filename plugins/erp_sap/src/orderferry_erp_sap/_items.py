"""
The lines of an order as items of a sales order.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from attrs import frozen

from orderferry.errors import Problem
from orderferry.orders import Delivery, LineItem, Order, Shipment, deliveries
from orderferry_erp_sap._assignments import constants, from_properties
from orderferry_erp_sap._checks import control_character, length
from orderferry_erp_sap._fields import ENTITIES
from orderferry_erp_sap._partners import partner
from orderferry_erp_sap._payload import Entry, Value
from orderferry_erp_sap._prices import line_prices
from orderferry_erp_sap._settings import SapSettings
from orderferry_erp_sap._texts import comment

__all__ = ["ItemMaker", "PlacedLine", "placed_lines"]

_ENTITY = "A_SalesOrderItem"


@frozen
class PlacedLine:
    """
    A line, and the delivery that it belongs to.

    Attributes:
        line: The line.
        name: Its id, or its place (`#2`) where it has none.
        delivery: The delivery, or `None` where no shipment has the line.
    """

    line: LineItem
    name: str
    delivery: Delivery | None


def placed_lines(order: Order, shipment: Shipment | None) -> tuple[PlacedLine, ...]:
    """
    The lines of a shipment, or of the whole order, each with its delivery.

    Args:
        order: The order.
        shipment: The shipment, or `None` for the whole order.
    """
    parts = deliveries(order, shipment)
    if len(parts) == 1:
        lines = order.lines if shipment is None else parts[0].lines
        owners: list[Delivery | None] = [parts[0]] * len(lines)
    else:
        lines = order.lines
        by_id = {line.line_item_id: part for part in parts for line in part.lines}
        by_id.pop(None, None)
        owners = [
            by_id.get(line.line_item_id) or next((p for p in parts if line in p.lines), None)
            for line in lines
        ]
    return tuple(
        PlacedLine(line=line, name=_name(line, place), delivery=owner)
        for place, (line, owner) in enumerate(zip(lines, owners, strict=True), 1)
    )


def _name(line: LineItem, place: int) -> str:
    known = line.line_item_id
    return known if known and control_character(known) is None else f"#{place}"


def _amount_fault(amount: Decimal) -> str | None:
    if not amount.is_finite():
        return "is not a number"
    return "is negative" if amount < 0 else None


def _open_quantity(placed: PlacedLine) -> tuple[Decimal, Problem | None]:
    """
    What of a line is ordered and not cancelled; zero where it is cancelled whole.
    """
    quantity, cancelled = placed.line.quantity, placed.line.canceled_quantity or Decimal(0)
    cause, name, value = _amount_fault(quantity), "RequestedQuantity", quantity
    if cause is None and quantity == 0:
        cause = "is zero"
    if cause is None:
        name, value, cause = "canceledQuantity", cancelled, _amount_fault(cancelled)
        if cause is None and cancelled > quantity:
            cause = f"is more than the quantity, {quantity}"
    if cause is not None:
        remedy = "mend the line, or leave it out"
        problem = Problem(
            line_item_id=placed.name, field=name, value=str(value), cause=cause, remedy=remedy
        )
        return Decimal(0), problem
    return placed.line.open_quantity, None


@frozen(kw_only=True)
class ItemMaker:
    """
    Makes items of lines.

    Attributes:
        settings: The instance's settings.
        currency: The order's currency.
        ship_to: The customer of the ship-to party.
        head: The delivery whose address stands at the head.
        faults: Gets what is wrong.
    """

    settings: SapSettings
    currency: str
    ship_to: str
    head: Delivery
    faults: list[Problem]

    def items(self, lines: tuple[PlacedLine, ...]) -> Iterator[Entry]:
        """
        The items, numbered 10, 20, ...; a line that is cancelled whole is left out.
        """
        number = 0
        for placed in lines:
            quantity, problem = _open_quantity(placed)
            if problem is not None:
                self.faults.append(problem)
                quantity = Decimal(1)  # so that the rest of the line is looked at too
            if quantity:
                number += 10
                yield self._item(placed, number, quantity)

    def _item(self, placed: PlacedLine, number: int, quantity: Decimal) -> Entry:
        line, settings = placed.line, self.settings
        values = self._values(placed, number, quantity)
        values |= from_properties(
            _ENTITY, settings.item_properties, line.properties, self.faults, placed.name
        )
        prices = line_prices(
            line,
            quantity,
            self.currency,
            name=placed.name,
            settings=settings,
            faults=self.faults,
        )
        children = {
            "to_Partner": self._partners(placed),
            "to_PricingElement": prices,
            "to_Text": comment(line, settings),
        }
        return Entry(entity=_ENTITY, values=values, children=children, line=placed.name)

    def _values(self, placed: PlacedLine, number: int, quantity: Decimal) -> dict[str, Value]:
        line, settings = placed.line, self.settings
        if not line.code:
            cause, remedy = "the line has no code", "give the article's code"
            self.faults.append(
                Problem(line_item_id=placed.name, field="Material", cause=cause, remedy=remedy)
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
        shipment = placed.delivery.shipment if placed.delivery is not None else None
        plant = settings.plants.get((shipment and shipment.warehouse_code) or "")
        if plant is not None:
            values["ProductionPlant"] = plant
        return values | constants(_ENTITY, settings.item_constants, self.faults)

    def _partners(self, placed: PlacedLine) -> tuple[Entry, ...]:
        """
        The item's own ship-to party, where its delivery goes to another address than the head's.
        """
        delivery = placed.delivery
        if delivery is None or delivery.address in (None, self.head.address):
            return ()
        return (
            partner(
                "A_SalesOrderItemPartner",
                function=self.settings.ship_to_function,
                customer=self.ship_to,
                address=delivery.address,
                settings=self.settings,
                faults=self.faults,
            ),
        )
