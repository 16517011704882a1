"""
The simulator over its socket, asked by a client that shares no code with the connector.
"""

import json
from base64 import b64encode
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse, RemoteDisconnected
from xml.etree import ElementTree as ET

import pytest

from orderferry.connectors import Received, Simulator
from orderferry.testing.harness import run_simulator
from orderferry_erp_sap.simulator import Answer, SapSimulator

SERVICE = "/sap/opu/odata/sap/API_SALES_ORDER_SRV"
ORDER = {
    "SalesOrderType": "OR",
    "SoldToParty": "17100001",
    "PurchaseOrderByCustomer": "WEB-1/S1",
    "to_Item": [{"SalesOrderItem": "10", "Material": "TG11", "RequestedQuantity": "2"}],
}


class Caller:
    """
    A client with one connection, which is kept open.
    """

    def __init__(self, simulator: SapSimulator) -> None:
        self.connection = HTTPConnection(*simulator.address, timeout=10)
        user = b64encode(f"{simulator.username}:{simulator.password}".encode()).decode()
        self.headers = {"Authorization": f"Basic {user}", "Accept": "application/json"}

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[HTTPResponse, bytes]:
        """
        Send a request to the service.
        """
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, SERVICE + path, body, {**self.headers, **named})
        response = self.connection.getresponse()
        return response, response.read()

    def sign_in(self) -> None:
        """
        Fetch a CSRF token with its cookies.
        """
        response, _ = self.ask("GET", "/", X_CSRF_Token="Fetch")
        cookies = response.headers.get_all("Set-Cookie") or []
        self.headers["Cookie"] = "; ".join(cookie.partition(";")[0] for cookie in cookies)
        self.headers["X-CSRF-Token"] = response.headers["x-csrf-token"]

    def post(self, document: object = ORDER, **headers: str) -> tuple[int, dict[str, object]]:
        """
        Post a sales order.
        """
        response, content = self.ask(
            "POST", "/A_SalesOrder", json.dumps(document).encode(), **headers
        )
        return response.status, json.loads(content)


@pytest.fixture
def simulator() -> Iterator[SapSimulator]:
    """
    A simulator that listens.
    """
    with run_simulator(SapSimulator()) as simulator:
        yield simulator


@pytest.fixture
def caller(simulator: SapSimulator) -> Iterator[Caller]:
    """
    A client of the simulator.
    """
    caller = Caller(simulator)
    yield caller
    caller.connection.close()


def test_the_class_is_a_simulator(simulator: SapSimulator) -> None:
    """
    The class implements the protocol of simulators.
    """
    as_protocol: Simulator = simulator
    address = as_protocol.address
    assert address is not None
    assert as_protocol.settings["base_url"] == "http://{}:{}".format(*address)
    assert as_protocol.received() == []


def test_a_wrong_password_is_a_401(simulator: SapSimulator, caller: Caller) -> None:
    """
    A request with another password or another SAP client is a 401.
    """
    response, _ = caller.ask("GET", "/", Authorization="Basic bm86bm8=")
    assert response.status == 401
    assert response.headers["WWW-Authenticate"].startswith("Basic ")
    response, _ = caller.ask("GET", "/?sap-client=200")
    assert response.status == 401


def test_a_write_requires_token_and_cookie(simulator: SapSimulator, caller: Caller) -> None:
    """
    Without CSRF token or cookie a POST is a 403 with `x-csrf-token: Required`.
    """
    caller.sign_in()
    for name in ("X-CSRF-Token", "Cookie"):
        value = caller.headers.pop(name)
        response, _ = caller.ask("POST", "/A_SalesOrder", json.dumps(ORDER).encode())
        assert response.status == 403
        assert response.headers["x-csrf-token"] == "Required"
        caller.headers[name] = value
    assert caller.post()[0] == 201
    simulator.end_sessions()
    response, _ = caller.ask("POST", "/A_SalesOrder", json.dumps(ORDER).encode())
    assert response.status == 403


