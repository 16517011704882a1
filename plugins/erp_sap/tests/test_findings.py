"""
The findings of `check`, and the target's metadata.
"""

from collections.abc import Iterator

import pytest
from pytest_httpserver import HTTPServer

from orderferry import Finding, FindingState
from orderferry.testing.harness import Instance
from orderferry_erp_sap._findings import read_metadata
from orderferry_erp_sap.simulator import SapSimulator
from orderferry_erp_sap.simulator._model import metadata

from .conftest import InstanceOf

SERVICE = "/sap/opu/odata/sap/API_SALES_ORDER_SRV"


def _check(instance: Instance) -> dict[str, Finding]:
    return {finding.what: finding for finding in instance.check()}


def test_a_working_instance(simulator: SapSimulator, instance_of: InstanceOf) -> None:
    """
    All access is proven without a POST, except the permission to create sales orders.
    """
    states = {what: str(finding.state) for what, finding in _check(instance_of()).items()}
    assert states == {
        "reach the service": "proven",
        "sign in": "proven",
        "get a CSRF token": "proven",
        "the service accepts sales orders": "proven",
        "may create sales orders": "not provable",
    }
    assert {method for method, _, _ in simulator.requests} == {"GET"}


def test_a_wrong_password(instance_of: InstanceOf) -> None:
    """
    A wrong password is a failure to sign in to a service that is reached.
    """
    findings = _check(instance_of(password="not-the-password"))
    assert [str(finding.state) for finding in findings.values()] == ["proven", "failed"]
    assert "check the user, password" in findings["sign in"].detail


def test_a_missing_service(instance_of: InstanceOf) -> None:
    """
    A wrong path or a closed port is a failure to reach the service.
    """
    for changes in ({"service_path": "/other"}, {"base_url": "http://127.0.0.1:9"}):
        findings = _check(instance_of(**changes))
        assert [str(finding.state) for finding in findings.values()] == ["failed"]
        assert "reach the service" in findings


def test_fields_of_the_settings(instance_of: InstanceOf) -> None:
    """
    A configured field that the target does not have is a failure.
    """
    what = "the fields in the settings exist"
    valid = instance_of(item_constants={"DeliveryGroup": "1"})
    assert _check(valid)[what].state is FindingState.PROVEN
    invalid = instance_of(
        header_constants={"YY1_Campaign_SDH": "x"}, item_properties={"plant": "OriginalPlant"}
    )
    finding = _check(invalid)[what]
    assert finding.state is FindingState.FAILED
    assert "YY1_Campaign_SDH of A_SalesOrder, OriginalPlant of A_SalesOrderItem" in finding.detail


@pytest.fixture
def sap(httpserver: HTTPServer) -> Iterator[HTTPServer]:
    """
    A service that returns a token, and whose metadata the test defines.
    """
    httpserver.expect_request(f"{SERVICE}/").respond_with_json(
        {"d": {}}, headers={"x-csrf-token": "token"}
    )
    yield httpserver
    httpserver.check()


NOT_CREATABLE = """
<a xmlns:sap='http://www.sap.com/Protocols/SAPData'>
    <EntitySet Name='A_SalesOrder' EntityType='x.T' sap:creatable='false'/>
</a>
"""


@pytest.mark.parametrize(
    ("metadata", "detail"),
    [
        ("<html>", "$metadata: the metadata is not XML"),
        ("<a><EntitySet Name='Other' EntityType='x.OtherType'/></a>", "no A_SalesOrder"),
        (NOT_CREATABLE, "not creatable"),
    ],
)
def test_metadata_without_creatable_sales_orders(
    sap: HTTPServer, instance_of: InstanceOf, metadata: str, detail: str
) -> None:
    """
    Metadata that cannot be read, or whose A_SalesOrder is missing or not creatable, is a failure.
    """
    sap.expect_request(f"{SERVICE}/$metadata").respond_with_data(metadata)
    finding = _check(instance_of(base_url=sap.url_for("")))["the service accepts sales orders"]
    assert finding.state is FindingState.FAILED
    assert detail in finding.detail


def test_a_sign_in_page_is_a_failure(httpserver: HTTPServer, instance_of: InstanceOf) -> None:
    """
    An HTML page instead of the service document is a failure to sign in.
    """
    httpserver.expect_request(f"{SERVICE}/").respond_with_data("<html>", content_type="text/html")
    finding = _check(instance_of(base_url=httpserver.url_for("")))["sign in"]
    assert "an HTML page" in finding.detail


def test_a_service_without_tokens(httpserver: HTTPServer, instance_of: InstanceOf) -> None:
    """
    A service without CSRF tokens is reported as a failure to reach the service.
    """
    httpserver.expect_request(f"{SERVICE}/").respond_with_json({"d": {}})
    finding = _check(instance_of(base_url=httpserver.url_for("")))["reach the service"]
    assert finding.state is FindingState.FAILED
    assert "returned no CSRF token" in finding.detail


def test_missing_fields_are_not_creatable() -> None:
    """
    Fields that the target does not have, or creates itself, are not creatable.
    """
    target = read_metadata(metadata())
    names = ["SoldToParty", "CreationDate", "YY1_X_SDH"]
    assert target.not_creatable("A_SalesOrder", names) == ("CreationDate", "YY1_X_SDH")
    assert target.not_creatable("A_Other", ["SoldToParty"]) == ("SoldToParty",)


def test_sets_that_are_not_creatable() -> None:
    """
    The entity sets of addresses are not creatable.
    """
    addresses = {"A_SalesOrderPartnerAddress", "A_SalesOrderItemPartnerAddress"}
    assert addresses == read_metadata(metadata()).not_creatable_sets


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<html><br></html>", "is not XML"),
        (b"", "is not XML"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "declares entities"),
    ],
)
def test_a_document_that_is_not_metadata_is_an_error(content: bytes, message: str) -> None:
    """
    An HTML page, an empty body and a document with entities are errors.
    """
    with pytest.raises(ValueError, match=message):
        read_metadata(content)
