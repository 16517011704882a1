"""
Properties of reading and writing: any order is read back, and any bytes are an order or an error.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import attrs
from hypothesis import given
from hypothesis import strategies as st

from orderferry.errors import OrderFormatError
from orderferry.orders import (
    Order,
    order_document,
    order_from,
    part_document,
    read_order,
    read_stored,
    write_json,
    write_stored,
)
from orderferry.orders._order import json_name

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
IDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=8)
DECIMALS = st.decimals(-(10**20), 10**20, places=4) | st.decimals(-1, 1, places=18)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TIMES = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=ZONES)  # noqa: DTZ001
NUMBERS = st.integers(-(10**40), 10**40) | st.decimals(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(TEXTS, parts, max_size=3),
    max_leaves=8,
)
PRINTABLE = {(Order, name) for name in ("id", "order_type", "status", "market_id")}
SIMPLE: Mapping[object, st.SearchStrategy[Any]] = {
    str: TEXTS,
    bool: st.booleans(),
    int: st.integers(-(10**12), 10**12),
    Decimal: DECIMALS,
    datetime: TIMES,
}


def values(kind: Any) -> st.SearchStrategy[Any]:
    """
    Any value of a field of the model.
    """
    if kind in SIMPLE:
        return SIMPLE[kind]
    if get_origin(kind) in (Union, UnionType):
        return st.one_of([values(part) for part in get_args(kind) if part is not NoneType])
    if get_origin(kind) is tuple:
        return st.lists(values(get_args(kind)[0]), max_size=2).map(tuple)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return st.sampled_from(list(kind))
    if attrs.has(kind):
        return st.deferred(lambda: objects(kind))
    return st.dictionaries(TEXTS, TEXTS, max_size=2)


def unknown(kind: type[Any]) -> st.SearchStrategy[Mapping[str, Any]]:
    """
    Fields that a class does not name, some of them near a name that it has.
    """
    names = {json_name(field.name) for field in attrs.fields(kind)} - {"extra"}
    near = st.sampled_from(sorted(names)).map(lambda name: name.upper() + "s")
    return st.dictionaries(
        (TEXTS | near | st.just("extra")).filter(lambda name: name not in names), JSON, max_size=3
    )


def objects(kind: type[Any]) -> st.SearchStrategy[Any]:
    """
    Any object of a class of the model.
    """
    fields: dict[str, st.SearchStrategy[Any]] = {}
    hints = get_type_hints(kind)
    for field in attrs.fields(kind):
        optional = field.default is not attrs.NOTHING
        given_values = values(hints[field.name])
        if field.name == "extra":
            given_values = unknown(kind)
        elif (kind, field.name) in PRINTABLE or (field.name == "shipment_id" and not optional):
            given_values = IDS
        elif field.name == "version_id":
            given_values = st.integers(0, 10**12) | st.from_regex(r"\A[0-9]{1,20}\Z")
        fields[field.name] = given_values
    required = {
        f.name: fields.pop(f.name) for f in attrs.fields(kind) if f.default is attrs.NOTHING
    }
    return st.fixed_dictionaries(required, optional=fields).map(lambda values: kind(**values))


def with_own_shipments(order: Order) -> Order:
    """
    The order with shipments of different ids.
    """
    shipments = {shipment.shipment_id: shipment for shipment in order.shipments}
    form = attrs.evolve(order.order_form, shipments=tuple(shipments.values()))
    return attrs.evolve(order, order_form=form)


def is_read_or_reported(read: Callable[[], Order]) -> bool:
    """
    Whether an order is read, or is invalid with faults; other exceptions propagate.
    """
    try:
        return isinstance(read(), Order)
    except OrderFormatError as error:
        return len(error.faults) > 0


def digits(value: Any) -> Any:
    """
    A JSON value with its numbers as sign, digits and exponent.
    """
    if isinstance(value, dict):
        return {name: digits(item) for name, item in value.items()}
    if isinstance(value, list):
        return [digits(item) for item in value]
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value).as_tuple()
    return value


ORDERS = objects(Order).map(with_own_shipments)


@given(ORDERS)
def test_any_order_is_read_back_from_json(order: Order) -> None:
    """
    Unknown fields at every level and every digit are read back.
    """
    text = write_json(order_document(order))

    assert order == read_order(text)
    assert text == write_json(order_document(read_order(text)))


@given(ORDERS)
def test_any_order_is_read_back_from_its_stored_text(order: Order) -> None:
    """
    A stored order equals the one from JSON, without errors and history.
    """
    stored = read_stored(write_stored(order))
    bare = attrs.evolve(order, errors=(), history=())

    assert bare == stored
    assert write_json(order_document(bare)) == write_json(order_document(stored))


@given(ORDERS)
def test_events_and_errors_are_written_alone_as_in_their_order(order: Order) -> None:
    """
    Events and errors have the same form alone and in the document of their order.
    """
    document = order_document(order)
    bare = order_document(attrs.evolve(order, errors=(), history=()))
    errors = [part_document(error) for error in order.errors]
    history = [part_document(event) for event in order.history]
    parts = {"errors": errors, "history": history}

    assert document == {**bare, **{name: part for name, part in parts.items() if part}}


@given(ORDERS)
def test_numbers_are_written_with_all_their_digits(order: Order) -> None:
    """
    The standard library reads the same values from the written text.
    """
    document = order_document(order)
    read = json.loads(write_json(document), parse_float=Decimal)

    assert digits(document) == digits(read)


@given(ORDERS, st.data())
def test_an_order_with_any_value_anywhere_is_an_order_or_an_error(
    order: Order, data: st.DataObject
) -> None:
    """
    A document in which one value is replaced is read, or is reported with faults.
    """
    document = order_document(order)
    place: Any = document
    while True:
        key = data.draw(
            st.sampled_from(list(place) if isinstance(place, dict) else range(len(place)))
        )
        inner = place[key]
        if not (isinstance(inner, dict | list | tuple) and inner) or data.draw(st.booleans()):
            break
        place = inner
    place[key] = data.draw(JSON | st.floats() | st.just(object()))
    assert is_read_or_reported(lambda: order_from(document))


@given(ORDERS, st.data())
def test_mutated_bytes_are_an_order_or_an_error(order: Order, data: st.DataObject) -> None:
    """
    A text in which bytes are replaced is read, or is reported with faults.
    """
    text = bytearray(write_json(order_document(order)))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text) - 1))
        to = data.draw(st.integers(at, min(at + 8, len(text))))
        text[at:to] = data.draw(
            st.binary(max_size=4)
            | st.sampled_from(
                [b'"', b"\\u0022", b"{", b"[", b"}", b",", b"null", b"NaN", b"1e9999"]
            )
        )
        text = text or bytearray(b" ")
    assert is_read_or_reported(lambda: read_order(bytes(text)))
