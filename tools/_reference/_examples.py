"""
The examples of JSON on the pages.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from orderferry.connectors import ExportResult, ExportState, Properties
from orderferry.errors import Problem
from orderferry.exports import Export, ExportKey, Failure, Operation, Origin
from orderferry.orders import Order
from orderferry.steps import Outcome
from orderferry.workflow import StepReport, TransitionResult

if TYPE_CHECKING:
    from orderferry.testing import Certificate

__all__ = ["example_certificate", "example_export", "example_result"]

_CREATED = datetime(2026, 11, 24, 14, 6, 19, tzinfo=UTC)
_ORDER = Order(id="WEB-1001", version_id=1)


def example_export() -> Export:
    """
    A split export with one rejected part, which has a value for nearly every key.
    """
    return Export(
        key=ExportKey(
            order_id="WEB-1001",
            shipment_id=None,
            connector="wms_manhattan",
            connector_id="default",
            operation=Operation.EXPORT_ORDER,
            status="New",
            version="1",
        ),
        order=_ORDER,
        properties=Properties(),
        origin=Origin(step="ExportOrder"),
        created=_CREATED,
        changed=_CREATED.replace(second=20),
        state=ExportState.REJECTED,
        results=(ExportResult(remote_ids={"original_order": "WEB-1001-S1"}),),
        failure=Failure(
            type="RejectedError",
            message="shipment S2: Item TUBE-28 is not set up",
            problems=(Problem(cause="Item TUBE-28 is not set up", line_item_id="2"),),
        ),
        attempts=1,
    )


def example_result() -> TransitionResult:
    """
    The result of a transition with that export.
    """
    step = StepReport(
        name="ExportOrder",
        outcome=Outcome.ERROR,
        message="wms_manhattan/default: shipment S2: Item TUBE-28 is not set up",
        duration_ms=94,
        exports=(example_export(),),
    )
    return TransitionResult(
        order=_ORDER,
        run="1",
        status="New",
        outcome=Outcome.ERROR,
        cancelled=True,
        new_status="ExportFailed",
        steps=(step,),
        unrun=("ExportPayments",),
    )


def example_certificate() -> Certificate:
    """
    A certificate with one of the guarantees of a connector for a REST API.
    """
    from orderferry.testing import GUARANTEES, Certificate, Outcome, Result, Target

    return Certificate(
        connector="acme",
        distribution="orderferry-acme",
        version="0.1.0",
        hook_api="1.0",
        core="0.1.0",
        python="3.13.1",
        date=_CREATED,
        target=Target("orderferry_acme.simulator:AcmeSimulator", None),
        outcomes=(Outcome(GUARANTEES["lost-answer"], Result.PROVEN),),
    )
