"""
The connector against the simulator, over a real socket, through the core's exporter.
"""

import json
from collections.abc import Callable
from decimal import Decimal
from time import monotonic
from uuid import UUID

import pytest

from orderferry import Document, ExportResult, Order, Properties
from orderferry.connectors import Exporter, Timeline
from orderferry.errors import (
    AuthenticationError,
    ExportError,
    InvalidOrderError,
    RejectedError,
    ThrottledError,
    TransientError,
    UnknownOutcomeError,
)
from orderferry.orders import LineItem, OrderNote, Shipment
from orderferry_erp_sap.simulator import Answer, SapSimulator

OrderOf = Callable[..., Order]
ExporterOf = Callable[..., Exporter]

KEY = UUID("12345678-1234-5678-1234-567812345678")


def _export(
    exporter: Exporter,
    order: Order,
    shipment: Shipment | None = None,
    properties: Properties | None = None,
    seconds: float = 10.0,
    timeline: Timeline | None = None,
) -> ExportResult:
    context = exporter.context(
        key="key",
        idempotency_key=KEY,
        attempt=1,
        deadline=monotonic() + seconds,
        timeline=timeline,
    )
    result = exporter.call(
        "export_order",
        context,
        order=order,
        shipment=shipment,
        properties=properties or Properties(),
    )
    assert isinstance(result, ExportResult)
    return result


