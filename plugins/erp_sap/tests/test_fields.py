"""
The table of SAP's fields.
"""

import pytest

from orderferry_erp_sap._fields import ENTITIES, Kind, Property, _property


def test_a_line_of_the_table_is_a_property() -> None:
    """
    A line of the table has name, type, size and marks.
    """
    expected = Property("RequestedQuantity", Kind.DECIMAL, precision=15, scale=3)
    assert expected == _property("RequestedQuantity Decimal(15,3)")
    expected = Property("SalesOrder", Kind.STRING, max_length=10, key=True, computed=True)
    assert expected == _property("SalesOrder String(10) key computed")


def test_an_invalid_line_is_an_error() -> None:
    """
    A line with an unknown mark is an error.
    """
    with pytest.raises(ValueError, match="not a property"):
        _property("SalesOrder String(10) kye")


def test_the_purchase_order_number_has_35_characters() -> None:
    """
    The field for the order's id has 35 characters, as in SAP's metadata.
    """
    assert ENTITIES["A_SalesOrder"].properties["PurchaseOrderByCustomer"].max_length == 35


def test_children_are_entities() -> None:
    """
    Every navigation property leads to an entity of the table.
    """
    children = {child for entity in ENTITIES.values() for child in entity.children.values()}
    assert set(ENTITIES) - {"A_SalesOrder"} == children
