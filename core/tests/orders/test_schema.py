"""
Tests that the JSON Schema of the order, as an independent validator reads it, agrees with reading.
"""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

import orderferry.cli
from orderferry import orders
from orderferry.errors import OrderFormatError
from orderferry.orders import order_document, order_from, order_schema, read_json, write_json
from orderferry.orders._order import json_name

from .test_round_trip import ORDERS

SCHEMA = order_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
EXAMPLES = sorted((Path(str(orderferry.cli.__file__)).parent / "_examples").glob("*.json"))
CLASSES = {
    name: kind
    for name, kind in ((name, getattr(orders, name)) for name in orders.__all__)
    if isinstance(kind, type) and attrs.has(kind) and hasattr(attrs.fields(kind), "extra")
}

GOOD: list[dict[str, Any]] = [
    {},
    {"status": None, "tags": None, "orderForm": {}},
    {"versionId": 7},
    {"versionId": "0007"},
    {"versionId": None},
    {"unknown": {"a": [1, None]}, "extra": 1},
    {"unknown": {"a": [{"": [[]]}, 1e300, True, "a\nb"]}, "": "", "$ref": {"not": {}}},
    {"created": "2026-11-24T12:00:00Z"},
    {"created": "2026-11-24 12:00+0100"},
    {"orderForm": {"lineItems": [{"quantity": 0.5, "placedPrice": None, "gtins": ["1"]}]}},
    {"orderForm": {"lineItems": None, "shipments": [{"shipmentId": "S1", "total": 10**37}]}},
    {"billingAddress": None},
    {"billingAddress": {"line1": "a\nb", "unknown": False}},
    {"errors": [{"key": "ExportOrder", "severity": "Warning"}]},
    {"history": [{"timestamp": "2026-11-24T12:00:00Z", "category": "Error", "message": ""}]},
    {
        "history": [
            {
                "timestamp": "2026-11-24T12:00:00Z",
                "category": "Exported",
                "message": "m",
                "attempt": 1,
                "remoteIds": {"order": "1"},
            }
        ]
    },
    {"properties": [{"key": "a", "value": "1"}]},
]
BAD: list[dict[str, Any]] = [
    {"id": None},
    {"id": 1},
    {"id": ""},
    {"id": "A\tB"},
    {"id": "A\n"},
    {"id": "A" * 201},
    {"status": 1},
    {"status": "N\u0085w"},
    {"customerName": "a\0b"},
    {"versionId": "1.0"},
    {"versionId": "1\n"},
    {"versionId": ""},
    {"versionId": True},
    {"versionId": 10**38},
    {"isReadOnly": "true"},
    {"isReadOnly": 1},
    {"tags": "a"},
    {"tags": ["a", None]},
    {"orderForm": None},
    {"orderForm": []},
    {"created": "2026-11-24"},
    {"created": "2026-11-24T12:00:00"},
    {"created": 1},
    {"netTotal": "12.00"},
    {"netTotal": True},
    {"netTotal": 10**38},
    {"orderForm": {"lineItems": [{"quantity": None}]}},
    {"orderForm": {"lineItems": [{"quantity": "1"}]}},
    {"orderForm": {"lineItems": {}}},
    {"orderForm": {"lineItems": [[]]}},
    {"orderForm": {"shipments": [{}]}},
    {"orderForm": {"shipments": [{"shipmentId": "\x7f"}]}},
    {"billingAddress": "here"},
    {"errors": [{"key": "a", "severity": "Fatal"}]},
    {"errors": [{"key": "a", "severity": None}]},
    {"errors": [{"severity": "Error"}]},
    {"history": [{"timestamp": None, "category": "Error", "message": ""}]},
    {
        "history": [
            {
                "timestamp": "2026-11-24T12:00:00Z",
                "category": "Error",
                "message": "m",
                "remoteIds": {"order": 1},
            }
        ]
    },
    {"properties": [{"value": "1"}]},
    {"created": "2026-11-24T12:00:00Z\n"},
    {"created": "\n2026-11-24T12:00:00Z"},
    {"created": "\u0662026-11-24T12:00:00Z"},
    {"unknown": "a\0b"},
    {"unknown": {"a": [1, {"b": "\0"}]}},
    {"unknown": [{"\0": 1}]},
    {"\0": 1},
    {"billingAddress": {"unknown": "\0"}},
    {"billingAddress": {"\0": None}},
    {"orderForm": {"lineItems": [{"unknown": ["\0"]}]}},
    {
        "history": [
            {
                "timestamp": "2026-11-24T12:00:00Z",
                "category": "Error",
                "message": "m",
                "remoteIds": {"\0": "1"},
            }
        ]
    },
]


