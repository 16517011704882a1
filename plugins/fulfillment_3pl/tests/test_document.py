"""
The documents of an export: their names, bytes and validation.
"""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from attrs import evolve

from orderferry import Properties
from orderferry.errors import InvalidOrderError
from orderferry_fulfillment_3pl._document import shipping_orders, validate
from orderferry_fulfillment_3pl._records import Record

from .conftest import MakeOrder, MakeSettings

KEY = UUID(int=1)
NOW = datetime(2026, 11, 24, 8, 5, tzinfo=UTC)


def test_there_is_a_document_for_each_shipment(make_order: MakeOrder) -> None:
    """
    An export has a document for each shipment, for the shipment given, or for an order without any.
    """
    order = make_order("S1", "S2")

    all_shipments = shipping_orders(order, None, KEY)
    one_shipment = shipping_orders(order, order.shipment("S2"), KEY)
    no_shipments = shipping_orders(make_order(), None, KEY)

    assert ["WEB-1-S1", "WEB-1-S2"] == [document.number for document in all_shipments]
    assert ["WEB-1-S2"] == [document.number for document in one_shipment]
    assert ["WEB-1"] == [document.number for document in no_shipments]


def test_a_name_belongs_to_one_export(make_order: MakeOrder) -> None:
    """
    A name is the same for one export, differs for another, and has only safe characters.
    """
    (document,) = shipping_orders(make_order(id="A/1 \xe6"), None, KEY)
    (repeat,) = shipping_orders(make_order(id="A/1 \xe6"), None, KEY)
    (another,) = shipping_orders(make_order(id="A/1 \xe6"), None, UUID(int=2))

    assert document.name == repeat.name
    assert document.name != another.name
    assert document.name.startswith("940_A_1___")
    assert document.name.endswith(".edi")


def test_similar_ids_have_different_names(make_order: MakeOrder) -> None:
    """
    Ids that are the same in safe characters have different digits in their names.
    """
    orders = [make_order(id=order_id) for order_id in ("A/1", "A_1")]

    assert 2 == len({shipping_orders(order, None, KEY)[0].name for order in orders})


def test_the_bytes_depend_on_the_record_only(
    make_settings: MakeSettings, make_order: MakeOrder
) -> None:
    """
    The bytes are the same for one record, and have its time in the configured zone.
    """
    (document,) = shipping_orders(make_order(), None, KEY)
    settings = make_settings(time_zone="America/Los_Angeles")

    content = document.render(Properties(), settings, Record(42, NOW))

    assert b"*261124*0005*U*00401*000000042*" in content
    assert content == document.render(Properties(), settings, Record(42, NOW))


def test_the_problems_of_all_shipments_are_reported_together(
    make_settings: MakeSettings, make_order: MakeOrder
) -> None:
    """
    The error has the problems of every shipment of the order.
    """
    order = make_order("S*1", "S2", "S~3")

    with pytest.raises(InvalidOrderError) as raised:
        validate(shipping_orders(order, None, KEY), Properties(), make_settings(), NOW)

    assert ["WEB-1-S*1", "WEB-1-S~3"] == [problem.value for problem in raised.value.problems]


def test_two_shipments_with_one_id_are_invalid(
    make_settings: MakeSettings, make_order: MakeOrder
) -> None:
    """
    An order with a repeated shipment id is invalid, since one file would replace the other.
    """
    documents = shipping_orders(make_order("S1", "S1"), None, KEY)

    with pytest.raises(InvalidOrderError, match="two shipments have the same id"):
        validate(documents, Properties(), make_settings(), NOW)


def test_remote_ids_are_order_file_and_interchange(make_order: MakeOrder) -> None:
    """
    The remote ids have the interchange only if its control number is known.
    """
    (document,) = shipping_orders(make_order("S1"), None, KEY)
    document = evolve(document, name="x.edi")

    assert {"order": "WEB-1-S1", "file": "x.edi", "interchange": "000000042"} == (
        document.remote_ids(42)
    )
    assert {"order": "WEB-1-S1", "file": "x.edi"} == document.remote_ids(None)
