"""
Requests to the service: addresses, ways to sign in, sessions, and repeatable requests.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier, Event
from time import monotonic
from uuid import UUID

import pytest
from pytest_httpserver import HTTPServer

from orderferry import ExportResult, Order, Properties, SentExport
from orderferry.connectors import Exporter, Timeline
from orderferry.errors import RejectedError, TransientError, UnknownOutcomeError
from orderferry_erp_sap import SapSettings
from orderferry_erp_sap._service import SapService, Session, SessionCache, literal
from orderferry_erp_sap.simulator import Answer, SapSimulator

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


def test_token_and_cookies_are_headers() -> None:
    """
    Both go with every request that changes something.
    """
    session = Session("token", {"SAP_SESSIONID_X_100": "a", "sap-usercontext": "sap-client=100"})
    assert session.headers == {
        "X-CSRF-Token": "token",
        "Cookie": "SAP_SESSIONID_X_100=a; sap-usercontext=sap-client=100",
    }
    assert Session("token", {}).headers == {"X-CSRF-Token": "token"}


def test_a_session_does_not_show_itself() -> None:
    """
    Token and cookies are secrets.
    """
    assert "4711" not in repr(Session("4711", {"a": "4711"}))


def test_a_session_is_fetched_once() -> None:
    """
    Threads that want one at the same time share one fetch.
    """
    cache, fetched = SessionCache(), []
    barrier = Barrier(8)

    def fetch() -> Session:
        fetched.append(1)
        return Session("token", {})

    def ask() -> Session:
        barrier.wait(10)
        return cache.session(fetch, wait=10)

    with ThreadPoolExecutor(8) as pool:
        sessions = [future.result() for future in [pool.submit(ask) for _ in range(8)]]
    assert len(fetched) == 1
    assert all(session is sessions[0] for session in sessions)


def test_a_stale_session_is_fetched_again_once() -> None:
    """
    The second thread that finds the same session stale gets the first one's new session.
    """
    cache = SessionCache()
    tokens = iter("abc")

    def fetch() -> Session:
        return Session(next(tokens), {})

    first = cache.session(fetch, wait=1)
    second = cache.session(fetch, wait=1, stale=first)
    assert second.token == "b"
    assert cache.session(fetch, wait=1, stale=first) is second


def test_a_fetch_that_fails_is_tried_by_the_next() -> None:
    """
    A failure is its own caller's, and leaves no stale session behind.
    """
    cache = SessionCache()

    def fail() -> Session:
        raise TransientError("no")

    with pytest.raises(TransientError):
        cache.session(fail, wait=1)
    assert cache.session(lambda: Session("a", {}), wait=1).token == "a"


def test_waiting_for_another_thread_ends_at_the_deadline() -> None:
    """
    A caller without time does not wait for a fetch that hangs.
    """
    cache, begun, go_on = SessionCache(), Event(), Event()

    def hang() -> Session:
        begun.set()
        go_on.wait(10)
        return Session("a", {})

    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(cache.session, hang, wait=10)
        begun.wait(10)
        with pytest.raises(TransientError, match="no time was left"):
            cache.session(hang, wait=0)
        go_on.set()
        assert hanging.result().token == "a"


KEY = UUID("12345678-1234-5678-1234-567812345678")


def _headers(exporter: Exporter, order: Order, hour: int) -> tuple[dict[str, str], object]:
    timeline = Timeline(exporter.redactor)
    context = exporter.context(
        key="key",
        idempotency_key=KEY,
        deadline=monotonic() + 10,
        timeline=timeline,
        now=datetime(2025, 1, 31, hour, tzinfo=UTC),
    )
    outcome: object
    try:
        outcome = exporter.call(
            "export_order", context, order=order, shipment=None, properties=Properties()
        )
    except (RejectedError, UnknownOutcomeError) as error:
        outcome = error
    lines = [
        line for each in timeline.exchanges for line in each.request.splitlines() if ": " in line
    ]
    pairs = dict(line.split(": ", 1) for line in lines)
    return {name: pairs[name] for name in ("RequestID", "RepeatabilityCreation")}, outcome


def test_a_repeat_has_the_headers_of_the_first_attempt(
    simulator: SapSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    After a lost answer the same id and time go again, and SAP gives the same sales order.
    """
    exporter = exporter_of(repeatability=True)
    simulator.plan(Answer(status=500))
    first, outcome = _headers(exporter, order_of(), 8)
    assert isinstance(outcome, UnknownOutcomeError)
    assert first == {
        "RequestID": "12345678123456781234567812345678",
        "RepeatabilityCreation": "Fri, 31 Jan 2025 08:00:00 GMT",
    }
    second, outcome = _headers(exporter, order_of(), 9)
    assert second == first
    assert isinstance(outcome, ExportResult)


def test_after_a_refusal_it_is_another_request(
    simulator: SapSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    SAP would repeat its refusal to an order that was mended since.
    """
    exporter = exporter_of(repeatability=True)
    simulator.plan(Answer(status=400))
    first, outcome = _headers(exporter, order_of(), 8)
    assert isinstance(outcome, RejectedError)
    second, outcome = _headers(exporter, order_of(), 9)
    assert isinstance(outcome, ExportResult)
    assert second["RequestID"] != first["RequestID"]
    assert len(second["RequestID"]) == 32
    assert second["RepeatabilityCreation"] == "Fri, 31 Jan 2025 09:00:00 GMT"


def test_an_id_that_sap_has_forgotten_is_an_unknown_outcome(
    simulator: SapSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    SAP then says that the request was processed before, and not which sales order it made.
    """
    content = b'{"error": {"code": "/IWBEP/CM_COS/005", "message": {"value": "outdated"}}}'
    simulator.plan(Answer(status=400, content=content))
    _, outcome = _headers(exporter_of(repeatability=True), order_of(), 8)
    assert isinstance(outcome, UnknownOutcomeError)


def test_a_target_that_is_not_set_up_for_it_says_so(
    simulator: SapSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    The message names the setting.
    """
    simulator.plan(Answer(status=400, headers={"RepeatabilityResult": "unsupported"}))
    _, outcome = _headers(exporter_of(repeatability=True), order_of(), 8)
    assert isinstance(outcome, RejectedError)
    assert "turn the setting repeatability off" in str(outcome)


def test_nothing_of_it_is_sent_by_default(exporter_of: ExporterOf, order_of: OrderOf) -> None:
    """
    SAP must be set up for it first.
    """
    with pytest.raises(KeyError):
        _headers(exporter_of(), order_of(), 8)
