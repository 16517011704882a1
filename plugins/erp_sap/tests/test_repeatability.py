"""
Requests that SAP carries out once.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic
from uuid import UUID

import pytest

from orderferry import ExportResult, Order, Properties
from orderferry.connectors import Exporter, Timeline
from orderferry.errors import RejectedError, UnknownOutcomeError
from orderferry_erp_sap.simulator import Answer, SapSimulator

OrderOf = Callable[..., Order]
ExporterOf = Callable[..., Exporter]

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
