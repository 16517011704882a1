"""
What the customer pays, as manual conditions of SAP's pricing.
"""

from __future__ import annotations

from decimal import Decimal, localcontext

from orderferry.errors import Problem
from orderferry.orders import LineItem, Order, Shipment
from orderferry_erp_sap._payload import Entry
from orderferry_erp_sap._settings import SapSettings

__all__ = ["freight", "line_prices"]

_EXACT = 200
"""Digits enough for a product of any two numbers that an order may hold."""


def _condition(entity: str, kind: str, amount: Decimal, unit: str) -> Entry:
    return Entry(
        entity=entity,
        values={"ConditionType": kind, "ConditionRateValue": amount, "ConditionCurrency": unit},
    )


def _discount(price: Decimal, total: Decimal, quantity: Decimal, still_open: Decimal) -> Decimal:
    """
    What the line's total is below price times quantity, for the part that is still open.
    """
    with localcontext(prec=_EXACT):
        whole = price * quantity - total
        if still_open == quantity:
            return whole
        places = Decimal(1).scaleb(min(int(total.as_tuple().exponent), 0))
        return (whole * still_open / quantity).quantize(places)


def line_prices(
    line: LineItem,
    open_quantity: Decimal,
    unit: str,
    *,
    name: str,
    settings: SapSettings,
    faults: list[Problem],
) -> tuple[Entry, ...]:
    """
    A line's unit price, and its discounts as one amount.

    The discount is `placedPrice` times quantity, less the line's total after all discounts
    (`extendedPrice`, else `discountedPrice`). It is sent negative, as a reduction.

    Args:
        line: The line.
        open_quantity: What of it is not cancelled.
        unit: The currency.
        name: The line, as people know it.
        settings: The instance's settings.
        faults: Gets what is wrong.
    """
    if not settings.price_condition or line.placed_price is None:
        return ()
    price, total = line.placed_price, line.extended_price
    if total is None:
        total = line.discounted_price
    if settings.prices_without_tax:
        if line.placed_price_excl_tax is None:
            faults.append(
                Problem(
                    line_item_id=name,
                    field="placedPriceExclTax",
                    cause="is missing, and prices are sent without tax",
                    remedy="give it, or turn the setting prices_without_tax off",
                )
            )
            return ()
        price, total = line.placed_price_excl_tax, line.extended_price_excl_tax
    entity = "A_SalesOrderItemPrElement"
    conditions = [_condition(entity, settings.price_condition, price, unit)]
    if settings.discount_condition and total is not None:
        discount = _discount(price, total, line.quantity, open_quantity)
        if discount > 0:
            reduction = discount.copy_negate()
            conditions.append(_condition(entity, settings.discount_condition, reduction, unit))
    return tuple(conditions)


def _first(*amounts: Decimal | None) -> Decimal | None:
    return next((amount for amount in amounts if amount is not None), None)


def _charge(order: Order, shipment: Shipment | None, settings: SapSettings) -> Decimal:
    form, charge = order.order_form, Decimal(0)
    given = _first(form.shipping_total, form.shipping_sub_total)
    if shipment is None and given is not None and not settings.prices_without_tax:
        return given
    for part in order.shipments if shipment is None else (shipment,):
        gross = _first(part.shipping_total, part.shipping_sub_total)
        if gross is not None:
            tax = part.shipping_tax if settings.prices_without_tax else None
            charge += gross - (tax or 0)
    return charge if charge or shipment is not None else given or charge


def freight(
    order: Order, shipment: Shipment | None, unit: str, settings: SapSettings
) -> tuple[Entry, ...]:
    """
    The shipping charge of the shipment, or of the whole order, at the head.

    Args:
        order: The order.
        shipment: The shipment, or `None` for the whole order.
        unit: The currency.
        settings: The instance's settings.
    """
    charge = _charge(order, shipment, settings)
    if not settings.freight_condition or not charge:
        return ()
    return (_condition("A_SalesOrderHeaderPrElement", settings.freight_condition, charge, unit),)
