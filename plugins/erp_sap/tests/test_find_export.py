"""
Finding exports with an unknown outcome, over a real socket.
"""

import pytest

from orderferry import Absent, Found, Properties
from orderferry.errors import UnknownOutcomeError
from orderferry_erp_sap.simulator import Answer, SapSimulator

from .conftest import InstanceOf, OrderOf


def test_an_export_is_found_by_the_orders_id(instance_of: InstanceOf, order_of: OrderOf) -> None:
    """
    An order and each of its shipments is found by its id, and what was not sent is absent.
    """
    instance, order = instance_of(), order_of("S1", "S2", id="it's #1 & Ø/100%")
    assert instance.find_export(order) == Absent()
    instance.export_order(order)
    instance.export_order(order, order.shipments[1])
    assert instance.find_export(order) == Found({"sales_order": "1000000001"})
    assert instance.find_export(order, order.shipments[1]) == Found({"sales_order": "1000000002"})
    assert instance.find_export(order, order.shipments[0]) == Absent()
    assert instance.find_export(order_of(id="x' or PurchaseOrderByCustomer ne '")) == Absent()


def test_an_export_is_found_for_its_own_customer(
    instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    A sales order of another customer with the same purchase order number does not count.
    """
    instance = instance_of()
    step = Properties({"SoldToParty": "17100002"})
    instance.export_order(order_of(), properties=step)
    assert instance.find_export(order_of()) == Absent()
    assert instance.find_export(order_of(), properties=step) == Found({"sales_order": "1000000001"})


def test_sales_orders_of_earlier_exports_do_not_count(
    instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    A sales order that an earlier export of the same order returned does not count.
    """
    instance = instance_of()
    (first,) = instance.export_order(order_of())
    assert instance.find_export(order_of(), accepted=(first,)) == Absent()
    instance.export_order(order_of())
    assert instance.find_export(order_of(), accepted=(first,)) == Found(
        {"sales_order": "1000000002"}
    )


def test_duplicates_are_reported(instance_of: InstanceOf, order_of: OrderOf) -> None:
    """
    The oldest of several sales orders is the result, and the others are its duplicates.
    """
    instance = instance_of()
    for _ in range(3):
        instance.export_order(order_of())
    expected = {"sales_order": "1000000001", "duplicates": "1000000002, 1000000003"}
    assert instance.find_export(order_of()) == Found(expected)


def test_an_order_is_found_after_a_lost_response(
    simulator: SapSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    An order whose response was lost is found.
    """
    instance = instance_of()
    simulator.plan(Answer(status=None, carried_out=True))
    with pytest.raises(UnknownOutcomeError):
        instance.export_order(order_of())
    assert instance.find_export(order_of()) == Found({"sales_order": "1000000001"})
