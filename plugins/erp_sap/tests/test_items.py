"""
Lines as items.
"""

from collections.abc import Callable
from decimal import Decimal

import pytest
from attrs import evolve

from orderferry import Order
from orderferry.errors import Problem
from orderferry.orders import Address, LineItem, OrderForm, PropertyItem, Shipment, deliveries
from orderferry_erp_sap import SapSettings
from orderferry_erp_sap._deep_insert import Entry
from orderferry_erp_sap._items import ItemMaker, placed_lines

SettingsOf = Callable[..., SapSettings]
OrderOf = Callable[..., Order]


def _items(
    order: Order, settings: SapSettings, shipment: Shipment | None = None
) -> tuple[list[Entry], list[Problem]]:
    faults: list[Problem] = []
    maker = ItemMaker(
        settings=settings,
        currency="NOK",
        ship_to="17100001",
        head=deliveries(order, shipment)[0],
        faults=faults,
    )
    return list(maker.items(placed_lines(order, shipment))), faults


def _line(name: str | None, quantity: str = "1", **values: object) -> LineItem:
    given = {"code": f"SKU-{name}", "quantity": Decimal(quantity), **values}
    return LineItem(line_item_id=name, **given)  # type: ignore[arg-type]


def test_items_are_numbered_by_tens(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    Each line is an item, with its code, quantity and unit, and its id where that fits.
    """
    order = order_of(lines=(_line("L1", "2.50"), _line("a-long-id", unit="KG")))
    items, faults = _items(order, settings_of())
    assert faults == []
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
    A shop's `Pcs` is SAP's `PC`; a unit that is not mapped goes as it is.
    """
    order = order_of(lines=(_line("1", unit="Pcs"), _line("2", unit="Box"), _line("3", unit="M")))
    items, _ = _items(order, settings_of(units={"pcs": "PC", "BOX": "CRT"}))
    assert [item.values["RequestedQuantityUnit"] for item in items] == ["PC", "CRT", "M"]


def test_what_is_cancelled_is_not_ordered(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    A part that is cancelled is taken off; a line that is cancelled whole is left out.
    """
    order = order_of(
        lines=(
            _line("1", "3", canceled_quantity=Decimal(1)),
            _line("2", "2", canceled_quantity=Decimal(2)),
            _line("3", "1", canceled_quantity=Decimal(0)),
        )
    )
    items, faults = _items(order, settings_of())
    assert faults == []
    assert [(i.values["SalesOrderItem"], i.line) for i in items] == [("10", "1"), ("20", "3")]
    assert [i.values["RequestedQuantity"] for i in items] == [Decimal(2), Decimal(1)]


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
def test_quantities_that_cannot_be_ordered(
    settings_of: SettingsOf,
    order_of: OrderOf,
    quantity: str,
    cancelled: str | None,
    field: str,
    cause: str,
) -> None:
    """
    Each is refused by its line, with field, value and cause.
    """
    amount = None if cancelled is None else Decimal(cancelled)
    order = order_of(lines=(_line("L1", quantity, canceled_quantity=amount),))
    _, (fault,) = _items(order, settings_of())
    assert (fault.line_item_id, fault.field, fault.cause) == ("L1", field, cause)
    assert fault.value == (quantity if cancelled is None else cancelled)


def test_a_cancelled_part_is_taken_off_exactly(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    No digit is rounded away, so that one digit too many is still seen.
    """
    quantity = "123456789012345678901234567890.0001"
    order = order_of(lines=(_line("L1", quantity, canceled_quantity=Decimal(1)),))
    (item,), _ = _items(order, settings_of())
    assert item.values["RequestedQuantity"] == Decimal("123456789012345678901234567889.0001")


def test_one_line_may_have_several_faults(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    A negative quantity does not hide the missing code.
    """
    _, faults = _items(order_of(lines=(_line("L1", "-1", code=None),)), settings_of())
    assert [fault.field for fault in faults] == ["RequestedQuantity", "Material"]


def test_a_line_without_a_readable_id_goes_by_its_place(
    settings_of: SettingsOf, order_of: OrderOf
) -> None:
    """
    Messages name `#1` where there is no id, or none that can be shown.
    """
    order = order_of(lines=(_line(None, "-1"), _line("a\x07b", "-1")))
    _, faults = _items(order, settings_of())
    assert [fault.line_item_id for fault in faults] == ["#1", "#2"]


def test_constants_and_properties_of_a_line(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    Constants stand in every item, and a line's own property beats them.
    """
    properties = (PropertyItem(key="location", value="171B"),)
    order = order_of(lines=(_line("1"), _line("2", properties=properties)))
    settings = settings_of(
        item_constants={"StorageLocation": "171A"}, item_properties={"location": "StorageLocation"}
    )
    items, faults = _items(order, settings)
    assert faults == []
    assert [item.values["StorageLocation"] for item in items] == ["171A", "171B"]


def test_a_plant_comes_from_the_shipments_warehouse(
    settings_of: SettingsOf, order_of: OrderOf
) -> None:
    """
    Each line's plant is that of the shipment that has it; an unknown warehouse sets none.
    """
    first, second, third = _line("1"), _line("2"), _line("3")
    parts = (
        Shipment(shipment_id="S1", warehouse_code="OSL", line_items=(first,)),
        Shipment(shipment_id="S2", warehouse_code="BGO", line_items=(second,)),
    )
    order = order_of(order_form=OrderForm(line_items=(first, second, third), shipments=parts))
    items, _ = _items(order, settings_of(plants={"OSL": "1710"}))
    assert [item.values.get("ProductionPlant") for item in items] == ["1710", None, None]


def test_a_line_that_goes_elsewhere_has_its_own_ship_to(
    settings_of: SettingsOf, order_of: OrderOf, address: Address
) -> None:
    """
    Of two shipments to two addresses in one sales order, the second one's items name theirs.
    """
    elsewhere = evolve(address, city="Bergen")
    parts = (
        Shipment(shipment_id="S1", address=address, line_items=(_line("1"),)),
        Shipment(shipment_id="S2", address=elsewhere, line_items=(_line("2"),)),
    )
    order = order_of(order_form=OrderForm(shipments=parts))
    items, _ = _items(order, settings_of())
    assert [len(item.children["to_Partner"]) for item in items] == [0, 1]
    (own,) = items[1].children["to_Partner"]
    assert own.entity == "A_SalesOrderItemPartner"
    (nested,) = own.children["to_Address"]
    assert nested.entity == "A_SalesOrderItemPartnerAddress"
    assert nested.values["CityName"] == "Bergen"


def test_a_shipment_has_its_own_lines(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    With a shipment given, only its lines are items.
    """
    parts = (
        Shipment(shipment_id="S1", line_items=(_line("1"),)),
        Shipment(shipment_id="S2", line_items=(_line("2"),)),
    )
    order = order_of(order_form=OrderForm(line_items=(_line("1"), _line("2")), shipments=parts))
    items, _ = _items(order, settings_of(), parts[1])
    assert [(item.values["SalesOrderItem"], item.line) for item in items] == [("10", "2")]