def test_a_deep_insert_can_be_read_back(simulator: SapSimulator, caller: Caller) -> None:
    """
    The response has the number under `d`, and the sales order can be read and queried.
    """
    caller.sign_in()
    status, body = caller.post()
    order = body["d"]
    assert isinstance(order, dict)
    assert status == 201
    assert order["SalesOrder"] == "1000000001"
    assert order["to_Item"]["results"][0]["SalesOrder"] == "1000000001"
    _, content = caller.ask("GET", "/A_SalesOrder('1000000001')")
    assert json.loads(content)["d"] == order
    path = "/A_SalesOrder?$filter=PurchaseOrderByCustomer%20eq%20'WEB-1/S1'&$select=SalesOrder"
    _, content = caller.ask("GET", path)
    (result,) = json.loads(content)["d"]["results"]
    assert result["SalesOrder"] == "1000000001"
    (received,) = simulator.received()
    assert received == Received(
        order_id="WEB-1",
        shipment_id="S1",
        remote_id="1000000001",
        content=json.dumps(ORDER).encode(),
    )


def test_an_error_has_the_format_of_sap(caller: Caller) -> None:
    """
    The details of an error name the property.
    """
    caller.sign_in()
    status, body = caller.post({**ORDER, "SalesOrderType": "TOO LONG"})
    error = body["error"]
    assert isinstance(error, dict)
    (detail,) = error["innererror"]["errordetails"]
    assert status == 400
    assert detail["propertyref"] == "A_SalesOrderType/SalesOrderType"


def test_a_repeated_request_creates_one_sales_order(
    simulator: SapSimulator, caller: Caller
) -> None:
    """
    Two requests with one `RequestID` get the same response, and create one sales order.
    """
    caller.sign_in()
    headers = {"RequestID": "A" * 32, "RepeatabilityCreation": "Fri, 31 Jan 2025 12:00:00 GMT"}
    first, second = caller.post(**headers), caller.post(**headers)
    assert first == second
    assert len(simulator.received()) == 1


def test_metadata_and_service_document(caller: Caller) -> None:
    """
    The service document and the metadata name the entity sets.
    """
    _, content = caller.ask("GET", "/")
    assert "A_SalesOrder" in json.loads(content)["d"]["EntitySets"]
    response, content = caller.ask("GET", "/$metadata")
    assert response.headers["Content-Type"] == "application/xml"
    assert b'Name="PurchaseOrderByCustomer" Type="Edm.String"' in content
    assert ET.fromstring(content) is not None
    response, content = caller.ask("HEAD", "/", X_CSRF_Token="fetch")
    assert response.status == 200
    assert content == b""
    assert response.headers["x-csrf-token"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/A_Other", 404),
        ("GET", "/A_SalesOrder('7')", 404),
        ("GET", "/A_SalesOrder?$filter=a", 400),
        ("POST", "/A_SalesOrderText", 405),
        ("DELETE", "/A_SalesOrder('7')", 405),
    ],
)
def test_other_paths_are_rejected(caller: Caller, method: str, path: str, status: int) -> None:
    """
    A path, a query or a method that the simulator does not know has its error status.
    """
    caller.sign_in()
    response, _ = caller.ask(method, path, b"{}" if method == "POST" else None)
    assert status == response.status


def test_planned_answers_are_given_first(simulator: SapSimulator, caller: Caller) -> None:
    """
    A planned answer is given once, whether or not the sales order was created.
    """
    caller.sign_in()
    simulator.plan(Answer(status=503, content=b"{}"), Answer(status=None, carried_out=True))
    assert caller.post() == (503, {})
    assert simulator.received() == []
    with pytest.raises(RemoteDisconnected):
        caller.post()
    assert len(simulator.received()) == 1
    assert caller.post()[0] == 201


def test_stopping_ends_open_connections(simulator: SapSimulator, caller: Caller) -> None:
    """
    A connection that is kept open gets no more responses, and the address is gone.
    """
    caller.sign_in()
    simulator.stop()
    caller.connection.auto_open = 0
    with pytest.raises((RemoteDisconnected, ConnectionError)):
        caller.ask("GET", "/")
    with pytest.raises(RuntimeError, match="not started"):
        simulator.address  # noqa: B018
