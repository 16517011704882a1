"""
The findings of `check`, and the target's metadata.
"""

from collections.abc import Callable, Iterator
from time import monotonic

import pytest
from pytest_httpserver import HTTPServer

from orderferry import Finding, FindingState
from orderferry.connectors import Exporter
from orderferry_erp_sap._findings import read_metadata
from orderferry_erp_sap.simulator import SapSimulator
from orderferry_erp_sap.simulator._model import metadata

ExporterOf = Callable[..., Exporter]

SERVICE = "/sap/opu/odata/sap/API_SALES_ORDER_SRV"


def _check(exporter: Exporter) -> dict[str, Finding]:
    findings = exporter.call("check", exporter.context(deadline=monotonic() + 10))
    assert isinstance(findings, tuple)
    return {finding.what: finding for finding in findings}


def _states(exporter: Exporter) -> dict[str, str]:
    return {what: str(finding.state) for what, finding in _check(exporter).items()}


def test_a_good_instance(simulator: SapSimulator, exporter_of: ExporterOf) -> None:
    """
    All is proven but what only a posted order could show; and nothing was posted.
    """
    assert _states(exporter_of()) == {
        "reach the service": "proven",
        "sign in": "proven",
        "get a CSRF token": "proven",
        "the service takes sales orders": "proven",
        "may create sales orders": "not provable",
    }
    assert {method for method, _, _ in simulator.asked} == {"GET"}


def test_a_wrong_password(exporter_of: ExporterOf) -> None:
    """
    The service is reached, and does not let us in.
    """
    findings = _check(exporter_of(password="not-the-password"))
    assert [str(each.state) for each in findings.values()] == ["proven", "failed"]
    assert "check user, password" in findings["sign in"].detail


def test_a_service_that_is_not_there(exporter_of: ExporterOf) -> None:
    """
    A wrong path, and a port where nobody listens.
    """
    for changes in ({"service_path": "/other"}, {"base_url": "http://127.0.0.1:9"}):
        findings = _check(exporter_of(**changes))
        assert [str(each.state) for each in findings.values()] == ["failed"]
        assert "reach the service" in findings


def test_fields_of_the_settings(exporter_of: ExporterOf) -> None:
    """
    A field that the target does not have is found before an order is refused for it.
    """
    what = "the fields of the settings are there"
    good = exporter_of(item_constants={"DeliveryGroup": "1"})
    assert _check(good)[what].state is FindingState.PROVEN
    bad = exporter_of(
        header_constants={"YY1_Campaign_SDH": "x"}, item_properties={"plant": "OriginalPlant"}
    )
    finding = _check(bad)[what]
    assert finding.state is FindingState.FAILED
    assert "YY1_Campaign_SDH of A_SalesOrder, OriginalPlant of A_SalesOrderItem" in finding.detail


@pytest.fixture
def sap(httpserver: HTTPServer) -> Iterator[HTTPServer]:
    """
    A service that gives a token, and whose metadata a test writes.
    """
    httpserver.expect_request(f"{SERVICE}/").respond_with_json(
        {"d": {}}, headers={"x-csrf-token": "token"}
    )
    yield httpserver
    httpserver.check()


CLOSED = """
<a xmlns:sap='http://www.sap.com/Protocols/SAPData'>
    <EntitySet Name='A_SalesOrder' EntityType='x.T' sap:creatable='false'/>
</a>
"""


@pytest.mark.parametrize(
    ("metadata", "detail"),
    [
        ("<html>", "$metadata: the metadata is not XML"),
        ("<a><EntitySet Name='Other' EntityType='x.OtherType'/></a>", "no A_SalesOrder"),
        (CLOSED, "not creatable"),
    ],
)
def test_metadata_that_takes_no_orders(
    sap: HTTPServer, exporter_of: ExporterOf, metadata: str, detail: str
) -> None:
    """
    Metadata that cannot be read, or whose A_SalesOrder is missing or closed, is a failure.
    """
    sap.expect_request(f"{SERVICE}/$metadata").respond_with_data(metadata)
    finding = _check(exporter_of(base_url=sap.url_for("")))["the service takes sales orders"]
    assert finding.state is FindingState.FAILED
    assert detail in finding.detail


def test_a_page_to_sign_in_is_no_service(httpserver: HTTPServer, exporter_of: ExporterOf) -> None:
    """
    A proxy's or SAP's page for people means that nobody is signed in.
    """
    httpserver.expect_request(f"{SERVICE}/").respond_with_data("<html>", content_type="text/html")
    finding = _check(exporter_of(base_url=httpserver.url_for("")))["sign in"]
    assert "a page for people" in finding.detail


def test_a_service_without_tokens(httpserver: HTTPServer, exporter_of: ExporterOf) -> None:
    """
    A proxy that drops the token's header is named as a cause.
    """
    httpserver.expect_request(f"{SERVICE}/").respond_with_json({"d": {}})
    finding = _check(exporter_of(base_url=httpserver.url_for("")))["reach the service"]
    assert finding.state is FindingState.FAILED
    assert "gave no CSRF token" in finding.detail


def test_fields_that_are_missing_or_closed_are_named() -> None:
    """
    What the target does not have, and what it creates itself, cannot be sent.
    """
    read = read_metadata(metadata())
    names = ["SoldToParty", "CreationDate", "YY1_X_SDH"]
    assert read.refused("A_SalesOrder", names) == ("CreationDate", "YY1_X_SDH")
    assert read.refused("A_Other", ["SoldToParty"]) == ("SoldToParty",)


def test_sets_that_take_nothing_are_named() -> None:
    """
    An address is created in its partner only.
    """
    closed = {"A_SalesOrderPartnerAddress", "A_SalesOrderItemPartnerAddress"}
    assert closed == read_metadata(metadata()).closed_sets


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<html><br></html>", "is not XML"),
        (b"", "is not XML"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "declares entities"),
    ],
)
def test_what_is_no_metadata_is_refused(content: bytes, message: str) -> None:
    """
    Neither a page for people nor a bomb of entities is read.
    """
    with pytest.raises(ValueError, match=message):
        read_metadata(content)
