"""
`reconcile`: find the exports that orders at a status should have, but do not have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import uuid4

from attrs import frozen

from orderferry.connectors import InstanceName
from orderferry.errors import ExporterNotFoundError, UnknownStatusError
from orderferry.exports import (
    FAILED,
    Act,
    Export,
    ExportKey,
    Operation,
    Origin,
    act_changes,
    export_key,
    new_export,
)
from orderferry.orders import Order
from orderferry.runtime._parts import Parts
from orderferry.steps import StepConfig
from orderferry.storage import Batch, order_ids_at, was_run

__all__ = ["Missing", "reconcile"]

STEP = "ExportOrder"
"""The key of the step whose exports are looked for."""


@frozen(kw_only=True)
class Missing:
    """
    A missing export: the order's status should have led to it.

    Attributes:
        order_id: The order's id.
        status: The order's status.
        why: Why it may be missing, in words.
        export: The export as it would be created, or was created.
        enqueued: Whether it was created and queued.
    """

    order_id: str
    status: str
    why: str
    export: Export
    enqueued: bool = False


def reconcile(parts: Parts, act: Act, *, enqueue: bool) -> Iterator[Missing]:
    """
    Find missing exports, and create them if asked to; see `Acts.reconcile`.
    """
    statuses = {
        status.name
        for order_type in parts.workflow.order_types
        for status in order_type.statuses
        if any(_exports_always(parts, step) for step in status.steps)
    }
    for order_id in order_ids_at(parts.store, statuses):
        yield from _reconcile_order(parts, order_id, act, enqueue=enqueue)


def _reconcile_order(parts: Parts, order_id: str, act: Act, *, enqueue: bool) -> list[Missing]:
    begin = parts.store.transaction if enqueue else parts.store.reading
    with begin() as batch:
        stored = batch.orders.read(order_id)
        if stored is None or stored.order.status is None:
            return []
        why = _explain(parts, batch, stored.order)
        if why is None:
            return []
        missing = [
            Missing(
                order_id=order_id,
                status=stored.order.status,
                why=why,
                export=export,
                enqueued=enqueue,
            )
            for export in _missing_exports(
                parts, stored.order, batch.ledger.of_order(order_id), act
            )
        ]
        if enqueue:
            batch.ledger.add([finding.export for finding in missing])
            for finding in missing:
                batch.orders.apply(order_id, act_changes(None, finding.export, act))
    return missing


def _explain(parts: Parts, batch: Batch, order: Order) -> str | None:
    """
    Return why exports of the order's status may be missing; `None` while a run is in progress.
    """
    runs = [row for row in batch.runs.in_progress(order.id) if row.status == order.status]
    if any(row.owner is None or parts.presence.is_running(row.owner, row.run) for row in runs):
        return None
    if runs:
        return "a run of the status's workflow was interrupted"
    if was_run(batch, order.id, str(order.status)):
        return "a run of the status's workflow has ended without it"
    return "no run of the status's workflow is recorded"


def _missing_exports(
    parts: Parts, order: Order, rows: Iterable[Export], act: Act
) -> Iterator[Export]:
    """
    Yield an order's missing exports, in the order of the steps, up to one that cancels the run.
    """
    here = [
        row
        for row in rows
        if row.key.operation is Operation.EXPORT_ORDER and row.key.status == order.status
    ]
    try:
        status = parts.workflow.find_status(order, str(order.status))
    except UnknownStatusError:
        return
    run = str(uuid4())
    for position, step in enumerate(status.steps):
        if not _exports_always(parts, step) or step.scope.refusal(order, None) is not None:
            continue
        stops = step.stop_on_error and not step.run_after_order_is_saved
        for instance in _instances(parts, order, step):
            exports = [row for row in here if row.key.instance == instance]
            keys = list(_missing_keys(order, step, instance, exports))
            for key in keys:
                yield _draft(parts, order, step, key, act, run=run, position=position)
            stopped = keys or any(row.state in FAILED for row in exports)
            if stops and stopped:
                return


def _exports_always(parts: Parts, step: StepConfig) -> bool:
    """
    Return whether a step exports every order in its scope, regardless of other steps.
    """
    foreign = step.name in parts.workflow.foreign_steps
    return step.name == STEP and step.active and not foreign and not step.conditions


def _instances(parts: Parts, order: Order, step: StepConfig) -> Iterator[InstanceName]:
    for reference in step.connectors:
        try:
            yield parts.instances.choose(reference.name, reference.id, order.market_id)
        except ExporterNotFoundError:
            continue


def _missing_keys(
    order: Order, step: StepConfig, instance: InstanceName, exports: Iterable[Export]
) -> Iterator[ExportKey]:
    exported = {row.key.shipment_id for row in exports}
    expected: list[str | None] = [None]
    if step.per_shipment:
        expected = [shipment.shipment_id for shipment in order.shipments]
    for shipment_id in expected:
        covering = exported if shipment_id is None else exported & {None, shipment_id}
        if not covering:
            yield export_key(order, instance, Operation.EXPORT_ORDER, shipment_id=shipment_id)


def _draft(
    parts: Parts,
    order: Order,
    step: StepConfig,
    key: ExportKey,
    act: Act,
    *,
    run: str,
    position: int,
) -> Export:
    origin = Origin(
        step=step.name,
        run=run,
        position=position,
        stop_on_error=step.stop_on_error,
        error_status=step.error_status,
        deferred=True,
        user=act.user,
        after_save=step.run_after_order_is_saved,
        reason=act.reason,
    )
    return new_export(
        key,
        order,
        origin=origin,
        now=parts.clock.now(),
        properties=step.properties,
        reason=act.describe("reconciled"),
    )
