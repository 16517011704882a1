"""
The simulator behaves as the stand-in that its docstring promises, over a real socket.
"""

import json
from http.client import RemoteDisconnected

import pytest

from orderferry.connectors import Received
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
    simulator: ManhattanSimulator, stranger: Client, grant: str
) -> None:
    """
    The grants that tenants use are answered with a bearer token that ends.
    """
    form = {name: stranger.settings[name] for name in ("username", "password")}
    status, answer = stranger.token(grant_type=grant, **form)
    assert (200, "bearer", 300) == (status, answer["token_type"], answer["expires_in"])
    assert 1 == simulator.tokens_given


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
def test_token_is_refused_by_the_standard(
    stranger: Client, form: dict[str, str], secret: str | None, status: int, error: str
) -> None:
    """
    A wrong client, user or grant has the error of RFC 6749, section 5.2.
    """
    refused, answer = stranger.token(secret, **form)
    assert (status, error) == (refused, answer["error"])


def test_no_token_is_a_401_with_an_envelope(
    simulator: ManhattanSimulator, stranger: Client
) -> None:
    """
    Without a token, with a made-up one and with a revoked one, the envelope says no with HTTP 401.
    """
    assert 401 == stranger.ask("save", ORDER)[0]
    stranger.headers["Authorization"] = "Bearer made-up"
    status, answer = stranger.ask("save", ORDER)
    assert (401, False, "error.401") == (status, answer["success"], answer["messageKey"])
    stranger.sign_in()
    simulator.revoke_tokens()
    assert 401 == stranger.ask("save", ORDER)[0]
    assert [] == simulator.received()


def test_token_ends() -> None:
    """
    A token holds for its seconds only.
    """
    simulator = ManhattanSimulator(token_seconds=0)
    simulator.start()
    client = Client(simulator)
    try:
        assert 401 == client.sign_in().ask("save", ORDER)[0]
    finally:
        client.connection.close()
        simulator.stop()


def test_saved_order_is_received_and_found(simulator: ManhattanSimulator, client: Client) -> None:
    """
    A good order is kept as it came, answered for with its key, and found by its id.
    """
    status, answer = client.ask("save", ORDER)
    assert (200, True) == (status, answer["success"])
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
    status, found = client.ask("search", {"Query": "OriginalOrderId = 'WEB-1-S1'"})
    assert (200, {"totalCount": 1}) == (status, found["header"])
    assert [data] == found["data"]


def test_order_that_comes_twice_is_two_records(
    simulator: ManhattanSimulator, client: Client
) -> None:
    """
    Nothing is deduplicated, so that an order that was sent twice is seen.
    """
    client.ask("save", ORDER)
    client.ask("save", ORDER)
    first, second = simulator.received()
    assert first.remote_id != second.remote_id
    _, found = client.ask("search", {"Query": "OriginalOrderId = 'WEB-1-S1'", "Size": 1, "Page": 1})
    records = found["data"]
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
def test_order_that_does_not_hold_is_refused_with_http_200(
    simulator: ManhattanSimulator, client: Client, changes: dict[str, object], codes: list[str]
) -> None:
    """
    The envelope says no, with a message for each fault, and nothing is kept.
    """
    assert codes == client.codes({**ORDER, **changes})
    assert [] == simulator.received()


def test_wrong_organization_and_location_are_refused(client: Client) -> None:
    """
    The headers must name what the user may see.
    """
    client.headers |= {"SelectedOrganization": "OTHER", "SelectedLocation": "DC99"}
    assert ["INVALID_ORGANIZATION", "INVALID_LOCATION"] == client.codes(ORDER)


def test_search_sees_one_location(client: Client) -> None:
    """
    An order is found only where it was sent.
    """
    client.ask("save", ORDER)
    client.headers["SelectedLocation"] = "DC02"
    _, found = client.ask("search", {"Query": "OriginalOrderId = 'WEB-1-S1'"})
    assert ({"totalCount": 0}, []) == (found["header"], found["data"])


