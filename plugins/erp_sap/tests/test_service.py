"""
Requests to the service: URLs, ways to sign in, sessions, and repeatable requests.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier, Event
from time import monotonic
from uuid import UUID

import pytest
from pytest_httpserver import HTTPServer

from orderferry import ExportResult, Order, Properties
from orderferry.connectors import Timeline
from orderferry.errors import RejectedError, TransientError, UnknownOutcomeError
from orderferry.testing.harness import Instance
from orderferry_erp_sap._service import SapService, Session, SessionCache, literal
from orderferry_erp_sap.simulator import Answer, SapSimulator

from .conftest import InstanceOf, OrderOf, SettingsOf

SERVICE = "/sap/opu/odata/sap/API_SALES_ORDER_SRV"


@pytest.mark.parametrize(
    ("text", "expected"), [("", "''"), ("a", "'a'"), ("it's", "'it''s'"), ("''", "''''''")]
)
def test_quotes_of_a_literal_are_doubled(text: str, expected: str) -> None:
    """
    A quote in an order's id does not end the literal.
    """
    assert expected == literal(text)


@pytest.mark.parametrize("base_url", ["https://sap.example", "https://sap.example/"])
def test_urls_have_one_slash(settings_of: SettingsOf, base_url: str) -> None:
    """
    A slash at the end of `base_url` is ignored.
    """
    service = SapService(settings_of(base_url=base_url))
    assert service.root == f"https://sap.example{SERVICE}"
    assert service.entity_url("4711") == f"https://sap.example{SERVICE}/A_SalesOrder('4711')"


def test_oauth_signs_in_with_a_bearer_token(
    httpserver: HTTPServer, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    The token is requested once, and sent with the CSRF request and the order.
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
    instance = instance_of(
        base_url=httpserver.url_for(""),
        username="",
        password=None,
        client_id="client",
        client_secret="client-secret",
        token_url=httpserver.url_for("/token"),
    )
    (result,) = instance.export_order(order_of())
    assert result.remote_ids["sales_order"] == "4711"
    httpserver.check()


def test_an_unreadable_certificate_is_reported(instance_of: InstanceOf, order_of: OrderOf) -> None:
    """
    The message names a certificate file that cannot be read.
    """
    instance = instance_of(client_certificate="/nowhere/client.pem", base_url="https://127.0.0.1:9")
    with pytest.raises(TransientError, match=r"/nowhere/client\.pem"):
        instance.export_order(order_of())


@pytest.mark.parametrize(
    "body", [[], {}, {"d": {}}, {"d": {"results": 5}}, {"d": [5]}, {"d": [{"SalesOrder": 7}]}]
)
def test_a_query_without_a_list_of_results_is_an_error(
    httpserver: HTTPServer, instance_of: InstanceOf, order_of: OrderOf, body: object
) -> None:
    """
    A response that is not a list of sales orders does not mean absent.
    """
    httpserver.expect_request(f"{SERVICE}/A_SalesOrder").respond_with_json(body)
    instance = instance_of(base_url=httpserver.url_for(""))
    with pytest.raises(TransientError):
        instance.find_export(order_of())


def test_token_and_cookies_are_headers() -> None:
    """
    The headers of a session are the CSRF token and the cookies.
    """
    session = Session("token", {"SAP_SESSIONID_X_100": "a", "sap-usercontext": "sap-client=100"})
    assert session.headers == {
        "X-CSRF-Token": "token",
        "Cookie": "SAP_SESSIONID_X_100=a; sap-usercontext=sap-client=100",
    }
    assert Session("token", {}).headers == {"X-CSRF-Token": "token"}


def test_a_session_is_not_shown() -> None:
    """
    The representation of a session has neither token nor cookies.
    """
    assert "4711" not in repr(Session("4711", {"a": "4711"}))


def test_a_session_is_fetched_once() -> None:
    """
    Threads that need a session at the same time share one request.
    """
    cache, requests = SessionCache(), []
    barrier = Barrier(8)

    def fetch() -> Session:
        requests.append(1)
        return Session("token", {})

    def ask() -> Session:
        barrier.wait(10)
        return cache.session(fetch, wait=10)

    with ThreadPoolExecutor(8) as pool:
        sessions = [future.result() for future in [pool.submit(ask) for _ in range(8)]]
    assert len(requests) == 1
    assert all(session is sessions[0] for session in sessions)


def test_a_stale_session_is_replaced_once() -> None:
    """
    Two threads with the same stale session get the same new session.
    """
    cache = SessionCache()
    tokens = iter("abc")

    def fetch() -> Session:
        return Session(next(tokens), {})

    first = cache.session(fetch, wait=1)
    second = cache.session(fetch, wait=1, stale=first)
    assert second.token == "b"
    assert cache.session(fetch, wait=1, stale=first) is second


def test_a_failed_request_is_repeated_by_the_next_caller() -> None:
    """
    A failed request for a session affects only its caller.
    """
    cache = SessionCache()

    def fail() -> Session:
        raise TransientError("no")

    with pytest.raises(TransientError):
        cache.session(fail, wait=1)
    assert cache.session(lambda: Session("a", {}), wait=1).token == "a"


def test_waiting_for_another_thread_ends_at_the_deadline() -> None:
    """
    A caller without time left does not wait for a request that hangs.
    """
    cache, started, resumed = SessionCache(), Event(), Event()

    def hang() -> Session:
        started.set()
        resumed.wait(10)
        return Session("a", {})

    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(cache.session, hang, wait=10)
        started.wait(10)
        with pytest.raises(TransientError, match="timed out"):
            cache.session(hang, wait=0)
        resumed.set()
        assert hanging.result().token == "a"


KEY = UUID("12345678-1234-5678-1234-567812345678")


def _headers(instance: Instance, order: Order, hour: int) -> tuple[dict[str, str], object]:
    timeline = Timeline(instance.exporter.redactor)
    context = instance.exporter.context(
        key="key",
        idempotency_key=KEY,
        deadline=monotonic() + 10,
        timeline=timeline,
        now=datetime(2025, 1, 31, hour, tzinfo=UTC),
    )
    outcome: object
    try:
        outcome = instance.exporter.export_order(
            order=order,
            shipment=None,
            properties=Properties(),
            context=context,
        )
    except (RejectedError, UnknownOutcomeError) as error:
        outcome = error
    lines = [
        line
        for exchange in timeline.exchanges
        for line in exchange.request.splitlines()
        if ": " in line
    ]
    headers = dict(line.split(": ", 1) for line in lines)
    return {name: headers[name] for name in ("RequestID", "RepeatabilityCreation")}, outcome


def test_a_repeat_has_the_headers_of_the_first_attempt(
    simulator: SapSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    A repeat after a lost response has the same id and time as the first attempt.
    """
    instance = instance_of(repeatability=True)
    simulator.plan(Answer(status=500))
    first, outcome = _headers(instance, order_of(), 8)
    assert isinstance(outcome, UnknownOutcomeError)
    assert first == {
        "RequestID": "12345678123456781234567812345678",
        "RepeatabilityCreation": "Fri, 31 Jan 2025 08:00:00 GMT",
    }
    second, outcome = _headers(instance, order_of(), 9)
    assert second == first
    assert isinstance(outcome, ExportResult)


