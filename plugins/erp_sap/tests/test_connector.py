"""
The connector against its simulator, over a real socket.
"""

import json
from decimal import Decimal

import pytest

from orderferry.connectors import Timeline
from orderferry.errors import (
    AuthenticationError,
    ExportError,
    InvalidOrderError,
    RejectedError,
    ThrottledError,
    TransientError,
    UnknownOutcomeError,
)
from orderferry.orders import LineItem, OrderNote
from orderferry_erp_sap.simulator import Answer, SapSimulator

from .conftest import InstanceOf, OrderOf


def test_an_order_becomes_a_sales_order(
    simulator: SapSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    The result has SAP's number, and a link to the sales order.
    """
    (result,) = instance_of().export_order(order_of())
    assert dict(result.remote_ids) == {"sales_order": "1000000001"}
    assert result.message == "SAP created sales order 1000000001"
    base = simulator.settings["base_url"]
    service = "/sap/opu/odata/sap/API_SALES_ORDER_SRV"
    assert result.link == f"{base}{service}/A_SalesOrder('1000000001')"
    (received,) = simulator.received()
    assert received.order_id == "WEB-1"
    assert received.shipment_id is None


def test_a_shipment_becomes_a_sales_order(
    simulator: SapSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    The result and the purchase order number name the shipment.
    """
    order = order_of("S1", "S2")
    instance = instance_of(link="https://fiori.example/#SalesOrder-display?id={sales_order}")
    first, second = (instance.export_order(order, shipment)[0] for shipment in order.shipments)
    assert [first.shipment_id, second.shipment_id] == ["S1", "S2"]
    assert second.link == "https://fiori.example/#SalesOrder-display?id=1000000002"
    assert [received.shipment_id for received in simulator.received()] == ["S1", "S2"]


def test_the_preview_is_what_is_sent(
    simulator: SapSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    The previewed document is the body that arrives, byte for byte, and no request is sent for it.
    """
    instance, order = instance_of(), order_of(order_notes=(OrderNote(detail="Ring 'twice'"),))
    document = instance.preview_order(order)
    assert simulator.requests == []
    instance.export_order(order)
    assert simulator.received()[0].content == document.content
    assert document.media_type == "application/json"


def test_one_session_serves_several_orders(
    simulator: SapSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    The CSRF token is fetched once, and again after the session has ended.
    """
    instance = instance_of()
    for number in ("1", "2"):
        instance.export_order(order_of(id=number))
    assert [method for method, _, _ in simulator.requests] == ["GET", "POST", "POST"]
    simulator.end_sessions()
    instance.export_order(order_of(id="3"))
    assert [method for method, _, _ in simulator.requests][3:] == ["POST", "GET", "POST"]
    assert all(options == {"sap-client": "100"} for _, _, options in simulator.requests)
    assert [received.order_id for received in simulator.received()] == ["1", "2", "3"]


def test_a_token_that_is_rejected_twice_is_an_authentication_error(
    simulator: SapSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    A CSRF token is fetched again only once for an order.
    """
    required = Answer(
        status=403, headers={"x-csrf-token": "Required"}, content=b"CSRF token failed"
    )
    simulator.plan(required, required)
    with pytest.raises(AuthenticationError, match="rejected the CSRF token"):
        instance_of().export_order(order_of())
    assert simulator.received() == []


def test_a_wrong_password_is_an_authentication_error(
    simulator: SapSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    The error of a wrong password shows neither the wrong nor the right password.
    """
    with pytest.raises(AuthenticationError) as caught:
        instance_of(password="not-the-password").export_order(order_of())
    assert "401" in str(caught.value)
    assert "not-the-password" not in str(caught.value)
    assert simulator.received() == []


def test_an_invalid_order_is_not_sent(
    simulator: SapSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    A problem names field, value and limit, and no request is sent.
    """
    with pytest.raises(InvalidOrderError) as caught:
        instance_of().export_order(order_of(id="W" * 36))
    (problem,) = caught.value.problems
    assert problem.field == "PurchaseOrderByCustomer"
    assert problem.value == "W" * 36
    assert "35" in problem.cause
    assert simulator.requests == []


def test_a_rejection_names_line_and_field(
    simulator: SapSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    A rejection by SAP is traced to the order's line, unless two lines have the same value.
    """
    lines = (
        LineItem(line_item_id="L1", code="TG11", quantity=Decimal(1)),
        LineItem(line_item_id="L2", code="TG12", quantity=Decimal(1)),
    )
    instance = instance_of(item_constants={"DeliveryGroup": "1234"})
    with pytest.raises(RejectedError) as caught:
        instance.export_order(order_of(lines=lines[:1]))
    (problem,) = caught.value.problems
    assert problem.line_item_id == "L1"
    assert problem.field == "DeliveryGroup"
    assert problem.value == "1234"
    assert "WEB-1" in str(caught.value)
    with pytest.raises(RejectedError) as caught:
        instance.export_order(order_of(lines=lines))
    (problem,) = caught.value.problems
    assert problem.line_item_id is None
    assert problem.value == "1234"


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (Answer(status=400, content=b"no"), RejectedError, "no; see the message in SAP's log"),
        (Answer(status=422, content=b"{}"), RejectedError, "SAP rejected order WEB-1"),
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
        (Answer(status=201, content=b"<html>"), UnknownOutcomeError, "invalid JSON"),
        (Answer(status=201, content=b""), UnknownOutcomeError, "empty body"),
        (Answer(status=201, content=b'{"d":{}}'), UnknownOutcomeError, "without the number"),
        (Answer(status=201, content=b'{"d":{"SalesOrder":7}}'), UnknownOutcomeError, "without"),
        (Answer(status=200, content=b"[]"), UnknownOutcomeError, "without the number"),
        (Answer(status=204), UnknownOutcomeError, "empty body"),
        (Answer(status=None, carried_out=True), UnknownOutcomeError, "response was lost"),
    ],
)
def test_a_response_determines_the_error(
    simulator: SapSimulator,
    instance_of: InstanceOf,
    order_of: OrderOf,
    answer: Answer,
    error: type[ExportError],
    message: str,
) -> None:
    """
    Status and content of a response determine the kind of the error.
    """
    simulator.plan(answer)
    with pytest.raises(error, match=message) as caught:
        instance_of().export_order(order_of())
    assert type(caught.value) is error


def _error(code: str, text: str = "Customer is locked") -> bytes:
    return json.dumps({"error": {"code": code, "message": {"value": text}}}).encode()


def test_configured_codes_are_transient(
    simulator: SapSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    An error whose code is in the setting `transient_codes` is transient.
    """
    instance = instance_of(transient_codes=["VP/113"])
    simulator.plan(Answer(status=400, content=_error("VP/113")))
    with pytest.raises(TransientError, match="Customer is locked"):
        instance.export_order(order_of())
    simulator.plan(Answer(status=400, content=_error("VP/114")))
    with pytest.raises(RejectedError):
        instance.export_order(order_of())


def test_a_secret_in_a_response_is_hidden(
    simulator: SapSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    A secret that SAP sends back is in neither the message nor a problem.
    """
    message = f"Property 'SoldToParty' has invalid value '{simulator.password}'"
    simulator.plan(Answer(status=400, content=_error("X/1", message)))
    with pytest.raises(RejectedError) as caught:
        instance_of().export_order(order_of())
    text = f"{caught.value} {caught.value.problems}"
    assert "SoldToParty" in text
    assert simulator.password not in text


def test_part_of_a_secret_is_hidden(
    simulator: SapSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    A secret at the place where a long response is cut is hidden completely.
    """
    text = "x" * 293 + simulator.password
    simulator.plan(Answer(status=400, content=text.encode()))
    with pytest.raises(RejectedError) as caught:
        instance_of().export_order(order_of())
    assert simulator.password[:4] not in str(caught.value)


def test_warnings_of_sap_are_reported(
    simulator: SapSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    A warning of SAP is part of the result's message.
    """
    header = json.dumps({"message": "Document is incomplete", "severity": "warning"})
    body = json.dumps({"d": {"SalesOrder": "7"}}).encode()
    simulator.plan(Answer(status=201, content=body, headers={"sap-message": header}))
    (result,) = instance_of().export_order(order_of())
    assert result.message == "SAP created sales order 7; SAP warns: Document is incomplete"


def test_a_missing_service_is_a_transient_error(
    simulator: SapSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    A wrong path and a refused connection are transient errors before anything is sent.
    """
    with pytest.raises(TransientError, match=r"nothing was sent.*check base_url"):
        instance_of(service_path="/sap/opu/odata/sap/OTHER").export_order(order_of())
    instance = instance_of()
    simulator.stop()
    with pytest.raises(TransientError, match="refused"):
        instance.export_order(order_of())


def test_no_request_is_sent_after_the_deadline(
    simulator: SapSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    A call whose deadline has passed sends no request.
    """
    with pytest.raises(TransientError):
        instance_of().export_order(order_of(), seconds=-1)
    assert simulator.requests == []


def test_the_timeline_has_no_secrets(
    simulator: SapSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    The timeline shows requests and responses without password, CSRF token and cookie.
    """
    instance = instance_of()
    timeline = Timeline(instance.exporter.redactor)
    instance.export_order(order_of(), timeline=timeline)
    text = "\n".join(f"{exchange.request}\n{exchange.response}" for exchange in timeline.exchanges)
    assert "WEB-1" in text
    assert "1000000001" in text
    for secret in (simulator.password, "T1JERVJGRVJSWTpzaW11bGF0ZWQtc2Fw"):
        assert secret not in text
    assert "X-CSRF-Token: ***" in text
    assert "Cookie: ***" in text


def test_the_declared_capabilities(instance_of: InstanceOf) -> None:
    """
    The connector records its traffic, and declares neither `idempotent` nor `updates`.
    """
    exporter = instance_of().exporter
    assert exporter.capabilities.records
    assert not exporter.capabilities.idempotent
    assert not exporter.capabilities.updates
    hooks = ("export_order", "preview_order", "find_export", "check")
    assert all(exporter.offers(hook) for hook in hooks)
    assert not exporter.offers("order_saved")
