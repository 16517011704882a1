"""
Tests of writing orders: what was read is written exactly, without what is empty.
"""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from attrs import evolve

from orderferry.orders import (
    EntityError,
    HistoryEvent,
    LineItem,
    Order,
    OrderForm,
    Severity,
    digest,
    order_document,
    order_from,
    read_json,
    read_order,
    write_json,
)


def test_unknown_fields_are_written_at_every_level() -> None:
    """
    Unknown fields are written with every digit, and with their nulls and empty lists.
    """
    text = (
        '{"id":"W1","orderForm":{"lineItems":[{"quantity":1,"hostLine":12345678901234567890.12}],'
        '"discounts":[{"amount":0.10}]},"Id":null,"hostFields":{"a":[],"n":123456789012345678901}}'
    )

    assert text == write_json(order_document(read_order(text))).decode()


def test_none_and_empty_collections_are_omitted() -> None:
    """
    Zero, false and the empty string are values, and are written.
    """
    order = Order(
        id="W1",
        customer_name="",
        is_read_only=False,
        order_form=OrderForm(line_items=(LineItem(),)),
    )

    assert {
        "id": "W1",
        "customerName": "",
        "isReadOnly": False,
        "orderForm": {"lineItems": [{"quantity": Decimal(0)}]},
    } == order_document(order)
    assert {"id": "W1"} == order_document(Order(id="W1"))


def test_errors_and_history_are_written_with_plain_values() -> None:
    """
    Enums are written as strings, times with Z or their zone, and defaults too.
    """
    noon = datetime(2026, 11, 24, 12, 0, 0, 250_000, tzinfo=UTC)
    order = Order(
        id="W1",
        created=datetime(2026, 11, 24, tzinfo=timezone(timedelta(hours=1))),
        errors=(EntityError(key="ExportOrder", severity=Severity.WARNING, occurred=noon),),
        history=(
            HistoryEvent(
                timestamp=noon, category="Exported", message="sent", remote_ids={"order": "4711"}
            ),
        ),
    )
    document = order_document(order)

    assert {"key": "ExportOrder", "severity": "Warning", "status": "New"} == {
        name: document["errors"][0][name] for name in ("key", "severity", "status")
    }
    assert str is type(document["errors"][0]["severity"])
    assert "2026-11-24T12:00:00.250000Z" == document["errors"][0]["occurred"]
    assert "2026-11-24T00:00:00+01:00" == document["created"]
    assert {
        "timestamp": "2026-11-24T12:00:00.250000Z",
        "category": "Exported",
        "message": "sent",
        "isError": False,
        "remoteIds": {"order": "4711"},
    } == document["history"][0]
    assert order == read_order(write_json(document))
    assert order == order_from(document)


def test_a_field_of_the_model_wins_over_an_unknown_field() -> None:
    """
    A field in `extra` does not replace a field of the model.
    """
    order = Order(id="W1", extra={"id": "W2", "status": "kept"})

    assert {"id": "W1", "status": "kept"} == order_document(order)


def test_a_time_without_a_zone_is_not_written() -> None:
    """
    A time without a zone could not be read back.
    """
    with pytest.raises(ValueError, match="2026-11-24T12:00:00 has no zone"):
        order_document(Order(id="W1", created=datetime(2026, 11, 24, 12)))  # noqa: DTZ001


def test_json_is_written_with_exact_numbers() -> None:
    """
    Numbers are exact, on one line or indented.
    """
    document = {"a": Decimal("1.50"), "b": [Decimal("12345678901234567890.12"), True, None, "ø"]}

    assert '{"a":1.50,"b":[12345678901234567890.12,true,null,"ø"]}' == write_json(document).decode()
    assert '{\n  "a": 1.50\n}' == write_json({"a": Decimal("1.50")}, indent=2).decode()


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "sNaN"])
def test_nan_and_infinity_are_not_written(number: str) -> None:
    """
    NaN and Infinity are errors, and the same words in a string are not.
    """
    with pytest.raises(ValueError, match="NaN and Infinity"):
        write_json({"a": [Decimal(number)]})
    assert b'["NaN"]' == write_json(["NaN"])


DIGESTED: dict[str, Any] = {
    "id": "W1",
    "status": "New",
    "versionId": 7,
    "modified": "2026-11-24T12:00:00Z",
    "orderForm": {"lineItems": [{"code": "SKU-1", "quantity": 2, "hostLine": 1}]},
}


def test_the_digest_identifies_the_content_alone() -> None:
    """
    Status, errors, history, modified, version and the order of members do not change the digest.
    """
    order = order_from(DIGESTED)
    handled = evolve(
        order,
        status="Ship",
        version_id=8,
        modified=datetime(2026, 11, 25, tzinfo=UTC),
        errors=(EntityError(key="ExportOrder"),),
        history=(
            HistoryEvent(timestamp=datetime(2026, 1, 1, tzinfo=UTC), category="c", message="m"),
        ),
    )
    turned = read_order(json.dumps(dict(reversed(DIGESTED.items()))))

    content = b'{"id":"W1","orderForm":{"lineItems":[{"code":"SKU-1","hostLine":1,"quantity":2}]}}'
    assert sha256(content).hexdigest()[:16] == digest(order)
    assert digest(order) == digest(handled) == digest(turned)


@pytest.mark.parametrize(
    "line",
    [
        {"code": "SKU-2", "quantity": 2, "hostLine": 1},
        {"code": "SKU-1", "quantity": 3, "hostLine": 1},
        {"code": "SKU-1", "quantity": 2, "hostLine": 2},
        {"code": "SKU-1", "quantity": 2},
    ],
)
def test_other_content_has_another_digest(line: dict[str, object]) -> None:
    """
    A change of any content, also in unknown fields, changes the digest.
    """
    other = order_from({**DIGESTED, "orderForm": {"lineItems": [line]}})

    assert digest(order_from(DIGESTED)) != digest(other)


def test_an_order_keeps_its_digest_through_json() -> None:
    """
    An order that is written and read has the same digest.
    """
    order = order_from({**DIGESTED, "x": 1e22, "orderForm": {"total": 1e2}})

    assert digest(order) == digest(read_order(write_json(order_document(order))))


def test_json_of_other_documents_is_read() -> None:
    """
    Other documents are read to a value or faults, and equal repeats may be allowed.
    """
    text = b'{"a": 1.50, "a": 1.50, "b": [true], "b": [1], "c": {"d": 1}, "c": {"d": 1}}'

    assert {"a": Decimal("1.50")} == read_json(b'{"a": 1.50}').document
    assert (
        "appears twice in its object @ $.a",
        "appears twice in its object @ $.b",
        "appears twice in its object @ $.c",
    ) == read_json(text).faults
    assert ("appears twice in its object @ $.b",) == read_json(text, equal_repeats=True).faults
