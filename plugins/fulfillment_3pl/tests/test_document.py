"""
A 940 of an export: its name and its bytes.
"""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from attrs import evolve

from orderferry import Properties
from orderferry.errors import InvalidOrderError
from orderferry_fulfillment_3pl._document import check, shipping_orders
from orderferry_fulfillment_3pl._numbers import Record

from .conftest import OrderOf, SettingsOf

KEY = UUID(int=1)
NOW = datetime(2026, 11, 24, 8, 5, tzinfo=UTC)


def test_there_is_one_document_a_shipment(order_of: OrderOf) -> None:
    """
    Or one for the order, or one for the shipment that is asked for.
    """
    order = order_of("S1", "S2")

    assert ["WEB-1-S1", "WEB-1-S2"] == [each.number for each in shipping_orders(order, None, KEY)]
    assert ["WEB-1"] == [each.number for each in shipping_orders(order_of(), None, KEY)]
    assert ["WEB-1-S2"] == [
        each.number for each in shipping_orders(order, order.shipment("S2"), KEY)
    ]


def test_names_are_the_same_for_one_export_and_no_other(order_of: OrderOf) -> None:
    """
    Readable, and without characters that a path could stumble over.
    """
    (one,) = shipping_orders(order_of(id="A/1 \xe6"), None, KEY)
    (again,) = shipping_orders(order_of(id="A/1 \xe6"), None, KEY)
    (other,) = shipping_orders(order_of(id="A/1 \xe6"), None, UUID(int=2))

    assert one.name == again.name != other.name
    assert one.name.startswith("940_A_1___")
    assert one.name.endswith(".edi")


def test_ids_that_look_alike_in_a_name_are_told_apart(order_of: OrderOf) -> None:
    """
    By the digits behind them.
    """
    assert 2 == len(
        {shipping_orders(order_of(id=each), None, KEY)[0].name for each in ("A/1", "A_1")}
    )


def test_the_bytes_follow_from_the_record(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    In the zone of the settings.
    """
    (document,) = shipping_orders(order_of(), None, KEY)
    settings = settings_of(time_zone="America/Los_Angeles")

    content = document.write(Properties(), settings, Record(42, NOW))

    assert b"*261124*0005*U*00401*000000042*" in content
    assert content == document.write(Properties(), settings, Record(42, NOW))


def test_the_faults_of_all_shipments_are_told_at_once(
    settings_of: SettingsOf, order_of: OrderOf
) -> None:
    """
    Before anything is sent.
    """
    order = order_of("S*1", "S2", "S~3")

    with pytest.raises(InvalidOrderError) as raised:
        check(shipping_orders(order, None, KEY), Properties(), settings_of(), NOW)

    assert ["WEB-1-S*1", "WEB-1-S~3"] == [each.value for each in raised.value.problems]


def test_two_shipments_of_one_id_are_refused(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    The second file would replace the first.
    """
    documents = shipping_orders(order_of("S1", "S1"), None, KEY)

    with pytest.raises(InvalidOrderError, match="two shipments have the same id"):
        check(documents, Properties(), settings_of(), NOW)


def test_remote_ids_name_order_file_and_interchange(order_of: OrderOf) -> None:
    """
    The interchange where it is known.
    """
    (document,) = shipping_orders(order_of("S1"), None, KEY)
    document = evolve(document, name="x.edi")

    assert {"order": "WEB-1-S1", "file": "x.edi", "interchange": "000000042"} == (
        document.remote_ids(42)
    )
    assert {"order": "WEB-1-S1", "file": "x.edi"} == document.remote_ids(None)
