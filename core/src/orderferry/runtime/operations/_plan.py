"""
Plans of the manual actions `export` and `cancel`: the exports that they create.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import evolve, frozen

from orderferry.connectors import ExportState, InstanceName, Properties
from orderferry.errors import UsageError
from orderferry.exports import (
    PENDING,
    RECEIVED,
    Act,
    Export,
    ExportKey,
    Operation,
    Origin,
    export_again,
    export_key,
    new_export,
    reason_not_to_resend,
    version_of,
)
from orderferry.orders import Order
from orderferry.runtime._parts import Parts
from orderferry.runtime.checks._preview import placed_properties

__all__ = ["Planned", "plan_cancel", "plan_exports"]


@frozen(kw_only=True)
class Planned:
    """
    An export that a manual action creates; nothing is written yet.

    Attributes:
        export: The new export: `queued`.
        last: The export that it repeats, or `None`.
        warnings: Sentences that the operator should read before it is sent.
    """

    export: Export
    last: Export | None = None
    warnings: tuple[str, ...] = ()


def plan_exports(
    parts: Parts,
    order_id: str,
    connector: str,
    connector_id: str | None,
    act: Act,
    *,
    shipment_id: str | None,
) -> tuple[Planned, ...]:
    """
    Plan to export an order again; see `Acts.plan_exports`.
    """
    order, rows = _read(parts, order_id)
    earlier = _exports_to(rows, connector, connector_id, shipment_id)
    now = parts.clock.now()
    if not earlier:
        return (_plan_first(parts, order, connector, connector_id, act, shipment_id),)
    instance = _only_instance(order, earlier)
    last = _last_parts([row for row in earlier if row.key.instance == instance])
    return tuple(
        Planned(
            export=export_again(row, act, now),
            last=row,
            warnings=tuple(_warnings(order, row)),
        )
        for row in last
    )


def plan_cancel(
    parts: Parts,
    order_id: str,
    connector: str,
    connector_id: str | None,
    act: Act,
    *,
    shipment_id: str | None,
) -> Planned:
    """
    Plan to cancel an order at a target; see `Acts.plan_cancel`.
    """
    order, rows = _read(parts, order_id)
    exports = _exports_to(rows, connector, connector_id, shipment_id)
    if not exports:
        raise UsageError(f"order {order_id} was never exported to {connector}: nothing to cancel")
    instance = _only_instance(order, exports)
    exporter = parts.instances.exporter(_check_configured(parts, instance))
    if not exporter.offers(Operation.CANCEL_ORDER):
        raise UsageError(
            f"{instance} ({exporter.distribution} {exporter.version}) cannot cancel orders:"
            f" cancel order {order_id} manually in the target"
        )
    rows = tuple(row for row in rows if row.key.instance == instance)
    _check_cancellable(order_id, instance, rows, shipment_id)
    key = export_key(order, instance, Operation.CANCEL_ORDER, shipment_id=shipment_id)
    earlier = [row.key.generation for row in rows if row.key.same_but_generation(key)]
    if earlier:
        key = evolve(key, generation=max(earlier) + 1)
    properties = placed_properties(parts.workflow, order, instance.connector, instance.id)
    return Planned(export=_draft(parts, key, order, properties, "CancelOrder", act))


def _read(parts: Parts, order_id: str) -> tuple[Order, tuple[Export, ...]]:
    with parts.store.reading() as batch:
        stored = batch.orders.read(order_id)
        if stored is None:
            raise UsageError(f"there is no order {order_id}")
        return stored.order, batch.ledger.of_order(order_id)


def _exports_to(
    rows: Iterable[Export], connector: str, connector_id: str | None, shipment_id: str | None
) -> list[Export]:
    """
    Return the exports of an order to a connector, the oldest first.
    """
    return [
        row
        for row in rows
        if row.key.operation is Operation.EXPORT_ORDER
        and row.key.connector == connector
        and connector_id in (None, row.key.connector_id)
        and shipment_id in (None, row.key.shipment_id)
    ]


def _only_instance(order: Order, exports: Iterable[Export]) -> InstanceName:
    instances = {row.key.instance for row in exports}
    if len(instances) > 1:
        names = ", ".join(sorted(map(str, instances)))
        raise UsageError(f"order {order.id} was exported to {names}: select one by --connector-id")
    return instances.pop()


def _last_parts(exports: Sequence[Export]) -> list[Export]:
    """
    Return the last exports: of the whole order, or of each shipment at that status.
    """
    last = exports[-1]
    if last.key.shipment_id is None:
        return [last]
    same = [row for row in exports if row.key.shipment_id and row.key.status == last.key.status]
    return list({row.key.shipment_id: row for row in same}.values())


def _warnings(order: Order, last: Export) -> Iterable[str]:
    why = reason_not_to_resend(last)
    if why is not None:
        yield why
    stored = version_of(order)
    if stored != last.key.version:
        yield (
            f"order {order.id} is stored at version {stored}; version {last.key.version} is"
            " exported again"
        )


def _plan_first(
    parts: Parts,
    order: Order,
    connector: str,
    connector_id: str | None,
    act: Act,
    shipment_id: str | None,
) -> Planned:
    if shipment_id is not None and order.shipment(shipment_id) is None:
        known = ", ".join(shipment.shipment_id for shipment in order.shipments) or "none"
        raise UsageError(f"order {order.id} has no shipment {shipment_id!r}; it has {known}")
    name = parts.instances.select(connector, connector_id, order.market_id).name
    key = export_key(order, name, Operation.EXPORT_ORDER, shipment_id=shipment_id)
    properties = placed_properties(parts.workflow, order, name.connector, name.id)
    return Planned(export=_draft(parts, key, order, properties, "ExportOrder", act))


def _draft(
    parts: Parts, key: ExportKey, order: Order, properties: Properties, step: str, act: Act
) -> Export:
    return new_export(
        key,
        order,
        origin=Origin(step=step, deferred=True, user=act.user, reason=act.reason),
        now=parts.clock.now(),
        properties=properties,
        reason=act.describe("created"),
    )


def _check_configured(parts: Parts, instance: InstanceName) -> InstanceName:
    if instance not in [config.reference for config in parts.instances.configured]:
        raise UsageError(f"{instance} is no longer configured")
    return instance


def _check_cancellable(
    order_id: str, instance: InstanceName, rows: Sequence[Export], shipment_id: str | None
) -> None:
    """
    Raises:
        UsageError: The target has no export of the order, or is asked to cancel it already.
    """
    has = False
    for row in rows:
        if shipment_id is not None and row.key.shipment_id not in (None, shipment_id):
            continue
        if row.key.operation is Operation.EXPORT_ORDER:
            has = has or row.state in RECEIVED | {ExportState.UNKNOWN} or bool(row.accepted_parts)
        elif row.key.operation is Operation.CANCEL_ORDER:
            if row.state in PENDING:
                raise UsageError(
                    f"order {order_id} is already being cancelled at {instance}: export"
                    f" {row.key.id} is {row.state}"
                )
            has = has and row.state not in RECEIVED
    if not has:
        raise UsageError(
            f"{instance} has no export of order {order_id}: nothing to cancel there; cancel waiting"
            " exports with `orderferry exports cancel`"
        )
