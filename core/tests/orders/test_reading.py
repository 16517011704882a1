"""
Tests of reading orders, and of the messages for invalid ones.
"""

import json
import pickle
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from orderferry.errors import OrderFormatError
from orderferry.orders import Order, order_from, read_order

from .conftest import faults_of, order_text


def test_an_order_is_read_with_its_lines_shipments_and_addresses() -> None:
    """
    JSON's camelCase names become the fields of the model.
    """
    order = read_order(
        b"""{"id": "W1", "orderType": "Online", "marketId": "NOR", "versionId": "7",
        "created": "2026-11-24T12:00:00+01:00",
        "billingAddress": {"name": "First Last", "countryCode": "NO"},
        "orderForm": {
            "lineItems": [
                {"lineItemId": "1", "code": "SKU-1", "quantity": 2, "placedPrice": 19.90}],
            "shipments": [{"shipmentId": "S1", "packages": [{"weightInKg": 1.5}]}]},
        "tags": ["vip"], "isReadOnly": false}"""
    )

    line, shipment = order.lines[0], order.shipments[0]
    assert "Online" == order.order_type
    assert "NOR" == order.market_id
    assert "7" == order.version_id
    assert ("vip",) == order.tags
    assert order.is_read_only is False
    assert "1" == line.line_item_id
    assert "SKU-1" == line.code
    assert Decimal(2) == line.quantity
    assert "19.90" == str(line.placed_price)
    assert "S1" == shipment.shipment_id
    assert Decimal("1.5") == shipment.packages[0].weight_in_kg
    assert order.billing_address is not None
    assert "First Last" == order.billing_address.full_name
    assert datetime(2026, 11, 24, 11, tzinfo=UTC) == order.created


def test_a_time_keeps_its_zone() -> None:
    """
    Midnight in Oslo stays on its day, even if the day differs in UTC.
    """
    order = read_order(order_text(requestedDeliveryDate="2026-11-24T00:00:00+01:00"))

    assert order.requested_delivery_date is not None
    assert 24 == order.requested_delivery_date.day
    assert timedelta(hours=1) == order.requested_delivery_date.utcoffset()


