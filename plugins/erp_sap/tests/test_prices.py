"""
Prices as conditions.
"""

from collections.abc import Callable
from decimal import Decimal

import pytest

from orderferry import Order
from orderferry.errors import Problem
from orderferry.orders import LineItem, OrderForm, Shipment
from orderferry_erp_sap import SapSettings
from orderferry_erp_sap._deep_insert import Entry
from orderferry_erp_sap._items import freight, line_prices

SettingsOf = Callable[..., SapSettings]
OrderOf = Callable[..., Order]


def _line(**values: object) -> LineItem:
    given = {"quantity": Decimal(3), "placed_price": Decimal("19.99"), **values}
    return LineItem(code="A", **given)  # type: ignore[arg-type]


def _prices(
    line: LineItem, settings: SapSettings, still_open: str | None = None
) -> tuple[list[tuple[object, object]], list[Problem]]:
    faults: list[Problem] = []
    quantity = line.quantity if still_open is None else Decimal(still_open)
    entries = line_prices(line, quantity, "NOK", name="L1", settings=settings, faults=faults)
    return _rates(entries), faults


def _rates(entries: tuple[Entry, ...]) -> list[tuple[object, object]]:
    assert all(entry.values["ConditionCurrency"] == "NOK" for entry in entries)
    return [(e.values["ConditionType"], e.values["ConditionRateValue"]) for e in entries]


def test_the_unit_price_is_a_condition(settings_of: SettingsOf) -> None:
    """
    `placedPrice` goes as it is, also where it is nothing; no price leaves pricing to SAP.
    """
    assert _prices(_line(), settings_of()) == ([("PMP0", Decimal("19.99"))], [])
    assert _prices(_line(placed_price=Decimal(0)), settings_of()) == ([("PMP0", Decimal(0))], [])
    assert _prices(_line(placed_price=None), settings_of()) == ([], [])
    assert _prices(_line(), settings_of(price_condition="")) == ([], [])


def test_the_discount_is_what_the_total_is_below_the_price(settings_of: SettingsOf) -> None:
    """
    All discounts of a line are one negative amount: 3 x 19.99 less 50.00.
    """
    line = _line(discounted_price=Decimal(55), extended_price=Decimal("50.00"))
    expected = [("PMP0", Decimal("19.99")), ("RB00", Decimal("-9.97"))]
    assert (expected, []) == _prices(line, settings_of())
    assert (expected[:1], []) == _prices(line, settings_of(discount_condition=""))


def test_without_a_total_of_all_discounts_that_of_the_lines_counts(
    settings_of: SettingsOf,
) -> None:
    """
    `discountedPrice` stands in for `extendedPrice`; a total that is not below is no discount.
    """
    rates, _ = _prices(_line(discounted_price=Decimal("59.00")), settings_of())
    assert rates[1:] == [("RB00", Decimal("-0.97"))]
    rates, _ = _prices(_line(extended_price=Decimal("59.97")), settings_of())
    assert rates[1:] == []


def test_a_cancelled_part_takes_its_discount_with_it(settings_of: SettingsOf) -> None:
    """
    Of a discount of 9.97 for three, two keep 6.65, to the places of the line's total.
    """
    rates, _ = _prices(_line(extended_price=Decimal("50.00")), settings_of(), "2")
    assert rates[1:] == [("RB00", Decimal("-6.65"))]


def test_enormous_numbers_lose_no_digit(settings_of: SettingsOf) -> None:
    """
    The product is exact, so that a number that is too large is refused and not rounded.
    """
    line = _line(
        quantity=Decimal("123456789012.345"),
        placed_price=Decimal("98765432109876.123456789"),
        extended_price=Decimal(0),
    )
    digits = str(123456789012345 * 98765432109876123456789)
    expected = Decimal(f"-{digits[:-12]}.{digits[-12:]}")
    rates, _ = _prices(line, settings_of())
    assert rates[1] == ("RB00", expected)


def test_prices_without_tax(settings_of: SettingsOf) -> None:
    """
    The settings choose the net prices; a line without one is a fault of its own.
    """
    settings = settings_of(prices_without_tax=True)
    line = _line(placed_price_excl_tax=Decimal(16), extended_price_excl_tax=Decimal(40))
    assert _prices(line, settings) == ([("PMP0", Decimal(16)), ("RB00", Decimal(-8))], [])
    rates, (fault,) = _prices(_line(), settings)
    assert (rates, fault.line_item_id, fault.field) == ([], "L1", "placedPriceExclTax")


@pytest.mark.parametrize("whole", [True, False])
def test_the_charge_of_a_shipment_or_of_the_order(
    settings_of: SettingsOf, order_of: OrderOf, whole: bool
) -> None:
    """
    One shipment's charge is its own; the whole order's is the form's, else that of its shipments.
    """
    parts = (
        Shipment(shipment_id="S1", shipping_total=Decimal(49), shipping_tax=Decimal(9)),
        Shipment(shipment_id="S2", shipping_sub_total=Decimal(20)),
    )
    order = order_of(order_form=OrderForm(shipments=parts, shipping_total=Decimal(60)))
    settings = settings_of()
    shipment = None if whole else parts[0]
    expected = Decimal(60) if whole else Decimal(49)
    assert _rates(freight(order, shipment, "NOK", settings)) == [("HD00", expected)]
    unsummed = order_of(order_form=OrderForm(shipments=parts))
    assert _rates(freight(unsummed, None, "NOK", settings)) == [("HD00", Decimal(69))]
    net = settings_of(prices_without_tax=True)
    assert _rates(freight(order, shipment, "NOK", net)) == [("HD00", Decimal(60 if whole else 40))]


def test_no_charge_is_no_condition(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    Free shipping, or an empty condition type, sends nothing.
    """
    free = order_of(order_form=OrderForm(shipping_total=Decimal(0)))
    assert freight(free, None, "NOK", settings_of()) == ()
    paid = order_of(order_form=OrderForm(shipping_total=Decimal(49)))
    assert freight(paid, None, "NOK", settings_of(freight_condition="")) == ()
    net = settings_of(prices_without_tax=True)
    assert _rates(freight(paid, None, "NOK", net)) == [("HD00", Decimal(49))]
