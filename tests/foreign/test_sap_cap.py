"""
The SAP connector against SAP's own metadata, served by software that is not ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from attrs import evolve

from orderferry import Absent, ExportResult, Finding, Found, Order, Properties, SentExport
from orderferry.connectors import Catalogue, Exporter, InstanceConfig, Instances, MemoryState
from orderferry.connectors.http import Client
from orderferry.errors import AuthenticationError, RejectedError
from orderferry.orders import Address, LineItem, OrderForm, OrderNote, Shipment

from .sap_cap import PASSWORD, USER, SapCap, served

ADDRESS = Address(
    organization="Tents & Østens",
    name="Sample Customer",
    line1="Sample Street",
    street_number="1",
    postal_code="0150",
    city="Oslo",
    country_code="NOR",
)
LINES = (
    LineItem(
        line_item_id="L1",
        code="TG11",
        quantity=Decimal("2.500"),
        placed_price=Decimal("19.99"),
        extended_price=Decimal("45.00"),
        comment="gift wrap\nwith 'ribbon'",
    ),
    LineItem(line_item_id="L2", code="TG12", quantity=Decimal("999999999999.999"), unit="KG"),
)
ORDER = Order(
    id="it's #1 & Ø/100%",
    created=datetime(2025, 1, 31, 12, tzinfo=UTC),
    billing_currency="NOK",
    billing_address=ADDRESS,
    order_form=OrderForm(line_items=LINES, shipping_total=Decimal("49.00")),
    order_notes=(OrderNote(title="Door", detail="Leave it there"),),
)

ExporterOf = Callable[..., Exporter]


@pytest.fixture(scope="module")
def sap(sap_mock: Path) -> Iterator[SapCap]:
    """
    SAP CAP, up.
    """
    with served(sap_mock) as service:
        yield service


@pytest.fixture
def exporter_of(sap: SapCap) -> Iterator[ExporterOf]:
    """
    The installed connector as an instance that talks to CAP.
    """
    with Client(environment={}) as client:

        def make(**changes: object) -> Exporter:
            settings = {"base_url": sap.base_url, "username": USER, "password": PASSWORD, **changes}
            configured = InstanceConfig(name="erp_sap", settings=settings)
            instances = Instances(
                [configured],
                catalogue=Catalogue.installed(),
                environment={},
                state=lambda _: MemoryState(),
                http=client,
            )
            return instances.exporter(configured.reference)

        yield make


def _export(exporter: Exporter, order: Order, shipment: Shipment | None = None) -> str:
    result = exporter.call(
        "export_order",
        exporter.context(key="key", deadline=monotonic() + 30),
        order=order,
        shipment=shipment,
        properties=Properties(),
    )
    assert isinstance(result, ExportResult)
    return result.remote_ids["sales_order"]


def _find(exporter: Exporter, order: Order, shipment: Shipment | None = None) -> object:
    context = exporter.context(deadline=monotonic() + 30)
    export = SentExport("key", order, shipment, Properties())
    return exporter.call("find_export", context, export=export)


def _refusal(exporter: Exporter) -> list[tuple[str | None, str | None, str | None]]:
    with pytest.raises(RejectedError) as caught:
        _export(exporter, ORDER)
    return [(each.line_item_id, each.field, each.value) for each in caught.value.problems]


def test_a_sales_order_is_kept_as_it_was_meant(sap: SapCap, exporter_of: ExporterOf) -> None:
    """
    Head, partner, address, items, prices and texts are read back from SAP's own model.
    """
    number = _export(exporter_of(), ORDER)
    order = sap.read(
        number,
        "to_Partner/to_Address",
        "to_PricingElement",
        "to_Text",
        "to_Item/to_PricingElement",
        "to_Item/to_Text",
    )
    assert order["PurchaseOrderByCustomer"] == ORDER.id
    assert order["CustomerPurchaseOrderDate"] == "/Date(1738281600000)/"
    (partner,) = order["to_Partner"]["results"]
    (address,) = partner["to_Address"]["results"]
    assert (partner["PartnerFunction"], partner["Customer"]) == ("SH", "17100001")
    assert (address["OrganizationName1"], address["Country"]) == ("Tents & Østens", "NO")
    assert _conditions(order) == [("HD00", Decimal(49), "NOK")]
    (text,) = order["to_Text"]["results"]
    assert (text["LongTextID"], text["LongText"]) == ("TX01", "Door: Leave it there")
    first, second = sorted(order["to_Item"]["results"], key=lambda item: item["SalesOrderItem"])
    assert (first["SalesOrderItem"], second["SalesOrderItem"]) == ("10", "20")
    assert Decimal(first["RequestedQuantity"]) == Decimal("2.5")
    assert Decimal(second["RequestedQuantity"]) == Decimal("999999999999.999")
    assert _conditions(first) == [
        ("PMP0", Decimal("19.99"), "NOK"),
        ("RB00", Decimal("-4.975"), "NOK"),
    ]
    (comment,) = first["to_Text"]["results"]
    assert comment["LongText"] == "gift wrap\nwith 'ribbon'"


def _conditions(entity: dict[str, Any]) -> list[tuple[str, Decimal, str]]:
    return [
        (each["ConditionType"], Decimal(each["ConditionRateValue"]), each["ConditionCurrency"])
        for each in entity["to_PricingElement"]["results"]
    ]


def test_two_addresses_in_one_sales_order(sap: SapCap, exporter_of: ExporterOf) -> None:
    """
    The items of the second shipment have a ship-to party of their own.
    """
    elsewhere = evolve(ADDRESS, city="Bergen")
    parts = (
        Shipment(shipment_id="S1", address=ADDRESS, line_items=LINES[:1]),
        Shipment(shipment_id="S2", address=elsewhere, line_items=LINES[1:]),
    )
    number = _export(exporter_of(), evolve(ORDER, order_form=OrderForm(shipments=parts)))
    order = sap.read(number, "to_Item/to_Partner/to_Address")
    partners = [item["to_Partner"]["results"] for item in order["to_Item"]["results"]]
    assert [len(each) for each in partners] == [0, 1]
    assert partners[1][0]["to_Address"]["results"][0]["CityName"] == "Bergen"


def test_an_export_is_found_and_another_is_absent(exporter_of: ExporterOf) -> None:
    """
    CAP understands the filter, with quotes, spaces, letters and signs in the order's id.
    """
    exporter = exporter_of(sold_to_party="17100009")
    order = evolve(ORDER, order_form=OrderForm(shipments=(Shipment(shipment_id="S'1"),)))
    order = evolve(order, order_form=evolve(order.order_form, line_items=LINES))
    assert _find(exporter, order) == Absent()
    number = _export(exporter, order, order.shipments[0])
    assert _find(exporter, order) == Absent()
    assert _find(exporter, order, order.shipments[0]) == Found({"sales_order": number})


def test_a_length_that_only_sap_knows_reaches_the_person(exporter_of: ExporterOf) -> None:
    """
    A field of the settings is checked by SAP's metadata alone, and its refusal names it.
    """
    exporter = exporter_of(header_constants={"AssignmentReference": "x" * 19})
    assert _refusal(exporter) == [(None, "AssignmentReference", "x" * 19)]


def test_refusals_of_items_name_their_lines(exporter_of: ExporterOf) -> None:
    """
    Each item's fault is traced to the order's line.
    """
    exporter = exporter_of(item_constants={"DeliveryGroup": "1234"})
    expected = [("L1", "DeliveryGroup", "1234"), ("L2", "DeliveryGroup", "1234")]
    assert expected == _refusal(exporter)


def test_a_field_that_sap_does_not_have_is_named(exporter_of: ExporterOf) -> None:
    """
    An extension field that this system does not have is refused, and `check` finds it before.
    """
    exporter = exporter_of(header_constants={"YY1_Campaign_SDH": "x"})
    assert _refusal(exporter) == [(None, "YY1_Campaign_SDH", "x")]
    findings = _findings(exporter)
    assert findings["the fields of the settings are there"].state == "failed"


def test_a_wrong_password_does_not_let_in(exporter_of: ExporterOf) -> None:
    """
    CAP's own 401 is an authentication error.
    """
    with pytest.raises(AuthenticationError):
        _export(exporter_of(password="not-the-password"), ORDER)


def _findings(exporter: Exporter) -> dict[str, Finding]:
    findings = exporter.call("check", exporter.context(deadline=monotonic() + 30))
    assert isinstance(findings, tuple)
    return {finding.what: finding for finding in findings}


def test_check_reads_the_metadata(exporter_of: ExporterOf) -> None:
    """
    All that can be proven is, of CAP's rendering of SAP's metadata too.
    """
    findings = _findings(exporter_of(header_constants={"AssignmentReference": "x"}))
    assert {what: str(each.state) for what, each in findings.items()} == {
        "reach the service": "proven",
        "sign in": "proven",
        "get a CSRF token": "proven",
        "the service takes sales orders": "proven",
        "the fields of the settings are there": "proven",
        "may create sales orders": "not provable",
    }