def reads(document: object) -> bool:
    """
    Whether a document is read as an order.
    """
    try:
        order_from(document)
    except OrderFormatError:
        return False
    return True


def test_the_schema_is_valid() -> None:
    """
    The schema is valid under draft 2020-12, and is written as JSON without a loss.
    """
    Draft202012Validator.check_schema(SCHEMA)

    assert SCHEMA == json.loads(write_json(SCHEMA))


def _properties(schema: Any) -> Iterator[tuple[str, set[str], set[str]]]:
    yield "Order", set(schema["properties"]), set(schema["required"])
    for name, definition in schema["$defs"].items():
        if name == "Unnamed":
            continue
        yield name, set(definition["properties"]), set(definition["required"])


def test_every_field_of_the_model_is_in_the_schema() -> None:
    """
    Each class of the model has all its fields in the schema, and the same ones are required.
    """
    expected = {
        name: (
            {json_name(f.name) for f in attrs.fields(kind)} - {"extra"},
            {json_name(f.name) for f in attrs.fields(kind) if f.default is attrs.NOTHING},
        )
        for name, kind in CLASSES.items()
    }

    assert expected == {name: (fields, needed) for name, fields, needed in _properties(SCHEMA)}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_schema_accepts_the_example_orders(path: Path) -> None:
    """
    The orders of `orderferry demo` fit the schema.
    """
    document = json.loads(path.read_text(encoding="utf-8"))

    assert reads(document)
    assert [] == [error.message for error in VALIDATOR.iter_errors(document)]


def _literals() -> Iterator[dict[str, Any]]:
    """
    The orders in JSON that are in the sources of the core's tests.
    """
    for source in sorted(Path(__file__).parent.parent.rglob("test_*.py")):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
                document = read_json(node.value).document
                if isinstance(document, dict) and "id" in document:
                    yield document


def test_reader_and_schema_agree_on_the_orders_of_the_tests() -> None:
    """
    Of the orders in the core's tests, exactly those fit the schema that can be read.
    """
    documents = list(_literals())

    assert any(map(reads, documents))
    assert [] == [
        document for document in documents if reads(document) != VALIDATOR.is_valid(document)
    ]


@pytest.mark.parametrize("members", GOOD, ids=str)
def test_a_valid_order_fits_the_schema(members: dict[str, Any]) -> None:
    """
    A valid order fits the schema, with any unknown fields.
    """
    document = {"id": "W1", **members}

    assert reads(document)
    assert [] == [error.message for error in VALIDATOR.iter_errors(document)]


@pytest.mark.parametrize("members", BAD, ids=str)
def test_an_invalid_order_does_not_fit_the_schema(members: dict[str, Any]) -> None:
    """
    An order with a wrong type, a missing field or a value beyond its limit does not fit.
    """
    document = {"id": "W1", **members}

    assert not reads(document)
    assert not VALIDATOR.is_valid(document)


@pytest.mark.parametrize("document", [None, [], "W1", 1, {}, {"Id": "W1"}], ids=str)
def test_a_value_other_than_an_order_does_not_fit_the_schema(document: object) -> None:
    """
    A JSON value other than an object with an id is invalid for reader and schema.
    """
    assert not reads(document)
    assert not VALIDATOR.is_valid(document)


@given(ORDERS)
def test_a_written_order_fits_the_schema(order: orders.Order) -> None:
    """
    Every order of the model, written as JSON, fits the schema.
    """
    document = json.loads(write_json(order_document(order)))

    assert [] == [error.message for error in VALIDATOR.iter_errors(document)]


PLACES = [
    ("created",),
    ("isReadOnly",),
    ("netTotal",),
    ("orderForm",),
    ("tags",),
    ("versionId",),
    ("orderForm", "lineItems"),
    ("orderForm", "shipments"),
    ("billingAddress", "line1"),
]
VALUES: st.SearchStrategy[object] = st.sampled_from(
    [None, True, 0, -1, 1.5, "", "7", "a", "2026-11-24T12:00:00Z", [], ["a"], [None], [{}], {}]
)


@given(st.sampled_from(PLACES), VALUES)
def test_reader_and_schema_agree(place: tuple[str, ...], value: object) -> None:
    """
    Reader and schema both accept a value at a place of the order, or neither does.
    """
    document: object = value
    for name in reversed(place):
        document = {name: document}
    assert isinstance(document, dict)
    whole = {"id": "W1", **document}

    assert reads(whole) == VALIDATOR.is_valid(whole)