def test_a_request_after_a_rejection_has_another_id(
    simulator: SapSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    A request after a rejection has another id, so that SAP does not repeat the rejection.
    """
    instance = instance_of(repeatability=True)
    simulator.plan(Answer(status=400))
    first, outcome = _headers(instance, order_of(), 8)
    assert isinstance(outcome, RejectedError)
    second, outcome = _headers(instance, order_of(), 9)
    assert isinstance(outcome, ExportResult)
    assert second["RequestID"] != first["RequestID"]
    assert len(second["RequestID"]) == 32
    assert second["RepeatabilityCreation"] == "Fri, 31 Jan 2025 09:00:00 GMT"


def test_an_id_that_sap_has_forgotten_is_an_unknown_outcome(
    simulator: SapSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    The outcome is unknown when SAP reports that it has processed the request before.
    """
    content = b'{"error": {"code": "/IWBEP/CM_COS/005", "message": {"value": "outdated"}}}'
    simulator.plan(Answer(status=400, content=content))
    _, outcome = _headers(instance_of(repeatability=True), order_of(), 8)
    assert isinstance(outcome, UnknownOutcomeError)


def test_a_target_without_repeatable_requests_is_reported(
    simulator: SapSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    The message names the setting when SAP does not support repeatable requests.
    """
    simulator.plan(Answer(status=400, headers={"RepeatabilityResult": "unsupported"}))
    _, outcome = _headers(instance_of(repeatability=True), order_of(), 8)
    assert isinstance(outcome, RejectedError)
    assert "set repeatability to false" in str(outcome)


def test_repeatability_is_off_by_default(instance_of: InstanceOf, order_of: OrderOf) -> None:
    """
    The headers of repeatable requests are not sent by default.
    """
    with pytest.raises(KeyError):
        _headers(instance_of(), order_of(), 8)
