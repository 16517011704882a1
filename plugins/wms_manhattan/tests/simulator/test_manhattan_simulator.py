"""
The simulator over its socket, asked by a client that shares no code with the connector.
"""

import json
from http.client import RemoteDisconnected

import pytest

from orderferry.connectors import Received
from orderferry.testing.harness import run_simulator
from orderferry_wms_manhattan.simulator import Answer, ManhattanSimulator

from .conftest import ORDERS, Client

LINE = {"OriginalOrderLineId": "1", "ItemId": "TENT-2", "OrderedQuantity": "3"}

ORDER = {
    "OriginalOrderId": "WEB-1-S1",
    "OrderType": "DTC",
    "OriginFacilityId": "DC01",
    "DestinationAddress": {"Address1": "1 Sample Street", "City": "Reno", "Country": "US"},
    "Extended": {"ExternalPurchaseOrderNumber": "WEB-1"},
    "OriginalOrderLine": [LINE],
}


@pytest.mark.parametrize("grant", ["password", "client_credentials"])
def test_both_grants_give_a_token(
    simulator: ManhattanSimulator, anonymous: Client, grant: str
) -> None:
    """
    Both grants that tenants use are answered with a bearer token that expires.
    """
    form = {name: anonymous.settings[name] for name in ("username", "password")}
    status, answer = anonymous.token(grant_type=grant, **form)
    assert 200 == status
    assert "bearer" == answer["token_type"]
    assert 300 == answer["expires_in"]
    assert 1 == simulator.issued_tokens


@pytest.mark.parametrize(
    ("form", "secret", "status", "error"),
    [
        ({"grant_type": "client_credentials"}, "wrong-secret", 401, "invalid_client"),
        (
            {"grant_type": "password", "username": "x", "password": "y"},
            None,
            400,
            "invalid_grant",
        ),
        ({"grant_type": "password"}, None, 400, "invalid_grant"),
        ({"grant_type": "implicit"}, None, 400, "unsupported_grant_type"),
        ({}, None, 400, "unsupported_grant_type"),
    ],
)
def test_invalid_token_request_has_the_error_of_the_standard(
    anonymous: Client, form: dict[str, str], secret: str | None, status: int, error: str
) -> None:
    """
    A wrong client, user or grant has the error of RFC 6749, section 5.2.
    """
    actual, answer = anonymous.token(secret, **form)
    assert status == actual
    assert error == answer["error"]


def test_request_without_a_valid_token_is_a_401(
    simulator: ManhattanSimulator, anonymous: Client
) -> None:
    """
    A request without a valid token is an HTTP 401 with an envelope.
    """
    assert 401 == anonymous.ask("save", ORDER)[0]
    anonymous.headers["Authorization"] = "Bearer made-up"
    status, answer = anonymous.ask("save", ORDER)
    assert 401 == status
    assert answer["success"] is False
    assert "error.401" == answer["messageKey"]
    anonymous.sign_in()
    simulator.revoke_tokens()
    assert 401 == anonymous.ask("save", ORDER)[0]
    assert [] == simulator.received()


def test_token_expires() -> None:
    """
    A token is invalid once its seconds have passed.
    """
    with run_simulator(ManhattanSimulator(token_seconds=0)) as simulator:
        client = Client(simulator)
        assert 401 == client.sign_in().ask("save", ORDER)[0]
        client.connection.close()


def test_saved_order_is_received_and_found(simulator: ManhattanSimulator, client: Client) -> None:
    """
    A valid order is stored as it was sent, and can be searched for by its id.
    """
    status, answer = client.ask("save", ORDER)
    assert 200 == status
    assert answer["success"] is True
    data = answer["data"]
    assert isinstance(data, dict)
    assert [
        Received(
            order_id="WEB-1",
            shipment_id="S1",
            remote_id=data["PK"],
            content=json.dumps(ORDER).encode(),
        )
    ] == simulator.received()
    status, result = client.ask("search", {"Query": "OriginalOrderId = 'WEB-1-S1'"})
    assert 200 == status
    assert {"totalCount": 1} == result["header"]
    assert [data] == result["data"]


def test_order_that_is_sent_twice_is_two_records(
    simulator: ManhattanSimulator, client: Client
) -> None:
    """
    An order that was sent twice is not deduplicated, so that the duplicate is seen.
    """
    client.ask("save", ORDER)
    client.ask("save", ORDER)
    first, second = simulator.received()
    assert first.remote_id != second.remote_id
    _, result = client.ask(
        "search", {"Query": "OriginalOrderId = 'WEB-1-S1'", "Size": 1, "Page": 1}
    )
    records = result["data"]
    assert isinstance(records, list)
    assert [second.remote_id] == [record["PK"] for record in records]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"OriginalOrderId": ""}, ["REQUIRED_FIELD"]),
        ({"OriginFacilityId": "DC99"}, ["INVALID_FACILITY"]),
        ({"DestinationAddress": None}, ["REQUIRED_FIELD"]),
        ({"DestinationAddress": {"Address1": "1 A"}}, ["REQUIRED_FIELD", "REQUIRED_FIELD"]),
        ({"DeliveryEndDateTime": "12/24/2026"}, ["INVALID_DATE"]),
        ({"OrderType": 5}, ["INVALID_TYPE"]),
        ({"OriginalOrderLine": []}, ["REQUIRED_FIELD"]),
        ({"OriginalOrderLine": ["x"]}, ["REQUIRED_FIELD"] * 3),
        (
            {"OriginalOrderLine": [{**LINE, "OrderedQuantity": "0"}]},
            ["INVALID_QUANTITY"],
        ),
        (
            {"OriginalOrderLine": [{**LINE, "OrderedQuantity": 3}]},
            ["INVALID_TYPE"],
        ),
        ({"OriginalOrderLine": [LINE, LINE]}, ["DUPLICATE_LINE"]),
    ],
)
def test_invalid_order_is_rejected_with_http_200(
    simulator: ManhattanSimulator, client: Client, changes: dict[str, object], codes: list[str]
) -> None:
    """
    The envelope of an invalid order has a message for each error, and nothing is stored.
    """
    assert codes == client.codes({**ORDER, **changes})
    assert [] == simulator.received()