def test_an_order_becomes_a_sales_order(
    simulator: SapSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    SAP's number comes back, with a place where a person finds it.
    """
    result = _export(exporter_of(), order_of())
    assert dict(result.remote_ids) == {"sales_order": "1000000001"}
    assert result.message == "SAP created sales order 1000000001"
    base = simulator.settings["base_url"]
    service = "/sap/opu/odata/sap/API_SALES_ORDER_SRV"
    assert result.link == f"{base}{service}/A_SalesOrder('1000000001')"
    (received,) = simulator.received()
    assert (received.order_id, received.shipment_id) == ("WEB-1", None)


def test_a_shipment_becomes_a_sales_order_of_its_own(
    simulator: SapSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    The result and the purchase order number name the shipment.
    """
    order = order_of("S1", "S2")
    exporter = exporter_of(link="https://fiori.example/#SalesOrder-display?id={sales_order}")
    results = [_export(exporter, order, shipment) for shipment in order.shipments]
    assert [result.shipment_id for result in results] == ["S1", "S2"]
    assert results[1].link == "https://fiori.example/#SalesOrder-display?id=1000000002"
    assert [each.shipment_id for each in simulator.received()] == ["S1", "S2"]


def test_the_preview_is_what_is_sent(
    simulator: SapSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    To the byte, and without asking the simulator for anything.
    """
    exporter, order = exporter_of(), order_of(order_notes=(OrderNote(detail="Ring 'twice'"),))
    document = exporter.call(
        "preview_order",
        exporter.preview_context(),
        order=order,
        shipment=None,
        properties=Properties(),
    )
    assert isinstance(document, Document)
    assert simulator.asked == []
    _export(exporter, order)
    assert simulator.received()[0].content == document.content
    assert document.media_type == "application/json"


def test_one_session_serves_several_orders(
    simulator: SapSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    The token is fetched once, each request names the client, and a session that ended is renewed.
    """
    exporter = exporter_of()
    for number in ("1", "2"):
        _export(exporter, order_of(id=number))
    assert [method for method, _, _ in simulator.asked] == ["GET", "POST", "POST"]
    simulator.end_sessions()
    _export(exporter, order_of(id="3"))
    assert [method for method, _, _ in simulator.asked][3:] == ["POST", "GET", "POST"]
    assert all(options == {"sap-client": "100"} for _, _, options in simulator.asked)
    assert [each.order_id for each in simulator.received()] == ["1", "2", "3"]


def test_a_token_that_is_refused_twice_is_an_authentication_error(
    simulator: SapSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    The handshake is made again once, not for ever.
    """
    required = Answer(
        status=403, headers={"x-csrf-token": "Required"}, content=b"CSRF token failed"
    )
    simulator.plan(required, required)
    with pytest.raises(AuthenticationError, match="refused the CSRF token"):
        _export(exporter_of(), order_of())
    assert simulator.received() == []


def test_a_wrong_password_is_an_authentication_error(
    simulator: SapSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    And the message shows neither the wrong nor the right one.
    """
    with pytest.raises(AuthenticationError) as caught:
        _export(exporter_of(password="not-the-password"), order_of())
    assert "401" in str(caught.value)
    assert "not-the-password" not in str(caught.value)
    assert simulator.received() == []


def test_an_invalid_order_is_not_sent(
    simulator: SapSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    A purchase order number of 36 characters names field, value and limit, and nothing was asked.
    """
    with pytest.raises(InvalidOrderError) as caught:
        _export(exporter_of(), order_of(id="W" * 36))
    (problem,) = caught.value.problems
    assert (problem.field, problem.value) == ("PurchaseOrderByCustomer", "W" * 36)
    assert "35" in problem.cause
    assert simulator.asked == []


def test_a_refusal_names_line_and_field(
    simulator: SapSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    What the connector cannot know beforehand, SAP's answer says, traced to the order's line.
    """
    lines = (
        LineItem(line_item_id="L1", code="TG11", quantity=Decimal(1)),
        LineItem(line_item_id="L2", code="TG12", quantity=Decimal(1)),
    )
    exporter = exporter_of(item_constants={"DeliveryGroup": "1234"})
    with pytest.raises(RejectedError) as caught:
        _export(exporter, order_of(lines=lines[:1]))
    (problem,) = caught.value.problems
    assert (problem.line_item_id, problem.field) == ("L1", "DeliveryGroup")
    assert problem.value == "1234"
    assert "WEB-1" in str(caught.value)
    with pytest.raises(RejectedError) as caught:
        _export(exporter, order_of(lines=lines))
    (problem,) = caught.value.problems
    assert (problem.line_item_id, problem.value) == (None, "1234")


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (Answer(status=400, content=b"no"), RejectedError, "no; look at the message in SAP's log"),
        (Answer(status=422, content=b"{}"), RejectedError, "SAP refused order WEB-1"),
        (Answer(status=404, content=b"gone"), RejectedError, "gone"),
        (Answer(status=409, content=b"lock"), RejectedError, "lock"),
        (Answer(status=412), RejectedError, "a precondition failed"),
        (Answer(status=428), RejectedError, "a precondition failed"),
        (Answer(status=403, content=b"No authorization"), AuthenticationError, "roles"),
        (Answer(status=401), AuthenticationError, "401"),
        (Answer(status=429, headers={"Retry-After": "7"}), ThrottledError, "429"),
        (Answer(status=503), TransientError, "503"),
        (Answer(status=302, headers={"Location": "/x"}), TransientError, "302"),
        (Answer(status=500, carried_out=True), UnknownOutcomeError, "500"),
        (Answer(status=502), UnknownOutcomeError, "502"),
        (Answer(status=201, content=b"<html>"), UnknownOutcomeError, "no JSON"),
        (Answer(status=201, content=b""), UnknownOutcomeError, "empty body"),
        (Answer(status=201, content=b'{"d":{}}'), UnknownOutcomeError, "without the number"),
        (Answer(status=201, content=b'{"d":{"SalesOrder":7}}'), UnknownOutcomeError, "without"),
        (Answer(status=200, content=b"[]"), UnknownOutcomeError, "without the number"),
        (Answer(status=204), UnknownOutcomeError, "empty body"),
        (Answer(status=None, carried_out=True), UnknownOutcomeError, "answer was lost"),
    ],
)
def test_what_an_answer_means(
    simulator: SapSimulator,
    exporter_of: ExporterOf,
    order_of: OrderOf,
    answer: Answer,
    error: type[ExportError],
    message: str,
) -> None:
    """
    Refused is rejected, not let in is authentication, and what may have been taken is unknown.
    """
    simulator.plan(answer)
    with pytest.raises(error, match=message) as caught:
        _export(exporter_of(), order_of())
    assert type(caught.value) is error


def _refusal(code: str, text: str = "Customer is locked") -> bytes:
    return json.dumps({"error": {"code": code, "message": {"value": text}}}).encode()


def test_codes_of_the_settings_pass_by_themselves(
    simulator: SapSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    A lock is no fault of the order's, where the settings name its code.
    """
    exporter = exporter_of(transient_codes=["VP/113"])
    simulator.plan(Answer(status=400, content=_refusal("VP/113")))
    with pytest.raises(TransientError, match="Customer is locked"):
        _export(exporter, order_of())
    simulator.plan(Answer(status=400, content=_refusal("VP/114")))
    with pytest.raises(RejectedError):
        _export(exporter, order_of())


def test_a_secret_that_sap_sends_back_does_not_show(
    simulator: SapSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    Neither in the message nor in a problem.
    """
    text = f"Property 'SoldToParty' has invalid value '{simulator.password}'"
    simulator.plan(Answer(status=400, content=_refusal("X/1", text)))
    with pytest.raises(RejectedError) as caught:
        _export(exporter_of(), order_of())
    shown = f"{caught.value} {caught.value.problems}"
    assert "SoldToParty" in shown
    assert simulator.password not in shown


def test_half_a_secret_does_not_show_either(
    simulator: SapSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    Where a long answer is cut in the midst of one.
    """
    text = "x" * 293 + simulator.password
    simulator.plan(Answer(status=400, content=text.encode()))
    with pytest.raises(RejectedError) as caught:
        _export(exporter_of(), order_of())
    assert simulator.password[:4] not in str(caught.value)


def test_warnings_of_sap_are_told(
    simulator: SapSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    An order that was taken incomplete says so.
    """
    header = json.dumps({"message": "Document is incomplete", "severity": "warning"})
    body = json.dumps({"d": {"SalesOrder": "7"}}).encode()
    simulator.plan(Answer(status=201, content=body, headers={"sap-message": header}))
    result = _export(exporter_of(), order_of())
    assert result.message == "SAP created sales order 7; SAP warns: Document is incomplete"


def test_a_service_that_is_not_there_is_no_fault_of_the_orders(
    simulator: SapSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    A wrong path or a refused connection sent nothing, and is tried again.
    """
    with pytest.raises(TransientError, match=r"nothing was sent.*check base_url"):
        _export(exporter_of(service_path="/sap/opu/odata/sap/OTHER"), order_of())
    exporter = exporter_of()
    simulator.stop()
    with pytest.raises(TransientError, match="refused"):
        _export(exporter, order_of())


def test_no_time_left_sends_nothing(
    simulator: SapSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    A call past its deadline asks nothing.
    """
    with pytest.raises(TransientError):
        _export(exporter_of(), order_of(), seconds=-1)
    assert simulator.asked == []


def test_the_timeline_has_the_order_and_no_secrets(
    simulator: SapSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    Requests and answers can be read, without password, token and cookie.
    """
    exporter = exporter_of()
    timeline = Timeline(exporter.redactor)
    _export(exporter, order_of(), timeline=timeline)
    text = "\n".join(f"{each.request}\n{each.response}" for each in timeline.exchanges)
    assert "WEB-1" in text
    assert "1000000001" in text
    for secret in (simulator.password, "T1JERVJGRVJSWTpzaW11bGF0ZWQtc2Fw"):
        assert secret not in text
    assert "X-CSRF-Token: ***" in text
    assert "Cookie: ***" in text


def test_what_the_connector_declares(exporter_of: ExporterOf) -> None:
    """
    All traffic is recorded; SAP neither updates nor drops repeats unless it is set up for that.
    """
    exporter = exporter_of()
    assert exporter.capabilities.records
    assert not exporter.capabilities.idempotent
    assert not exporter.capabilities.updates
    hooks = ("export_order", "preview_order", "find_export", "check")
    assert all(exporter.offers(hook) for hook in hooks)
    assert not exporter.offers("order_saved")
