"""
The SAP connector works with SAP's own metadata, served by SAP CAP.
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

from .sap_cap import PASSWORD, USER, SapCap, serve

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
    The running SAP CAP.
    """
    with serve(sap_mock) as service:
        yield service


@pytest.fixture
def exporter_of(sap: SapCap) -> Iterator[ExporterOf]:
    """
    A function that returns an exporter for CAP, with changed settings.
    """
    with Client(environment={}) as client:

        def exporter_with(**changes: object) -> Exporter:
            settings = {"base_url": sap.base_url, "username": USER, "password": PASSWORD, **changes}
            config = InstanceConfig(name="erp_sap", settings=settings)
            instances = Instances(
                [config],
                catalogue=Catalogue.installed(),
                environment={},
                state=lambda _: MemoryState(),
                http=client,
            )
            return instances.exporter(config.reference)

        yield exporter_with


def _export(exporter: Exporter, order: Order, shipment: Shipment | None = None) -> str:
    result = exporter.export_order(
        order=order,
        shipment=shipment,
        properties=Properties(),
        context=exporter.context(key="key", deadline=monotonic() + 30),
    )
    assert isinstance(result, ExportResult)
    return result.remote_ids["sales_order"]


def _find(exporter: Exporter, order: Order, shipment: Shipment | None = None) -> object:
    context = exporter.context(deadline=monotonic() + 30)
    export = SentExport("key", order, shipment, Properties())
    return exporter.find_export(export=export, context=context)


def _rejection(exporter: Exporter) -> list[tuple[str | None, str | None, str | None]]:
    with pytest.raises(RejectedError) as caught:
        _export(exporter, ORDER)
    return [
        (problem.line_item_id, problem.field, problem.value) for problem in caught.value.problems
    ]


def test_a_sales_order_has_the_orders_values(sap: SapCap, exporter_of: ExporterOf) -> None:
    """
    SAP's own model returns header, partner, address, items, prices and texts as they were sent.
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
    assert partner["PartnerFunction"] == "SH"
    assert partner["Customer"] == "17100001"
    assert address["OrganizationName1"] == "Tents & Østens"
    assert address["Country"] == "NO"
    assert _conditions(order) == [("HD00", Decimal(49), "NOK")]
    (text,) = order["to_Text"]["results"]
    assert text["LongTextID"] == "TX01"
    assert text["LongText"] == "Door: Leave it there"
    first, second = sorted(order["to_Item"]["results"], key=lambda item: item["SalesOrderItem"])
    assert first["SalesOrderItem"] == "10"
    assert second["SalesOrderItem"] == "20"
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
        (price["ConditionType"], Decimal(price["ConditionRateValue"]), price["ConditionCurrency"])
        for price in entity["to_PricingElement"]["results"]
    ]


def test_two_addresses_in_one_sales_order(sap: SapCap, exporter_of: ExporterOf) -> None:
    """
    The items of the second shipment have their own ship-to party.
    """
    elsewhere = evolve(ADDRESS, city="Bergen")
    parts = (
        Shipment(shipment_id="S1", address=ADDRESS, line_items=LINES[:1]),
        Shipment(shipment_id="S2", address=elsewhere, line_items=LINES[1:]),
    )
    number = _export(exporter_of(), evolve(ORDER, order_form=OrderForm(shipments=parts)))
    order = sap.read(number, "to_Item/to_Partner/to_Address")
    partners = [item["to_Partner"]["results"] for item in order["to_Item"]["results"]]
    assert partners[0] == []
    assert len(partners[1]) == 1
    assert partners[1][0]["to_Address"]["results"][0]["CityName"] == "Bergen"


def test_an_export_is_found_and_another_is_absent(exporter_of: ExporterOf) -> None:
    """
    CAP accepts the filter with quotes, spaces, letters and signs in the order's id.
    """
    exporter = exporter_of(sold_to_party="17100009")
    order = evolve(ORDER, order_form=OrderForm(shipments=(Shipment(shipment_id="S'1"),)))
    order = evolve(order, order_form=evolve(order.order_form, line_items=LINES))
    assert _find(exporter, order) == Absent()
    number = _export(exporter, order, order.shipments[0])
    assert _find(exporter, order) == Absent()
    assert _find(exporter, order, order.shipments[0]) == Found({"sales_order": number})


def test_a_length_that_only_sap_checks_is_reported(exporter_of: ExporterOf) -> None:
    """
    The rejection names a field of the settings that only SAP's metadata checks.
    """
    exporter = exporter_of(header_constants={"AssignmentReference": "x" * 19})
    assert _rejection(exporter) == [(None, "AssignmentReference", "x" * 19)]


def test_rejections_of_items_name_their_lines(exporter_of: ExporterOf) -> None:
    """
    The rejection names the order's line of each invalid item.
    """
    exporter = exporter_of(item_constants={"DeliveryGroup": "1234"})
    expected = [("L1", "DeliveryGroup", "1234"), ("L2", "DeliveryGroup", "1234")]
    assert expected == _rejection(exporter)


def test_a_field_that_sap_does_not_have_is_named(exporter_of: ExporterOf) -> None:
    """
    An extension field that SAP does not have is rejected, and `check` finds it before.
    """
    exporter = exporter_of(header_constants={"YY1_Campaign_SDH": "x"})
    assert _rejection(exporter) == [(None, "YY1_Campaign_SDH", "x")]
    findings = _findings(exporter)
    assert findings["the fields in the settings exist"].state == "failed"


def test_a_wrong_password_is_an_authentication_error(exporter_of: ExporterOf) -> None:
    """
    CAP's own 401 is an authentication error.
    """
    with pytest.raises(AuthenticationError):
        _export(exporter_of(password="not-the-password"), ORDER)


def _findings(exporter: Exporter) -> dict[str, Finding]:
    findings = exporter.check(exporter.context(deadline=monotonic() + 30))
    assert isinstance(findings, tuple)
    return {finding.what: finding for finding in findings}


def test_check_reads_the_metadata(exporter_of: ExporterOf) -> None:
    """
    `check` proves all that can be proven with CAP's version of SAP's metadata.
    """
    findings = _findings(exporter_of(header_constants={"AssignmentReference": "x"}))
    assert {what: str(finding.state) for what, finding in findings.items()} == {
        "reach the service": "proven",
        "sign in": "proven",
        "get a CSRF token": "proven",
        "the service accepts sales orders": "proven",
        "the fields in the settings exist": "proven",
        "may create sales orders": "not provable",
    }
