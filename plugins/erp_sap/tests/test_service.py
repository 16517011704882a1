"""
The service's addresses, the ways to sign in, and queries.
"""

from collections.abc import Callable
from time import monotonic

import pytest
from pytest_httpserver import HTTPServer

from orderferry import ExportResult, Order, Properties, SentExport
from orderferry.connectors import Exporter
from orderferry.errors import TransientError
from orderferry_erp_sap import SapSettings
from orderferry_erp_sap._service import SapService, literal

SettingsOf = Callable[..., SapSettings]
OrderOf = Callable[..., Order]
ExporterOf = Callable[..., Exporter]

SERVICE = "/sap/opu/odata/sap/API_SALES_ORDER_SRV"


@pytest.mark.parametrize(
    ("text", "expected"), [("", "''"), ("a", "'a'"), ("it's", "'it''s'"), ("''", "''''''")]
)
def test_quotes_of_a_literal_are_doubled(text: str, expected: str) -> None:
    """
    Nothing in an order's id ends the literal.
    """
    assert expected == literal(text)


@pytest.mark.parametrize("base_url", ["https://sap.example", "https://sap.example/"])
def test_addresses_have_one_slash(settings_of: SettingsOf, base_url: str) -> None:
    """
    A slash at the end of the settings' address does no harm.
    """
    service = SapService(settings_of(base_url=base_url))
    assert service.root == f"https://sap.example{SERVICE}"
    assert service.entity("4711") == f"https://sap.example{SERVICE}/A_SalesOrder('4711')"


def test_oauth_signs_in_with_a_bearer_token(
    httpserver: HTTPServer, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    The token comes from the token endpoint, once, and goes with handshake and order.
    """
    token = {"access_token": "token-of-the-client", "token_type": "Bearer", "expires_in": 3600}
    bearer = {"Authorization": "Bearer token-of-the-client"}
    httpserver.expect_ordered_request("/token", method="POST").respond_with_json(token)
    httpserver.expect_ordered_request(f"{SERVICE}/", headers=bearer).respond_with_json(
        {"d": {}}, headers={"x-csrf-token": "csrf", "Set-Cookie": "sap-session=1; path=/"}
    )
    httpserver.expect_ordered_request(
        f"{SERVICE}/A_SalesOrder",
        method="POST",
        headers={**bearer, "X-CSRF-Token": "csrf", "Cookie": "sap-session=1"},
    ).respond_with_json({"d": {"SalesOrder": "4711"}}, status=201)
    exporter = exporter_of(
        base_url=httpserver.url_for(""),
        username="",
        password=None,
        client_id="client",
        client_secret="client-secret",
        token_url=httpserver.url_for("/token"),
    )
    result = exporter.call(
        "export_order",
        exporter.context(deadline=monotonic() + 10),
        order=order_of(),
        shipment=None,
        properties=Properties(),
    )
    assert isinstance(result, ExportResult)
    assert result.remote_ids["sales_order"] == "4711"
    httpserver.check()


def test_a_certificate_that_cannot_be_read_is_named(
    exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    Nothing is sent, and the message says which file.
    """
    exporter = exporter_of(client_certificate="/nowhere/client.pem", base_url="https://127.0.0.1:9")
    with pytest.raises(TransientError, match=r"/nowhere/client\.pem"):
        exporter.call(
            "export_order",
            exporter.context(deadline=monotonic() + 10),
            order=order_of(),
            shipment=None,
            properties=Properties(),
        )


@pytest.mark.parametrize(
    "body", [[], {}, {"d": {}}, {"d": {"results": 5}}, {"d": [5]}, {"d": [{"SalesOrder": 7}]}]
)
def test_an_answer_that_is_no_list_tells_nothing(
    httpserver: HTTPServer, exporter_of: ExporterOf, order_of: OrderOf, body: object
) -> None:
    """
    Absent is said only of an answer that lists sales orders.
    """
    httpserver.expect_request(f"{SERVICE}/A_SalesOrder").respond_with_json(body)
    exporter = exporter_of(base_url=httpserver.url_for(""))
    export = SentExport("key", order_of(), None, Properties())
    with pytest.raises(TransientError):
        exporter.call("find_export", exporter.context(deadline=monotonic() + 10), export=export)
