"""
What a person's `export` and `cancel` would make, before any of it is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import evolve, frozen

from orderferry.connectors import ExportState, InstanceName, Properties
from orderferry.errors import UsageError
from orderferry.exports import (
    PENDING,
    TAKEN,
    Act,
    Export,
    ExportKey,
    Operation,
    Origin,
    export_key,
    exported_again,
    may_be_taken,
    new_export,
    version_of,
)
from orderferry.orders import Order
from orderferry.runtime._parts import Parts
from orderferry.runtime.checks._preview import placed_properties

__all__ = ["Planned", "plan_cancel", "plan_exports"]


@frozen(kw_only=True)
class Planned:
    """
    An export that a person's act makes.

    Attributes:
        export: The new row.
        last: What it repeats.
        warnings: What the person should know before it is sent.
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
    An order's exports as they would be made again; see `Acts.plan_exports`.
    """
    order, rows = _read(parts, order_id)
    made = _made(rows, connector, connector_id, shipment_id)
    now = parts.clock.now()
    if not made:
        return (_first(parts, order, connector, connector_id, act, shipment_id),)
    instance = _only_instance(order, made)
    last = _last_parts([row for row in made if row.key.instance == instance])
    return tuple(
        Planned(
            export=exported_again(row, act, now),
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
    An order's cancellation at a target; see `Acts.plan_cancel`.
    """
    order, rows = _read(parts, order_id)
    made = _made(rows, connector, connector_id, shipment_id)
    if not made:
        raise UsageError(f"order {order_id} was never exported to {connector}: nothing to cancel")
    instance = _only_instance(order, made)
    exporter = parts.instances.exporter(_configured(parts, instance))
    if not exporter.offers(Operation.CANCEL_ORDER):
        raise UsageError(
            f"{instance} ({exporter.distribution} {exporter.version}) cannot cancel orders:"
            f" cancel order {order_id} in its target by hand"
        )
    rows = tuple(row for row in rows if row.key.instance == instance)
    _refuse_nothing_to_cancel(order_id, instance, rows, shipment_id)
    key = export_key(order, instance, Operation.CANCEL_ORDER, shipment_id=shipment_id)
    earlier = [row.key.generation for row in rows if row.key.same_but_generation(key)]
    if earlier:
        key = evolve(key, generation=max(earlier) + 1)
    properties = placed_properties(parts.workflow, order, instance.connector, instance.id)
    return Planned(export=_new(parts, key, order, properties, "CancelOrder", act))


def _read(parts: Parts, order_id: str) -> tuple[Order, tuple[Export, ...]]:
    with parts.store.reading() as batch:
        stored = batch.orders.read(order_id)
        if stored is None:
            raise UsageError(f"there is no order {order_id}")
        return stored.order, batch.ledger.of_order(order_id)


def _made(
    rows: Iterable[Export], connector: str, connector_id: str | None, shipment_id: str | None
) -> list[Export]:
    """
    The exports of an order to a connector, in the order made.
    """
    return [
        row
        for row in rows
        if row.key.operation is Operation.EXPORT_ORDER
        and row.key.connector == connector
        and connector_id in (None, row.key.connector_id)
        and shipment_id in (None, row.key.shipment_id)
    ]


def _only_instance(order: Order, made: Iterable[Export]) -> InstanceName:
    found = {row.key.instance for row in made}
    if len(found) > 1:
        named = ", ".join(sorted(map(str, found)))
        raise UsageError(f"order {order.id} was exported to {named}: say which with --connector-id")
    return found.pop()


def _last_parts(made: Sequence[Export]) -> list[Export]:
    """
    What was exported last: the whole order, or each shipment at that status.
    """
    last = made[-1]
    if last.key.shipment_id is None:
        return [last]
    same = [row for row in made if row.key.shipment_id and row.key.status == last.key.status]
    return list({row.key.shipment_id: row for row in same}.values())


def _warnings(order: Order, last: Export) -> Iterable[str]:
    why = may_be_taken(last)
    if why is not None:
        yield why
    stored = version_of(order)
    if stored != last.key.version:
        yield (
            f"order {order.id} is stored at version {stored}; what is exported again is version"
            f" {last.key.version}"
        )


def _first(
    parts: Parts,
    order: Order,
    connector: str,
    connector_id: str | None,
    act: Act,
    shipment_id: str | None,
) -> Planned:
    if shipment_id is not None and order.shipment(shipment_id) is None:
        known = ", ".join(each.shipment_id for each in order.shipments) or "none"
        raise UsageError(f"order {order.id} has no shipment {shipment_id!r}; it has {known}")
    name = parts.instances.select(connector, connector_id, order.market_id).name
    key = export_key(order, name, Operation.EXPORT_ORDER, shipment_id=shipment_id)
    properties = placed_properties(parts.workflow, order, name.connector, name.id)
    return Planned(export=_new(parts, key, order, properties, "ExportOrder", act))


def _new(
    parts: Parts, key: ExportKey, order: Order, properties: Properties, step: str, act: Act
) -> Export:
    return new_export(
        key,
        order,
        origin=Origin(step=step, deferred=True, user=act.user, reason=act.reason),
        now=parts.clock.now(),
        properties=properties,
        reason=act.told("made"),
    )


def _configured(parts: Parts, instance: InstanceName) -> InstanceName:
    if instance not in [each.reference for each in parts.instances.configured]:
        raise UsageError(f"{instance} is not configured any more")
    return instance


def _refuse_nothing_to_cancel(
    order_id: str, instance: InstanceName, rows: Sequence[Export], shipment_id: str | None
) -> None:
    """
    Raises:
        UsageError: The target has nothing of the order, or was told already.
    """
    has = False
    for row in rows:
        if shipment_id is not None and row.key.shipment_id not in (None, shipment_id):
            continue
        if row.key.operation is Operation.EXPORT_ORDER:
            has = has or row.state in TAKEN | {ExportState.UNKNOWN} or bool(row.accepted_parts)
        elif row.key.operation is Operation.CANCEL_ORDER:
            if row.state in PENDING:
                raise UsageError(
                    f"order {order_id} is being cancelled at {instance} already: export"
                    f" {row.key.id} is {row.state}"
                )
            has = has and row.state not in TAKEN
    if not has:
        raise UsageError(
            f"{instance} has nothing of order {order_id}: nothing to cancel there; exports that"
            " wait are cancelled with `orderferry exports cancel`"
        )
