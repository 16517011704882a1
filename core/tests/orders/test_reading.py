"""
Reading orders: what is refused, and how it is told.
"""

import json
import pickle
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from orderferry.errors import OrderFormatError
from orderferry.orders import Order, order_from, read_order, read_orders


def faults_of(read: Callable[[], object]) -> tuple[str, ...]:
    """
    The faults with which something cannot be read.
    """
    with pytest.raises(OrderFormatError) as caught:
        read()
    return caught.value.faults


def order_text(**members: object) -> bytes:
    """
    An order with id W1 and more members.
    """
    return json.dumps({"id": "W1", **members}).encode()


def test_an_order_is_read_with_its_lines_shipments_and_addresses() -> None:
    """
    JSON's camelCase names are the model's fields.
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
    assert ("Online", "NOR", "7", ("vip",), False) == (
        order.order_type,
        order.market_id,
        order.version_id,
        order.tags,
        order.is_read_only,
    )
    assert ("1", "SKU-1", Decimal(2), "19.90") == (
        line.line_item_id,
        line.code,
        line.quantity,
        str(line.placed_price),
    )
    assert ("S1", Decimal("1.5")) == (shipment.shipment_id, shipment.packages[0].weight_in_kg)
    assert order.billing_address is not None
    assert "First Last" == order.billing_address.full_name
    assert datetime(2026, 11, 24, 11, tzinfo=UTC) == order.created


def test_a_time_keeps_its_zone() -> None:
    """
    Midnight in Oslo stays that day, whatever the day is in UTC.
    """
    order = read_order(order_text(requestedDeliveryDate="2026-11-24T00:00:00+01:00"))

    assert order.requested_delivery_date is not None
    assert (24, timedelta(hours=1)) == (
        order.requested_delivery_date.day,
        order.requested_delivery_date.utcoffset(),
    )


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
        ({"orderForm": {"total": 1e38}}, "more than 38 digits before the point"),
        ({"orderForm": {"total": 10**38}}, "more than 38 digits before the point"),
        ({"orderForm": {"total": 1e-19}}, "more than 18 digits after the point"),
        ({"orderForm": []}, "expected an object, got a list @ $.orderForm"),
        ({"orderForm": {"shipments": {}}}, "a list, got an object @ $.orderForm.shipments"),
        ({"orderForm": {"shipments": [{}]}}, "missing @ $.orderForm.shipments[0].shipmentId"),
        (
            {"orderForm": {"shipments": [{"ShipmentId": "S1"}]}},
            "required, and missing (there is 'ShipmentId') @ $.orderForm.shipments[0].shipmentId",
        ),
        (
            {"orderForm": {"shipments": [{"shipmentId": "S"}, {"shipmentId": "S"}]}},
            "another shipment has the id 'S' @ $.orderForm.shipments[1].shipmentId",
        ),
        ({"orderType": 7}, "expected a string, got 7 (a number) @ $.orderType"),
        ({"tags": ["a", None]}, "expected a string, got null @ $.tags[1]"),
        ({"isReadOnly": "false"}, 'expected true or false, got "false" (a string) @ $.isReadOnly'),
        ({"isReadOnly": 0}, "expected true or false, got 0 (a number) @ $.isReadOnly"),
        ({"created": "2026-11-24T12:00:00"}, "expected a time with a zone"),
        ({"created": "2026-11-24"}, "expected a time such as"),
        ({"created": "2026-02-30T12:00:00Z"}, "is no time"),
        ({"created": "0001-01-01T00:00:00+14:00"}, "is no time"),
        ({"created": 1764000000}, "expected a time as a string"),
        ({"versionId": "7a"}, 'got "7a" (a string) @ $.versionId'),
        ({"versionId": 1.5}, "expected an integer, or up to 38 digits as text, got 1.5"),
        ({"versionId": True}, "got true (a boolean) @ $.versionId"),
        ({"versionId": 10**38}, "an integer of more than 38 digits"),
        ({"isReadOnly": "b" * 100}, 'got "' + "b" * 40 + '..." (a string) @ $.isReadOnly'),
        ({"errors": [{"key": "k", "severity": "Fatal"}]}, "expected Error or Warning or Inform"),
        (
            {"history": [{"timestamp": "2026-11-24T12:00:00Z", "category": "c", "message": "m",
                          "attempt": 1.0}]},
            "expected an integer, got 1.0 (a number) @ $.history[0].attempt",
        ),
        (
            {"history": [{"timestamp": "2026-11-24T12:00:00Z", "category": "c", "message": "m",
                          "remoteIds": {"the order": 4711}}]},
            'expected a string, got 4711 (a number) @ $.history[0].remoteIds["the order"]',
        ),
        (
            {"history": [{"timestamp": "2026-11-24T12:00:00Z", "category": "c", "message": "m",
                          "remoteIds": []}]},
            "expected an object, got a list @ $.history[0].remoteIds",
        ),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_told_with_its_path(
    members: dict[str, object], fault: str
) -> None:
    """
    Nothing is taken for something else; the path has JSON's names.
    """
    [told] = faults_of(lambda: read_order(order_text(**members)))

    assert fault in told


@pytest.mark.parametrize(
    ("id_", "fault"),
    [
        ("", "it is empty @ $.id"),
        ("a" * 201, "201 characters, and an id has at most 200 @ $.id"),
        ("a\u0000", 'a control character in "a\\u0000" (a string) @ $.id'),
        ("a\u0085", 'a control character in "a\\u0085" (a string) @ $.id'),
        (7, "expected a string, got 7 (a number) @ $.id"),
        (None, "expected a string, got null @ $.id"),
    ],
)
def test_an_id_is_fit_to_be_one(id_: object, fault: str) -> None:
    """
    Ids go into keys, logs and other systems' queries.
    """
    assert (fault,) == faults_of(lambda: read_order(json.dumps({"id": id_})))


def test_the_longest_id_is_read() -> None:
    """
    200 characters are allowed, any letters too.
    """
    assert "ø" * 200 == read_order(json.dumps({"id": "ø" * 200})).id


def test_all_faults_are_told_at_once() -> None:
    """
    In the attribute and in the message, with the order's id.
    """
    text = order_text(status=1, tags=[2], orderForm={"lineItems": [{"code": 3, "quantity": "x"}]})
    with pytest.raises(OrderFormatError) as caught:
        read_order(text)

    paths = ["$.status", "$.orderForm.lineItems[0].code", "$.orderForm.lineItems[0].quantity"]
    assert sorted([*paths, "$.tags[0]"]) == sorted(
        fault.rpartition(" @ ")[2] for fault in caught.value.faults
    )
    assert f"order W1 cannot be read: {'; '.join(caught.value.faults)}" == str(caught.value)
    assert "W1" == caught.value.order_id


def test_thousands_of_faults_do_not_fill_the_message() -> None:
    """
    A file of another kind must not become a message of its own size.
    """
    with pytest.raises(OrderFormatError) as caught:
        read_order(b'{"id": "W1", "tags": [' + b",".join([b"1"] * 100_000) + b"]}")

    assert 1000 == len(caught.value.faults)
    assert str(caught.value).endswith("; and 900 more faults")


def test_null_is_as_good_as_not_there() -> None:
    """
    Hosts write null for what they do not have, lists too.
    """
    order = read_order(
        order_text(status=None, tags=None, errors=None, billingAddress=None, versionId=None,
                   orderForm={"lineItems": None, "total": None},
                   history=[{"timestamp": "2026-11-24T12:00:00Z", "category": "c", "message": "m",
                             "remoteIds": None}])
    )  # fmt: skip

    assert {} == order.history[0].remote_ids
    assert Order(id="W1") == evolve(order, history=())


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (b"", "it is empty"),
        (b"\xef\xbb\xbf \n", "it is empty"),
        (
            b'{"id": "W1"\n  "status": 1}',
            "it is not JSON: Expecting ',' delimiter: line 2, column 3",
        ),
        (b'{"id": "W1', "it is not JSON: Unterminated string starting at: line 1, column 8"),
        (b"{'id': 1}", "line 1, column 2"),
        (b'{"id": "W1"} {}', "it is not JSON: Extra data: line 1, column 14"),
        (b'{"id": 01}', "line 1, column 9"),
        (b'{"id": "a\tb"}', "line 1, column 10"),
        (b'{\n"id": "\xff"}', "it is not UTF-8: line 2, column 8"),
        ("{\n".encode("utf-16"), "it is not UTF-8: line 1, column 1"),
        (b"[]", "expected an object, got a list @ $"),
        (b"7", "expected an object, got 7 (a number) @ $"),
        (b'{"id": "W1", "x": NaN}', "NaN is not a number that JSON has @ $.x"),
        (b'{"id": "W1", "x": [-Infinity]}', "-Infinity is not a number that JSON has @ $.x[0]"),
        (b'{"id": "\\ud800"}', 'half a surrogate pair in "\\ud800" (a string) @ $.id'),
        (b'{"id": "W1", "\\udc00": 1}', "half a surrogate pair in the name"),
        (b'{"id": "W1", "x": 1e99999999999999999999}', "cannot be kept exactly @ $.x"),
        (b'{"id": "W1", "x": ' + b"9" * 5000 + b"}", "a number of 5000 digits is too long @ $.x"),
    ],
)
def test_what_is_not_json_is_told_with_its_place(text: bytes, fault: str) -> None:
    """
    Line and column where the text breaks, the path where a value does.
    """
    [told] = faults_of(lambda: read_order(text))

    assert fault in told


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        (b'{"id": "W1", "id": "W1"}', ["$.id"]),
        (b'{"id": "W1", "x": {"a": [{"b": 1, "b": 2}]}}', ["$.x.a[0].b"]),
        (b'{"id": "W1", "a": "\\u0022\\u0022", "a": 1}', ["$.a"]),
        (b'{"id": "W1", "a\\u0062": 1, "ab": 2}', ["$.ab"]),
        (b'{"id": "W1", "a": 1, "a": 1, "b": 1, "b": 1}', ["$.a", "$.b"]),
    ],
)
def test_a_member_that_stands_twice_is_refused(text: bytes, paths: list[str]) -> None:
    """
    Which of the two is meant nobody can say, also where escapes hide that they are the same.
    """
    told = faults_of(lambda: read_order(text))

    assert [f"it stands twice in its object @ {path}" for path in paths] == list(told)


def test_an_escaped_quote_is_no_member_that_stands_twice() -> None:
    """
    Such a text is looked at again, and then read.
    """
    assert 'a"b' == read_order(b'{"id": "a\\u0022b"}').id


def test_a_byte_order_mark_is_read_over() -> None:
    """
    Windows programs write it.
    """
    assert "W1" == read_order(b"\xef\xbb\xbf" + order_text()).id
    assert "W1" == read_order("\ufeff" + order_text().decode()).id


def test_half_a_surrogate_pair_in_a_string_is_refused() -> None:
    """
    It cannot be written in UTF-8, so it could not be sent.
    """
    assert "cannot be written in UTF-8" in faults_of(lambda: read_order('{"id": "\ud800"}'))[0]
    document = {"id": "W1", "x": {"y": ["\ud800"]}, "status": "\ud800"}
    assert ["$.status", "$.x.y[0]"] == sorted(
        fault.rpartition(" @ ")[2] for fault in faults_of(lambda: order_from(document))
    )


@pytest.mark.parametrize("size", [101, 200, 20_000, 1_000_000])
def test_what_is_nested_deeply_is_refused(size: int) -> None:
    """
    It is told, with a path of bearable length, and nothing crashes.
    """
    text = b'{"id": "W1", "x": ' + b"[" * size + b"]" * size + b"}"
    [told] = faults_of(lambda: read_order(text))

    assert told.startswith("it is nested too deeply")
    assert len(told) < 300


def test_a_hundred_levels_are_read() -> None:
    """
    More than any order has.
    """
    text = b'{"id": "W1", "x": ' + b"[" * 100 + b"]" * 100 + b"}"

    assert "W1" == read_order(text).id


def test_an_order_over_the_limit_is_refused() -> None:
    """
    With its size, the limit, and where that is set.
    """
    text = order_text(x="ø" * 100)
    size = len(text)

    assert "W1" == read_order(text, limit=size).id
    for given in (text, text.decode()):
        [told] = faults_of(lambda given=given: read_order(given, limit=size - 1))  # type: ignore[misc]
        assert (
            f"it has {size:,} bytes, and the limit is {size - 1:,} "
            "(`order_limit_bytes` in `[runtime]`)"
        ) == told


@pytest.mark.parametrize("number", ["1e999999999", "-1e999999999", "1e-999999999", "0e999999999"])
def test_an_enormous_exponent_costs_nothing(number: str) -> None:
    """
    It is refused by its magnitude where we count with it, and kept as it is elsewhere.
    """
    began = time.process_time()
    text = f'{{"id": "W1", "orderForm": {{"total": {number}}}}}'
    assert "digits" in faults_of(lambda: read_order(text))[0]
    kept = read_order(f'{{"id": "W1", "x": {number}}}').extra["x"]

    assert Decimal(number) == kept
    assert time.process_time() - began < 1


def test_an_exponent_in_reach_becomes_plain_digits() -> None:
    """
    Who writes the number elsewhere with `str` must not write an exponent.
    """
    order = read_order(b'{"id": "W1", "orderForm": {"total": 12e2}}')

    assert "1200" == str(order.order_form.total)


def test_values_of_a_program_are_read_too() -> None:
    """
    Floats by their shortest text; NaN, and what JSON does not have, are refused.
    """
    document: dict[str, Any] = {"id": "W1", "orderForm": {"total": 0.1}, "x": (1.5, True)}
    order = order_from(document)

    assert Decimal("0.1") == order.order_form.total
    assert [Decimal("1.5"), True] == order.extra["x"]
    for bad, fault in [
        ({"x": float("nan")}, "expected a finite number, got NaN @ $.x"),
        ({"orderForm": {"total": float("inf")}}, "expected a finite number, got Infinity"),
        ({"orderForm": {"total": Decimal("NaN")}}, "expected a finite number, got NaN"),
        ({"x": datetime(2026, 1, 1, tzinfo=UTC)}, "expected a JSON value, got a Python datetime"),
        ({"x": {1: 2}}, "expected a string, got 1 (a number) @ $.x[1]"),
        ({7: 1}, "expected a string, got 7 (a number) @ $[7]"),
        ({"x": 10**5000}, "a number that is too long: an integer of 16610 bits @ $.x"),
    ]:
        [told] = faults_of(lambda bad=bad: order_from({"id": "W1", **bad}))  # type: ignore[misc]
        assert fault in told


def test_a_failure_that_is_not_the_orders_comes_through() -> None:
    """
    Nobody shall mend an order for it.
    """

    class Broken(dict[str, object]):
        def keys(self) -> Any:
            raise RuntimeError("the host's own mapping is broken")

    with pytest.raises(RuntimeError, match="the host's own"):
        order_from({"id": "W1", "orderForm": Broken()})


def test_an_order_does_not_change_with_the_values_that_it_was_made_of() -> None:
    """
    Unknown fields are copied.
    """
    document: dict[str, Any] = {"id": "W1", "x": {"y": [1]}}
    order = order_from(document)
    document["x"]["y"].append(2)

    assert {"x": {"y": [1]}} == order.extra


def test_the_error_pickles() -> None:
    """
    It crosses processes with all that it says.
    """
    with pytest.raises(OrderFormatError) as caught:
        read_order(order_text(status=1))
    copy = pickle.loads(pickle.dumps(caught.value))

    assert (str(caught.value), caught.value.faults, "W1") == (str(copy), copy.faults, copy.order_id)


def test_a_file_holds_one_order_a_list_or_one_a_line() -> None:
    """
    Blank lines, byte order marks and both line ends are taken.
    """
    one, two = order_text(), b'{"id": "W2"}'

    assert ["W1"] == [order.id for order in read_orders(one)]
    assert ["W1", "W2"] == [order.id for order in read_orders(b" [" + one + b"," + two + b"]")]
    assert [] == read_orders(b"[]")
    lines = b"\xef\xbb\xbf" + one + b"\r\n\n  \n" + two + b"\n"
    assert ["W1", "W2"] == [order.id for order in read_orders(lines, lines=True)]


def test_the_limit_is_each_orders_own() -> None:
    """
    A file of many orders may be larger than any of them.
    """
    one = order_text()
    assert 50 == len(read_orders(b"[" + b",".join([one] * 50) + b"]", limit=len(one)))

    big = order_text(x=1)
    [told] = faults_of(lambda: read_orders(b"[" + one + b"," + big + b"]", limit=len(one)))
    assert told.endswith("(`order_limit_bytes` in `[runtime]`) @ $[1]")


def test_the_faults_of_all_orders_of_a_file_are_told() -> None:
    """
    One bad order, and none is given.
    """
    text = b'[{"id": "W1"}, {"id": "W2", "status": 1}, {"id": "W3", "x": 1, "x": 2}]'
    with pytest.raises(OrderFormatError) as caught:
        read_orders(text)

    assert (
        "expected a string, got 1 (a number) @ $[1].status",
        "it stands twice in its object @ $[2].x",
    ) == caught.value.faults
    assert str(caught.value).startswith("2 of 3 orders cannot be read (W2): expected a string")


def test_a_faulty_line_is_told_with_its_number() -> None:
    """
    As paths, and as the line where the text breaks.
    """
    text = b'{"id": "W1"}\n\n{"id": 2}\n{"id": }\n{"id": "\xff"}'

    assert (
        "expected a string, got 2 (a number) @ line 3: $.id",
        "it is not JSON: Expecting value: line 4, column 8",
        "it is not UTF-8: line 5, column 9",
    ) == faults_of(lambda: read_orders(text, lines=True))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (b'[{"id": "W1"},\n {"id": "W2"},]', "it is not JSON: "),
        (b'[{"id": "W1"},\n {"id": "\xff"}]', "it is not UTF-8"),
        (b'[{"id": "W1"}', "line 1, column 14"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_broken_list_is_told_with_its_place(text: bytes, fault: str) -> None:
    """
    Nothing of it is read.
    """
    assert fault in faults_of(lambda: read_orders(text))[0]
