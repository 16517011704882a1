"""
Intents: new exports, and what an intent means if the ledger has exports of the same key.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from attrs import evolve, frozen

from orderferry.connectors import ExportState, InstanceName, Properties
from orderferry.exports._export import Export, Origin, SkipCause
from orderferry.exports._key import ExportKey, Operation
from orderferry.orders import Order, digest

__all__ = ["Intent", "export_key", "intend", "new_export", "version_of"]

_NO_PROPERTIES = Properties()


def version_of(order: Order) -> str:
    """
    The order's version in export keys: its `versionId`, else a digest of its content.
    """
    return digest(order) if order.version_id is None else str(order.version_id)


def export_key(
    order: Order,
    instance: InstanceName,
    operation: Operation,
    *,
    shipment_id: str | None = None,
    status: str | None = None,
    version: str | None = None,
) -> ExportKey:
    """
    The key of an order's first export of an operation to an instance.

    Args:
        order: The order as it is sent.
        instance: The instance that it goes to.
        operation: What the connector is asked to do.
        shipment_id: The shipment, or `None` for the whole order.
        status: The status that makes the export; by default the order's own.
        version: The order's version; by default as `version_of` has it.
    """
    return ExportKey(
        order_id=order.id,
        shipment_id=shipment_id,
        connector=instance.connector,
        connector_id=instance.id,
        operation=operation,
        status=(order.status or "") if status is None else status,
        version=version_of(order) if version is None else version,
    )


def new_export(
    key: ExportKey,
    order: Order,
    *,
    origin: Origin,
    now: datetime,
    properties: Properties = _NO_PROPERTIES,
    reason: str | None = None,
) -> Export:
    """
    A new export in state `queued`, whatever is exported.

    Args:
        key: Its key, which the ledger must not have yet.
        order: The order as every attempt sends it.
        origin: What created it, and what follows from its failure.
        now: When it is created.
        properties: The properties that the connector gets.
        reason: The reason, if an operator created it.
    """
    return Export(
        key=key,
        order=order,
        properties=properties,
        origin=origin,
        created=now,
        changed=now,
        reason=reason,
    )


@frozen(kw_only=True)
class Intent:
    """
    What is done for an intent.

    Attributes:
        export: The export of the intent.
        was: The export as the ledger has it, or `None` if it is new.
        begins: Whether the export is delivered; otherwise its recorded state is the outcome.
    """

    export: Export
    was: Export | None = None
    begins: bool = True


def intend(draft: Export, rows: Iterable[Export]) -> Intent:
    """
    Decide what an intent means next to earlier exports, so that a repeated transition never sends
    twice.

    A `rejected` or `dead` export is tried again, unless the target may have received a part of it.
    An export that was skipped because its workflow was cancelled gets the next generation. The
    outcome of every other export is its recorded state.

    Args:
        draft: The intent, in state `queued` and generation 0.
        rows: All exports of its order, in the order in which they were created.
    """
    generations = [row for row in rows if row.key.same_but_generation(draft.key)]
    if not generations:
        return Intent(export=draft)
    last = max(generations, key=lambda row: row.key.generation)
    failed = last.state in (ExportState.REJECTED, ExportState.DEAD)
    if failed and not last.accepted_parts and not last.unsettled:
        again = last.to(
            ExportState.QUEUED,
            draft.created,
            origin=evolve(draft.origin, again=draft.created),
            reason="the transition was repeated",
            due=None,
        )
        return Intent(export=again, was=last)
    if last.state is ExportState.SKIPPED and last.skip is SkipCause.WORKFLOW:
        reason = f"repeats export {last.key.id}, whose workflow was cancelled"
        return Intent(export=evolve(draft, key=last.key.again(), reason=reason))
    return Intent(export=last, was=last, begins=False)