def test_wrong_organization_and_location_are_rejected(client: Client) -> None:
    """
    The headers must name an organization and a location of the user.
    """
    client.headers |= {"SelectedOrganization": "OTHER", "SelectedLocation": "DC99"}
    assert ["INVALID_ORGANIZATION", "INVALID_LOCATION"] == client.codes(ORDER)


def test_search_is_limited_to_one_location(client: Client) -> None:
    """
    An order is found only in the location that it was sent to.
    """
    client.ask("save", ORDER)
    client.headers["SelectedLocation"] = "DC02"
    _, result = client.ask("search", {"Query": "OriginalOrderId = 'WEB-1-S1'"})
    assert {"totalCount": 0} == result["header"]
    assert [] == result["data"]


@pytest.mark.parametrize(
    "query", ["OriginalOrderId = 'a' or 'a' = 'a'", "OriginalOrderId = 'a''", "", None]
)
def test_query_that_is_not_a_comparison_is_rejected(client: Client, query: object) -> None:
    """
    A query whose value ends early because of a quote is rejected.
    """
    status, answer = client.ask("search", {"Query": query})
    assert 200 == status
    assert answer["success"] is False


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"a": 1, "a": 2}', b"\xff"])
def test_body_that_is_not_an_object_is_rejected(client: Client, body: bytes) -> None:
    """
    A body that is not a JSON object, or names a field twice, is an HTTP 400 with an envelope.
    """
    status, answer = client.post(f"{ORDERS}/save", body, client.headers)
    assert 400 == status
    assert answer["success"] is False


def test_search_without_an_object_is_rejected(client: Client) -> None:
    """
    A search whose body is not a JSON object is an HTTP 400 with an envelope.
    """
    status, answer = client.post(f"{ORDERS}/search", b"[]", client.headers)
    assert 400 == status
    assert answer["success"] is False


def test_body_without_a_length_is_rejected(client: Client) -> None:
    """
    A request with a chunked body is answered with 411.
    """
    headers = {**client.headers, "Transfer-Encoding": "chunked"}
    client.connection.request("POST", f"{ORDERS}/save", b"0\r\n\r\n", headers)
    assert 411 == client.connection.getresponse().status


def test_fields_are_returned_as_they_were_sent(client: Client) -> None:
    """
    Fields that a tenant's mapping adds are returned, decimal numbers as exact text.
    """
    _, answer = client.ask("save", {**ORDER, "Weight": 1.25, "Tags": [1, None, True]})
    data = answer["data"]
    assert isinstance(data, dict)
    assert "1.25" == data["Weight"]
    assert [1, None, True] == data["Tags"]


@pytest.mark.parametrize("authorization", ["Bearer x", "Basic ***", "Basic /w==", ""])
def test_client_without_credentials_gets_no_token(anonymous: Client, authorization: str) -> None:
    """
    A token request must have the client as readable Basic authentication.
    """
    body, headers = b"grant_type=client_credentials", {"Authorization": authorization}
    status, answer = anonymous.post("/oauth/token", body, headers)
    assert 401 == status
    assert "invalid_client" == answer["error"]


def test_other_paths_are_not_found(client: Client) -> None:
    """
    A path that the simulator does not know is a 404, and a method other than POST is a 405.
    """
    assert 404 == client.ask("bulkImport", {})[0]
    client.connection.request("GET", f"{ORDERS}/save")
    assert 405 == client.connection.getresponse().status


def test_planned_answers_are_given_once_and_in_order(
    simulator: ManhattanSimulator, client: Client
) -> None:
    """
    A planned answer is given once, whether or not the order is saved.
    """
    simulator.plan(Answer(status=503, content=b"{}"))
    simulator.plan(Answer(status=None, carried_out=True))
    assert (503, {}) == client.ask("save", ORDER)
    assert [] == simulator.received()
    with pytest.raises(RemoteDisconnected):
        client.ask("save", ORDER)
    assert 1 == len(simulator.received())
    client.connection.close()
    assert 200 == client.ask("save", ORDER)[0]
    assert ["save", "save", "save"] == simulator.requests


def test_order_without_reference_has_the_id_of_the_document(
    simulator: ManhattanSimulator, client: Client
) -> None:
    """
    Without the tenant's reference field, the document's id is the order's id.
    """
    client.ask("save", {**ORDER, "Extended": None})
    (received,) = simulator.received()
    assert "WEB-1-S1" == received.order_id
    assert received.shipment_id is None


def test_stopping_ends_open_connections(simulator: ManhattanSimulator, client: Client) -> None:
    """
    A connection that is kept open gets no more responses, and the address is gone.
    """
    simulator.stop()
    with pytest.raises((RemoteDisconnected, ConnectionError)):
        client.ask("save", ORDER)
    with pytest.raises(RuntimeError, match="not started"):
        _ = simulator.address
