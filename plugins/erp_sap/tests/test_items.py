"""
Lines as items of a sales order.
"""

from decimal import Decimal

import pytest
from attrs import evolve

from orderferry import Order
from orderferry.errors import Problem
from orderferry.orders import Address, LineItem, OrderForm, PropertyItem, Shipment, deliveries
from orderferry_erp_sap import SapSettings
from orderferry_erp_sap._deep_insert import Entry
from orderferry_erp_sap._items import ItemMaker, comment, delivery_lines

from .conftest import OrderOf, SettingsOf


def _items(
    order: Order, settings: SapSettings, shipment: Shipment | None = None
) -> tuple[list[Entry], list[Problem]]:
    problems: list[Problem] = []
    maker = ItemMaker(
        settings=settings,
        currency="NOK",
        ship_to="17100001",
        head=deliveries(order, shipment)[0],
        problems=problems,
    )
    return list(maker.items(delivery_lines(order, shipment))), problems


def _line(name: str | None, quantity: str = "1", **values: object) -> LineItem:
    fields = {"code": f"SKU-{name}", "quantity": Decimal(quantity), **values}
    return LineItem(line_item_id=name, **fields)  # type: ignore[arg-type]


def test_items_are_numbered_by_tens(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    Each line is an item with code, quantity and unit, and with its id where that is short enough.
    """
    order = order_of(lines=(_line("L1", "2.50"), _line("a-long-id", unit="KG")))
    items, problems = _items(order, settings_of())
    assert problems == []
    assert [item.values for item in items] == [
        {
            "SalesOrderItem": "10",
            "Material": "SKU-L1",
            "RequestedQuantity": Decimal("2.50"),
            "RequestedQuantityUnit": "PC",
            "UnderlyingPurchaseOrderItem": "L1",
        },
        {
            "SalesOrderItem": "20",
            "Material": "SKU-a-long-id",
            "RequestedQuantity": Decimal(1),
            "RequestedQuantityUnit": "KG",
        },
    ]
    assert [item.line for item in items] == ["L1", "a-long-id"]


def test_units_are_mapped_in_any_case(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    A unit is mapped in any case, and one without a mapping is sent unchanged.
    """
    order = order_of(lines=(_line("1", unit="Pcs"), _line("2", unit="Box"), _line("3", unit="M")))
    items, _ = _items(order, settings_of(units={"pcs": "PC", "BOX": "CRT"}))
    assert [item.values["RequestedQuantityUnit"] for item in items] == ["PC", "CRT", "M"]


def test_a_cancelled_quantity_is_not_ordered(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    A cancelled quantity is subtracted, and a line that is cancelled completely is omitted.
    """
    order = order_of(
        lines=(
            _line("1", "3", canceled_quantity=Decimal(1)),
            _line("2", "2", canceled_quantity=Decimal(2)),
            _line("3", "1", canceled_quantity=Decimal(0)),
        )
    )
    items, problems = _items(order, settings_of())
    assert problems == []
    assert [(item.values["SalesOrderItem"], item.line) for item in items] == [
        ("10", "1"),
        ("20", "3"),
    ]
    assert [item.values["RequestedQuantity"] for item in items] == [Decimal(2), Decimal(1)]


@pytest.mark.parametrize(
    ("quantity", "cancelled", "field", "cause"),
    [
        ("-1", None, "RequestedQuantity", "is negative"),
        ("0", None, "RequestedQuantity", "is zero"),
        ("NaN", None, "RequestedQuantity", "is not a number"),
        ("1", "-1", "canceledQuantity", "is negative"),
        ("1", "Infinity", "canceledQuantity", "is not a number"),
        ("1", "2", "canceledQuantity", "is more than the quantity, 1"),
    ],
)
def test_invalid_quantities(
    settings_of: SettingsOf,
    order_of: OrderOf,
    quantity: str,
    cancelled: str | None,
    field: str,
    cause: str,
) -> None:
    """
    An invalid quantity is a problem with line, field, value and cause.
    """
    amount = None if cancelled is None else Decimal(cancelled)
    order = order_of(lines=(_line("L1", quantity, canceled_quantity=amount),))
    _, (problem,) = _items(order, settings_of())
    assert problem.line_item_id == "L1"
    assert problem.field == field
    assert problem.cause == cause
    assert problem.value == (quantity if cancelled is None else cancelled)


def test_the_open_quantity_is_exact(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    The open quantity is not rounded.
    """
    quantity = "123456789012345678901234567890.0001"
    order = order_of(lines=(_line("L1", quantity, canceled_quantity=Decimal(1)),))
    (item,), _ = _items(order, settings_of())
    assert item.values["RequestedQuantity"] == Decimal("123456789012345678901234567889.0001")


def test_a_line_may_have_several_problems(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    A negative quantity and a missing code of one line are both reported.
    """
    _, problems = _items(order_of(lines=(_line("L1", "-1", code=None),)), settings_of())
    assert [problem.field for problem in problems] == ["RequestedQuantity", "Material"]


def test_a_line_without_a_printable_id_is_named_by_position(
    settings_of: SettingsOf, order_of: OrderOf
) -> None:
    """
    A line without an id, or with a control character in its id, is named `#1`.
    """
    order = order_of(lines=(_line(None, "-1"), _line("a\x07b", "-1")))
    _, problems = _items(order, settings_of())
    assert [problem.line_item_id for problem in problems] == ["#1", "#2"]


def test_constants_and_properties_of_a_line(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    Constants are in every item, and a line's property takes precedence.
    """
    properties = (PropertyItem(key="location", value="171B"),)
    order = order_of(lines=(_line("1"), _line("2", properties=properties)))
    settings = settings_of(
        item_constants={"StorageLocation": "171A"}, item_properties={"location": "StorageLocation"}
    )
    items, problems = _items(order, settings)
    assert problems == []
    assert [item.values["StorageLocation"] for item in items] == ["171A", "171B"]


def test_a_plant_comes_from_the_shipments_warehouse(
    settings_of: SettingsOf, order_of: OrderOf
) -> None:
    """
    A line has the plant of its shipment's warehouse, unless that is not mapped.
    """
    first, second, third = _line("1"), _line("2"), _line("3")
    parts = (
        Shipment(shipment_id="S1", warehouse_code="OSL", line_items=(first,)),
        Shipment(shipment_id="S2", warehouse_code="BGO", line_items=(second,)),
    )
    order = order_of(order_form=OrderForm(line_items=(first, second, third), shipments=parts))
    items, _ = _items(order, settings_of(plants={"OSL": "1710"}))
    assert [item.values.get("ProductionPlant") for item in items] == ["1710", None, None]


def test_a_line_with_another_address_has_its_own_ship_to(
    settings_of: SettingsOf, order_of: OrderOf, address: Address
) -> None:
    """
    An item of a shipment to another address has that shipment's ship-to party.
    """
    second = evolve(address, city="Bergen")
    parts = (
        Shipment(shipment_id="S1", address=address, line_items=(_line("1"),)),
        Shipment(shipment_id="S2", address=second, line_items=(_line("2"),)),
    )
    order = order_of(order_form=OrderForm(shipments=parts))
    items, _ = _items(order, settings_of())
    assert [len(item.children["to_Partner"]) for item in items] == [0, 1]
    (ship_to,) = items[1].children["to_Partner"]
    assert ship_to.entity == "A_SalesOrderItemPartner"
    (nested,) = ship_to.children["to_Address"]
    assert nested.entity == "A_SalesOrderItemPartnerAddress"
    assert nested.values["CityName"] == "Bergen"


def test_a_shipment_has_its_own_lines(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    Only the lines of a shipment are items of its sales order.
    """
    parts = (
        Shipment(shipment_id="S1", line_items=(_line("1"),)),
        Shipment(shipment_id="S2", line_items=(_line("2"),)),
    )
    order = order_of(order_form=OrderForm(line_items=(_line("1"), _line("2")), shipments=parts))
    items, _ = _items(order, settings_of(), parts[1])
    assert [(item.values["SalesOrderItem"], item.line) for item in items] == [("10", "2")]


def test_a_comment_is_the_items_text(settings_of: SettingsOf) -> None:
    """
    A line's comment is a text of its item, unless the setting for it is empty.
    """
    line = LineItem(code="A", quantity=Decimal(1), comment="gift wrap")
    (text,) = comment(line, settings_of())
    assert text.entity == "A_SalesOrderItemText"
    assert text.values["LongTextID"] == "0001"
    assert comment(line, settings_of(comment_text="")) == ()
    assert comment(LineItem(code="A"), settings_of()) == ()
