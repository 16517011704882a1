"""
Prices and the shipping charge as conditions.
"""

from decimal import Decimal

import pytest

from orderferry.errors import Problem
from orderferry.orders import LineItem, OrderForm, Shipment
from orderferry_erp_sap import SapSettings
from orderferry_erp_sap._deep_insert import Entry
from orderferry_erp_sap._items import freight, line_prices

from .conftest import OrderOf, SettingsOf


def _line(**values: object) -> LineItem:
    fields = {"quantity": Decimal(3), "placed_price": Decimal("19.99"), **values}
    return LineItem(code="A", **fields)  # type: ignore[arg-type]


def _prices(
    line: LineItem, settings: SapSettings, open_quantity: str | None = None
) -> tuple[list[tuple[object, object]], list[Problem]]:
    problems: list[Problem] = []
    quantity = line.quantity if open_quantity is None else Decimal(open_quantity)
    entries = line_prices(line, quantity, "NOK", name="L1", settings=settings, problems=problems)
    return _rates(entries), problems


def _rates(entries: tuple[Entry, ...]) -> list[tuple[object, object]]:
    assert all(entry.values["ConditionCurrency"] == "NOK" for entry in entries)
    return [
        (entry.values["ConditionType"], entry.values["ConditionRateValue"]) for entry in entries
    ]


def test_the_unit_price_is_a_condition(settings_of: SettingsOf) -> None:
    """
    A `placedPrice` is sent as a condition, also when it is zero, unless there is none.
    """
    assert _prices(_line(), settings_of()) == ([("PMP0", Decimal("19.99"))], [])
    assert _prices(_line(placed_price=Decimal(0)), settings_of()) == ([("PMP0", Decimal(0))], [])
    assert _prices(_line(placed_price=None), settings_of()) == ([], [])
    assert _prices(_line(), settings_of(price_condition="")) == ([], [])


def test_all_discounts_are_one_amount(settings_of: SettingsOf) -> None:
    """
    The discounts of a line are one negative amount: 3 x 19.99 minus 50.00.
    """
    line = _line(discounted_price=Decimal(55), extended_price=Decimal("50.00"))
    expected = [("PMP0", Decimal("19.99")), ("RB00", Decimal("-9.97"))]
    assert (expected, []) == _prices(line, settings_of())
    assert (expected[:1], []) == _prices(line, settings_of(discount_condition=""))


def test_the_total_may_be_the_discounted_price(
    settings_of: SettingsOf,
) -> None:
    """
    A line without `extendedPrice` has the discount of `discountedPrice`.
    """
    rates, _ = _prices(_line(discounted_price=Decimal("59.00")), settings_of())
    assert rates[1:] == [("RB00", Decimal("-0.97"))]
    rates, _ = _prices(_line(extended_price=Decimal("59.97")), settings_of())
    assert rates[1:] == []


def test_a_cancelled_quantity_reduces_the_discount(settings_of: SettingsOf) -> None:
    """
    The discount is that of the open quantity, with the decimals of the line's total.
    """
    rates, _ = _prices(_line(extended_price=Decimal("50.00")), settings_of(), "2")
    assert rates[1:] == [("RB00", Decimal("-6.65"))]


def test_large_numbers_are_exact(settings_of: SettingsOf) -> None:
    """
    The product of large numbers is exact.
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
    Net prices are sent where the settings say so, and a line without one is a problem.
    """
    settings = settings_of(prices_without_tax=True)
    line = _line(placed_price_excl_tax=Decimal(16), extended_price_excl_tax=Decimal(40))
    assert _prices(line, settings) == ([("PMP0", Decimal(16)), ("RB00", Decimal(-8))], [])
    rates, (problem,) = _prices(_line(), settings)
    assert rates == []
    assert problem.line_item_id == "L1"
    assert problem.field == "placedPriceExclTax"


@pytest.mark.parametrize("is_order", [True, False])
def test_the_charge_of_a_shipment_or_of_the_order(
    settings_of: SettingsOf, order_of: OrderOf, is_order: bool
) -> None:
    """
    The charge of an order is that of the order form, else the sum of its shipments.
    """
    parts = (
        Shipment(shipment_id="S1", shipping_total=Decimal(49), shipping_tax=Decimal(9)),
        Shipment(shipment_id="S2", shipping_sub_total=Decimal(20)),
    )
    order = order_of(order_form=OrderForm(shipments=parts, shipping_total=Decimal(60)))
    settings = settings_of()
    shipment = None if is_order else parts[0]
    expected = Decimal(60) if is_order else Decimal(49)
    assert _rates(freight(order, shipment, "NOK", settings)) == [("HD00", expected)]
    unsummed = order_of(order_form=OrderForm(shipments=parts))
    assert _rates(freight(unsummed, None, "NOK", settings)) == [("HD00", Decimal(69))]
    net = settings_of(prices_without_tax=True)
    assert _rates(freight(order, shipment, "NOK", net)) == [
        ("HD00", Decimal(60 if is_order else 40))
    ]


def test_free_shipping_has_no_condition(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    Free shipping or an empty condition type has no condition.
    """
    free = order_of(order_form=OrderForm(shipping_total=Decimal(0)))
    assert freight(free, None, "NOK", settings_of()) == ()
    paid = order_of(order_form=OrderForm(shipping_total=Decimal(49)))
    assert freight(paid, None, "NOK", settings_of(freight_condition="")) == ()
    net = settings_of(prices_without_tax=True)
    assert _rates(freight(paid, None, "NOK", net)) == [("HD00", Decimal(49))]