@pytest.mark.parametrize(
    ("members", "fault"),
    [
        (
            {"orderForm": {"lineItems": [{}, {}, {}, {"quantity": True}]}},
            "expected a number, got true (a boolean) @ $.orderForm.lineItems[3].quantity",
        ),
        (
            {"orderForm": {"lineItems": [{"quantity": "12"}]}},
            'expected a number, got "12" (a string) @ $.orderForm.lineItems[0].quantity',
        ),
        (
            {"orderForm": {"lineItems": [{"quantity": None}]}},
            "expected a number, got null @ $.orderForm.lineItems[0].quantity",
        ),
        ({"orderForm": {"total": 1e38}}, "a number with at most 38 digits before the point"),
        ({"orderForm": {"total": 10**38}}, "a number with at most 38 digits before the point"),
        ({"orderForm": {"total": 1e-19}}, "a number with at most 18 digits after the point"),
        ({"orderForm": []}, "expected an object, got a list @ $.orderForm"),
        ({"orderForm": {"shipments": {}}}, "a list, got an object @ $.orderForm.shipments"),
        ({"orderForm": {"shipments": [{}]}}, "missing @ $.orderForm.shipments[0].shipmentId"),
        (
            {"orderForm": {"shipments": [{"ShipmentId": "S1"}]}},
            "is missing; rename 'ShipmentId' @ $.orderForm.shipments[0].shipmentId",
        ),
        (
            {"orderForm": {"shipments": [{"shipmentId": "S"}, {"shipmentId": "S"}]}},
            "another shipment has the id 'S' @ $.orderForm.shipments[1].shipmentId",
        ),
        ({"orderType": 7}, "expected a string, got 7 (an integer) @ $.orderType"),
        ({"tags": ["a", None]}, "expected a string, got null @ $.tags[1]"),
        ({"isReadOnly": "false"}, 'expected a boolean, got "false" (a string) @ $.isReadOnly'),
        ({"isReadOnly": 0}, "expected a boolean, got 0 (an integer) @ $.isReadOnly"),
        ({"created": "2026-11-24T12:00:00"}, "expected a time with a zone"),
        ({"created": "2026-11-24"}, "expected a time with a zone"),
        ({"created": "2026-02-30T12:00:00Z"}, "is not a valid time"),
        ({"created": "0001-01-01T00:00:00+14:00"}, "is not a valid time"),
        ({"created": 1764000000}, "expected a time with a zone"),
        ({"versionId": "7a"}, 'got "7a" (a string) @ $.versionId'),
        ({"versionId": 1.5}, "expected an integer, or a string of 1 to 38 digits, got 1.5"),
        ({"versionId": True}, "got true (a boolean) @ $.versionId"),
        ({"versionId": 10**38}, "expected an integer of at most 38 digits, got 1"),
        ({"isReadOnly": "b" * 100}, 'got "' + "b" * 40 + '..." (a string) @ $.isReadOnly'),
        (
            {"errors": [{"key": "k", "severity": "Fatal"}]},
            'expected one of "Error", "Warning", "Information", got "Fatal"',
        ),
        (
            {"history": [{"timestamp": "2026-11-24T12:00:00Z", "category": "c", "message": "m",
                          "attempt": 1.0}]},
            "expected an integer, got 1.0 (a number) @ $.history[0].attempt",
        ),
        (
            {"history": [{"timestamp": "2026-11-24T12:00:00Z", "category": "c", "message": "m",
                          "remoteIds": {"the order": 4711}}]},
            'expected a string, got 4711 (an integer) @ $.history[0].remoteIds["the order"]',
        ),
        (
            {"history": [{"timestamp": "2026-11-24T12:00:00Z", "category": "c", "message": "m",
                          "remoteIds": []}]},
            "expected an object, got a list @ $.history[0].remoteIds",
        ),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_reported_with_its_path(
    members: dict[str, object], fault: str
) -> None:
    """
    A value of another type is not converted, and its fault has a path with JSON's names.
    """
    [message] = faults_of(lambda: read_order(order_text(**members)))

    assert fault in message


@pytest.mark.parametrize(
    ("id_", "fault"),
    [
        ("", "expected an id of 1 to 200 characters, got 0 @ $.id"),
        ("a" * 201, "expected an id of 1 to 200 characters, got 201 @ $.id"),
        ("a\u0000", 'expected a string without NUL characters, got "a\\u0000" (a string) @ $.id'),
        (
            "a\u0001",
            'expected a string without control characters, got "a\\u0001" (a string) @ $.id',
        ),
        (
            "a\u0085",
            'expected a string without control characters, got "a\\u0085" (a string) @ $.id',
        ),
        (7, "expected a string, got 7 (an integer) @ $.id"),
        (None, "expected a string, got null @ $.id"),
    ],
)
def test_an_id_has_a_limited_length_and_no_control_characters(id_: object, fault: str) -> None:
    """
    An id is used in keys, logs and queries of targets, so its characters are limited.
    """
    assert (fault,) == faults_of(lambda: read_order(json.dumps({"id": id_})))


@pytest.mark.parametrize("field", ["orderType", "status", "marketId"])
def test_a_searchable_field_has_no_control_characters(field: str) -> None:
    """
    Type, status and market are used in columns, keys and logs, and may be null.
    """
    fault = f'expected a string without control characters, got "a\\u0001" (a string) @ $.{field}'

    assert (fault,) == faults_of(lambda: read_order(order_text(**{field: "a\u0001"})))
    assert "W1" == read_order(order_text(**{field: None})).id


@pytest.mark.parametrize(
    ("members", "place"),
    [
        ({"customerName": "a\0"}, "$.customerName"),
        ({"orderForm": {"lineItems": [{"code": "\0"}]}}, "$.orderForm.lineItems[0].code"),
        ({"tags": ["a", "\0"]}, "$.tags[1]"),
        ({"ours": {"deep": ["\0"]}}, "$.ours.deep[0]"),
    ],
)
def test_a_nul_character_is_invalid_everywhere(members: dict[str, object], place: str) -> None:
    """
    PostgreSQL and many targets cannot store NUL, which would be found after something was sent.
    """
    (fault,) = faults_of(lambda: read_order(order_text(**members)))

    assert fault.startswith("expected a string without NUL characters, got ")
    assert fault.endswith(f" @ {place}")


def test_the_longest_id_is_read() -> None:
    """
    An id may have 200 characters, and letters outside ASCII.
    """
    assert "ø" * 200 == read_order(json.dumps({"id": "ø" * 200})).id


def test_all_faults_are_reported_at_once() -> None:
    """
    The error has all faults in its attribute and its message, with the order's id.
    """
    text = order_text(status=1, tags=[2], orderForm={"lineItems": [{"code": 3, "quantity": "x"}]})
    with pytest.raises(OrderFormatError) as caught:
        read_order(text)

    paths = ["$.status", "$.orderForm.lineItems[0].code", "$.orderForm.lineItems[0].quantity"]
    assert sorted([*paths, "$.tags[0]"]) == sorted(
        fault.rpartition(" @ ")[2] for fault in caught.value.faults
    )
    assert f"order W1 is invalid: {'; '.join(caught.value.faults)}" == str(caught.value)
    assert "W1" == caught.value.order_id


def test_thousands_of_faults_do_not_fill_the_message() -> None:
    """
    A file of another kind does not become a message of its own size.
    """
    with pytest.raises(OrderFormatError) as caught:
        read_order(b'{"id": "W1", "tags": [' + b",".join([b"1"] * 100_000) + b"]}")

    assert 1000 == len(caught.value.faults)
    assert str(caught.value).endswith("; and 900 more faults")


def test_null_counts_as_missing() -> None:
    """
    Hosts write null for missing values and lists.
    """
    order = read_order(
        order_text(status=None, tags=None, errors=None, billingAddress=None, versionId=None,
                   orderForm={"lineItems": None, "total": None},
                   history=[{"timestamp": "2026-11-24T12:00:00Z", "category": "c", "message": "m",
                             "remoteIds": None}])
    )  # fmt: skip

    assert {} == order.history[0].remote_ids
    assert Order(id="W1") == evolve(order, history=())


def test_an_order_may_be_made_of_python_values() -> None:
    """
    Floats are read by their shortest text; NaN and values that JSON does not have are invalid.
    """
    document: dict[str, Any] = {"id": "W1", "orderForm": {"total": 0.1}, "x": (1.5, True)}
    order = order_from(document)

    assert Decimal("0.1") == order.order_form.total
    assert [Decimal("1.5"), True] == order.extra["x"]
    for bad, fault in [
        ({"x": float("nan")}, "expected a finite number, got NaN (a number) @ $.x"),
        ({"orderForm": {"total": float("inf")}}, "expected a finite number, got Infinity"),
        ({"orderForm": {"total": Decimal("NaN")}}, "expected a finite number, got NaN"),
        (
            {"x": datetime(2026, 1, 1, tzinfo=UTC)},
            "expected a JSON value, got 2026-01-01 00:00:00+00:00 (a time)",
        ),
        ({"x": {1: 2}}, "expected a string, got 1 (an integer) @ $.x[1]"),
        ({7: 1}, "expected a string, got 7 (an integer) @ $[7]"),
        (
            {"x": 10**5000},
            "expected an integer of at most 14000 bits, got an integer of 16610 bits @ $.x",
        ),
    ]:
        [message] = faults_of(lambda bad=bad: order_from({"id": "W1", **bad}))  # type: ignore[misc]
        assert fault in message


def test_an_exception_of_the_host_propagates() -> None:
    """
    An exception of a mapping of the host is not reported as a fault of the order.
    """

    class Broken(dict[str, object]):
        def keys(self) -> Any:
            raise RuntimeError("the host's own mapping is broken")

    with pytest.raises(RuntimeError, match="the host's own"):
        order_from({"id": "W1", "orderForm": Broken()})


def test_an_order_does_not_change_with_its_source() -> None:
    """
    Values of unknown fields are copied.
    """
    document: dict[str, Any] = {"id": "W1", "x": {"y": [1]}}
    order = order_from(document)
    document["x"]["y"].append(2)

    assert {"x": {"y": [1]}} == order.extra


def test_the_error_pickles() -> None:
    """
    The error has its message, faults and order id after pickling.
    """
    with pytest.raises(OrderFormatError) as caught:
        read_order(order_text(status=1))
    copy = pickle.loads(pickle.dumps(caught.value))

    assert str(caught.value) == str(copy)
    assert caught.value.faults == copy.faults
    assert "W1" == copy.order_id
