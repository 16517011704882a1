"""
The simulator over its socket, asked by another client than the connector's.
"""

import json
from base64 import b64encode
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse, RemoteDisconnected
from xml.etree import ElementTree as ET

import pytest

from orderferry.connectors import Simulator
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
    One kept-alive connection.
    """

    def __init__(self, simulator: SapSimulator) -> None:
        self.connection = HTTPConnection(*simulator.address, timeout=10)
        user = b64encode(f"{simulator.username}:{simulator.password}".encode()).decode()
        self.headers = {"Authorization": f"Basic {user}", "Accept": "application/json"}

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[HTTPResponse, bytes]:
        """
        Ask for something of the service.
        """
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, SERVICE + path, body, {**self.headers, **named})
        response = self.connection.getresponse()
        return response, response.read()

    def sign_in(self) -> None:
        """
        Fetch a token with its cookies.
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
    simulator = SapSimulator()
    simulator.start()
    yield simulator
    simulator.stop()


@pytest.fixture
def caller(simulator: SapSimulator) -> Iterator[Caller]:
    """
    A client of it.
    """
    caller = Caller(simulator)
    yield caller
    caller.connection.close()


def test_it_is_a_simulator(simulator: SapSimulator) -> None:
    """
    It has what every simulator has.
    """
    as_any: Simulator = simulator
    address = as_any.address
    assert address is not None
    assert as_any.settings["base_url"] == "http://{}:{}".format(*address)
    assert as_any.received() == []


def test_a_wrong_password_is_a_401(simulator: SapSimulator, caller: Caller) -> None:
    """
    Neither another password nor another client lets in.
    """
    response, _ = caller.ask("GET", "/", Authorization="Basic bm86bm8=")
    assert (response.status, response.headers["WWW-Authenticate"][:5]) == (401, "Basic")
    response, _ = caller.ask("GET", "/?sap-client=200")
    assert response.status == 401


def test_a_write_needs_token_and_cookie(simulator: SapSimulator, caller: Caller) -> None:
    """
    Without either, 403 and `x-csrf-token: Required`; with both, 201.
    """
    caller.sign_in()
    for name in ("X-CSRF-Token", "Cookie"):
        left_out = caller.headers.pop(name)
        response, _ = caller.ask("POST", "/A_SalesOrder", json.dumps(ORDER).encode())
        assert (response.status, response.headers["x-csrf-token"]) == (403, "Required")
        caller.headers[name] = left_out
    assert caller.post()[0] == 201
    simulator.forget_sessions()
    response, _ = caller.ask("POST", "/A_SalesOrder", json.dumps(ORDER).encode())
    assert response.status == 403


def test_a_deep_insert_is_kept_and_read_back(simulator: SapSimulator, caller: Caller) -> None:
    """
    The answer has the number under `d`, and the order can be read and found again.
    """
    caller.sign_in()
    status, body = caller.post()
    order = body["d"]
    assert isinstance(order, dict)
    assert (status, order["SalesOrder"]) == (201, "1000000001")
    assert order["to_Item"]["results"][0]["SalesOrder"] == "1000000001"
    _, content = caller.ask("GET", "/A_SalesOrder('1000000001')")
    assert json.loads(content)["d"] == order
    path = "/A_SalesOrder?$filter=PurchaseOrderByCustomer%20eq%20'WEB-1/S1'&$select=SalesOrder"
    _, content = caller.ask("GET", path)
    assert [each["SalesOrder"] for each in json.loads(content)["d"]["results"]] == ["1000000001"]
    (received,) = simulator.received()
    assert (received.order_id, received.shipment_id) == ("WEB-1", "S1")
    assert (received.remote_id, received.content) == ("1000000001", json.dumps(ORDER).encode())


def test_refusals_have_saps_shape(caller: Caller) -> None:
    """
    A code, a sentence, and details with the property.
    """
    caller.sign_in()
    status, body = caller.post({**ORDER, "SalesOrderType": "TOO LONG"})
    error = body["error"]
    assert isinstance(error, dict)
    (detail,) = error["innererror"]["errordetails"]
    assert (status, detail["propertyref"]) == (400, "A_SalesOrderType/SalesOrderType")


def test_a_repeat_of_one_request_makes_one_order(simulator: SapSimulator, caller: Caller) -> None:
    """
    The same `RequestID` gets the same answer.
    """
    caller.sign_in()
    headers = {"RequestID": "A" * 32, "RepeatabilityCreation": "Fri, 31 Jan 2025 12:00:00 GMT"}
    first, second = caller.post(**headers), caller.post(**headers)
    assert first == second
    assert len(simulator.received()) == 1


def test_metadata_and_service_document(caller: Caller) -> None:
    """
    Both name the entity sets; addresses are not creatable by themselves.
    """
    _, content = caller.ask("GET", "/")
    assert "A_SalesOrder" in json.loads(content)["d"]["EntitySets"]
    response, content = caller.ask("GET", "/$metadata")
    assert response.headers["Content-Type"] == "application/xml"
    assert b'Name="PurchaseOrderByCustomer" Type="Edm.String"' in content
    assert ET.fromstring(content) is not None
    response, content = caller.ask("HEAD", "/", X_CSRF_Token="fetch")
    assert (response.status, content, bool(response.headers["x-csrf-token"])) == (200, b"", True)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/A_Other", 404),
        ("GET", "/A_SalesOrder('7')", 404),
        ("GET", "/A_SalesOrder?$filter=a", 400),
        ("POST", "/A_SalesOrderText", 405),
    ],
)
def test_other_addresses_are_refused(caller: Caller, method: str, path: str, status: int) -> None:
    """
    The simulator knows what the connector needs, and says so of the rest.
    """
    caller.sign_in()
    response, _ = caller.ask(method, path, b"{}" if method == "POST" else None)
    assert status == response.status


def test_planned_answers_come_first(simulator: SapSimulator, caller: Caller) -> None:
    """
    A planned answer may have taken the order, or not, and may be none at all.
    """
    caller.sign_in()
    simulator.plan(Answer(status=503, content=b"{}"), Answer(status=None, acts=True))
    assert caller.post() == (503, {})
    assert simulator.received() == []
    with pytest.raises(RemoteDisconnected):
        caller.post()
    assert len(simulator.received()) == 1
    assert caller.post()[0] == 201


def test_stopping_ends_open_connections(simulator: SapSimulator, caller: Caller) -> None:
    """
    A kept-alive connection gets no more answers, and the address is gone.
    """
    caller.sign_in()
    simulator.stop()
    caller.connection.auto_open = 0
    with pytest.raises((RemoteDisconnected, ConnectionError)):
        caller.ask("GET", "/")
    with pytest.raises(RuntimeError, match="not started"):
        simulator.address  # noqa: B018