@pytest.mark.parametrize(
    "query", ["OriginalOrderId = 'a' or 'a' = 'a'", "OriginalOrderId = 'a''", "", None]
)
def test_query_that_is_no_comparison_is_refused(client: Client, query: object) -> None:
    """
    A quote that ends the value early finds nothing: the query is refused.
    """
    status, answer = client.ask("search", {"Query": query})
    assert (200, False) == (status, answer["success"])


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"a": 1, "a": 2}', b"\xff"])
def test_body_that_is_no_object_is_refused(client: Client, body: bytes) -> None:
    """
    What is no JSON object, or names a field twice, is an HTTP 400 with an envelope.
    """
    status, answer = client.post(f"{ORDERS}/save", body, client.headers)
    assert (400, False) == (status, answer["success"])


def test_search_without_an_object_is_refused(client: Client) -> None:
    """
    The search reads bodies as strictly as the save.
    """
    status, answer = client.post(f"{ORDERS}/search", b"[]", client.headers)
    assert (400, False) == (status, answer["success"])


def test_body_without_a_length_is_refused(client: Client) -> None:
    """
    A chunked body is not read.
    """
    headers = {**client.headers, "Transfer-Encoding": "chunked"}
    assert 411 == client.post(f"{ORDERS}/save", b"0\r\n\r\n", headers)[0]


def test_fields_are_shown_as_they_came(client: Client) -> None:
    """
    What a tenant's mapping adds is kept, a number with a point as exact text.
    """
    _, answer = client.ask("save", {**ORDER, "Weight": 1.25, "Tags": [1, None, True]})
    data = answer["data"]
    assert isinstance(data, dict)
    assert ("1.25", [1, None, True]) == (data["Weight"], data["Tags"])


@pytest.mark.parametrize("authorization", ["Bearer x", "Basic ***", "Basic /w==", ""])
def test_client_that_does_not_show_itself_gets_no_token(
    stranger: Client, authorization: str
) -> None:
    """
    A token needs the client as Basic, readable.
    """
    body, headers = b"grant_type=client_credentials", {"Authorization": authorization}
    status, answer = stranger.post("/oauth/token", body, headers)
    assert (401, "invalid_client") == (status, answer["error"])


def test_other_addresses_are_not_found(client: Client) -> None:
    """
    Nothing else is served.
    """
    assert 404 == client.ask("bulkImport", {})[0]


def test_planned_answers_come_once_and_in_turn(
    simulator: ManhattanSimulator, client: Client
) -> None:
    """
    A plan stands for one request: its answer is given, or none at all, and it acts as it says.
    """
    simulator.plan(Answer(status=503, content=b"{}", acts=False))
    simulator.plan(Answer(status=None))
    assert (503, {}) == client.ask("save", ORDER)
    assert [] == simulator.received()
    with pytest.raises(RemoteDisconnected):
        client.ask("save", ORDER)
    assert 1 == len(simulator.received())
    client.connection.close()
    assert 200 == client.ask("save", ORDER)[0]
    assert ["save", "save", "save"] == simulator.asked


def test_order_without_reference_stands_for_itself(
    simulator: ManhattanSimulator, client: Client
) -> None:
    """
    Where the tenant's reference is not mapped, the document's id is all that is known.
    """
    client.ask("save", {**ORDER, "Extended": None})
    (received,) = simulator.received()
    assert ("WEB-1-S1", None) == (received.order_id, received.shipment_id)


def test_stopping_ends_open_connections(simulator: ManhattanSimulator, client: Client) -> None:
    """
    A connection that was kept alive does not outlive the simulator, and its address is gone.
    """
    simulator.stop()
    with pytest.raises((RemoteDisconnected, ConnectionError)):
        client.ask("save", ORDER)
    with pytest.raises(RuntimeError, match="not started"):
        _ = simulator.address
