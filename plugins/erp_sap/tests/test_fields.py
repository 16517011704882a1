"""
The table of SAP's fields.
"""

import pytest

from orderferry_erp_sap._fields import ENTITIES, Kind, Property, _property


def test_a_line_of_the_table_is_a_property() -> None:
    """
    Name, type, size and marks are read from a line.
    """
    expected = Property("RequestedQuantity", Kind.DECIMAL, precision=15, scale=3)
    assert expected == _property("RequestedQuantity Decimal(15,3)")
    expected = Property("SalesOrder", Kind.STRING, max_length=10, key=True, computed=True)
    assert expected == _property("SalesOrder String(10) key computed")


def test_a_line_that_is_no_property_is_an_error() -> None:
    """
    A slip in the table cannot pass for a field.
    """
    with pytest.raises(ValueError, match="not a property"):
        _property("SalesOrder String(10) kye")


def test_the_purchase_order_number_holds_35_characters() -> None:
    """
    The limit that carries the order's id is the one of SAP's metadata.
    """
    assert ENTITIES["A_SalesOrder"].properties["PurchaseOrderByCustomer"].max_length == 35


def test_children_are_entities() -> None:
    """
    Every navigation of the deep insert leads to an entity of the table.
    """
    children = {child for entity in ENTITIES.values() for child in entity.children.values()}
    assert set(ENTITIES) - {"A_SalesOrder"} == children
