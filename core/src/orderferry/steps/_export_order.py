"""
`ExportOrder`: exports an order to the connectors that the step names, and derives its outcome.
"""

from __future__ import annotations

from typing import ClassVar

from orderferry.connectors import Exporter, ExportState, InstanceName
from orderferry.errors import ExporterNotFoundError
from orderferry.exports import (
    FAILED,
    RECEIVED,
    AddEvent,
    Export,
    Operation,
    OrderChange,
    SkipCause,
    not_found_error,
    not_found_event,
)
from orderferry.steps._step import ExportRequest, Outcome, StepCall, StepResult, StepRules

__all__ = ["ExportOrder", "outcome_of"]

_LATER = frozenset({ExportState.QUEUED, ExportState.SENDING})
"""The states of a deferred export when its step ends."""


class ExportOrder:
    """
    The step that exports an order to the instances of its connectors.
    """

    rules: ClassVar[StepRules] = StepRules(
        key="ExportOrder",
        statuses=frozenset({"New", "Completed", "ReadyForPickup", "Ship"}),
        required=frozenset({"Connector"}),
        accepts_connectors=True,
        operation=Operation.EXPORT_ORDER,
    )

    def run(self, call: StepCall) -> StepResult:
        """
        Export the order to each connector of the step.
        """
        if call.test:
            return StepResult(outcome=Outcome.SUCCESS, skipped=True, reason="test mode")
        shipments = _shipments(call)
        if not shipments:
            return StepResult(outcome=Outcome.SUCCESS, message="the order has no shipments")
        requests, missing = _requests(call, shipments)
        later = call.config.run_after_order_is_saved
        send = call.exports.send_after_save if later else call.exports.send
        sent = send(call, requests)
        return _gather(call, sent.exports, sent.changes, missing)


def _shipments(call: StepCall) -> tuple[str | None, ...]:
    """
    Return the ids of the shipments to export; `None` is the whole order.
    """
    if call.shipment is not None:
        return (call.shipment.shipment_id,)
    if call.config.per_shipment:
        return tuple(shipment.shipment_id for shipment in call.order.shipments)
    return (None,)


def _requests(
    call: StepCall, shipments: tuple[str | None, ...]
) -> tuple[list[ExportRequest], list[ExporterNotFoundError]]:
    """
    Return one request per instance and shipment, and an error per missing exporter.
    """
    exporters: dict[InstanceName, Exporter] = {}
    missing: list[ExporterNotFoundError] = []
    for reference in call.config.connectors:
        try:
            exporter = call.exports.select(reference, call.order)
        except ExporterNotFoundError as error:
            missing.append(error)
        else:
            exporters.setdefault(exporter.name, exporter)
    requests = [
        ExportRequest(exporter=exporter, operation=Operation.EXPORT_ORDER, shipment_id=shipment)
        for exporter in exporters.values()
        for shipment in shipments
    ]
    return requests, missing


def outcome_of(export: Export, *, stop_on_error: bool) -> Outcome:
    """
    Return the outcome of a step with one export.

    Args:
        export: The export after the step has run.
        stop_on_error: Whether a failure of the step cancels the workflow.
    """
    if export.state in RECEIVED or export.skip is SkipCause.ACCEPTED:
        return Outcome.SUCCESS
    if export.state is ExportState.SKIPPED:
        return Outcome.ERROR if export.skip is SkipCause.WORKFLOW else Outcome.WARNING
    if export.state in _LATER:
        return Outcome.SUCCESS
    return Outcome.ERROR if stop_on_error else Outcome.WARNING


def _gather(
    call: StepCall,
    exports: tuple[Export, ...],
    changes: tuple[OrderChange, ...],
    missing: list[ExporterNotFoundError],
) -> StepResult:
    stop = call.config.stop_on_error
    outcomes = [outcome_of(export, stop_on_error=stop) for export in exports]
    worst = max([*outcomes, *(Outcome.ERROR for _ in missing)], key=lambda outcome: outcome.rank)
    failed = bool(missing) or any(export.state in FAILED for export in exports)
    lines = [str(error) for error in missing]
    lines += [
        _describe(export)
        for export, outcome in zip(exports, outcomes, strict=True)
        if outcome is not Outcome.SUCCESS
    ]
    if not lines:
        lines = [_describe(export) for export in exports]
    return StepResult(
        outcome=worst,
        message="\n".join(lines),
        deferred=any(export.state in _LATER for export in exports),
        cancel=stop and worst is Outcome.ERROR,
        error_status=call.config.error_status if failed else None,
        exports=exports,
        not_found=tuple(missing),
        changes=(*changes, *_report_missing(call, missing)),
    )


def _report_missing(call: StepCall, missing: list[ExporterNotFoundError]) -> list[OrderChange]:
    """
    Return an event and an error on the order per exporter that was not found.
    """
    changes: list[OrderChange] = []
    for error in missing:
        event = not_found_event(error, Operation.EXPORT_ORDER, call.now, call.user)
        changes += (AddEvent(event), not_found_error(call.config.name, error, call.now))
    return changes


def _describe(export: Export) -> str:
    ids = ", ".join(f"{kind} {value}" for kind, value in export.remote_ids.items())
    messages = "; ".join(result.message for result in export.results if result.message)
    state = f"{export.key.reference}: {export.state}"
    if export.skip is SkipCause.ACCEPTED or export.failure is None:
        parts = [part for part in (ids, messages, export.reason) if part]
        return f"{state} ({'; '.join(parts)})" if parts else state
    return f"{state}: {export.failure}"
