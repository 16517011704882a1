"""
Awaited exports whose process has died.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from attrs import evolve

from orderferry.connectors import ExportState
from orderferry.errors import ConflictError
from orderferry.exports import MARGIN_SECONDS, Change, Export, Failure, consequences
from orderferry.runtime._parts import Parts

__all__ = ["adopt_orphans"]


def adopt_orphans(parts: Parts) -> int:
    """
    Hand exports that a dead process awaited to their lanes, and those of this process's runs that
    have failed.

    What was under way may have been sent: its lane asks the target, or leaves it `unknown`.

    Returns:
        How many there were.
    """
    with parts.store.reading() as batch:
        owners = [e for e in batch.owners() if e == parts.owner or not parts.presence.is_alive(e)]
    count = 0
    for owner in owners:
        with suppress(ConflictError):  # another worker adopts them
            count += _adopt(parts, owner)
    return count


def _adopt(parts: Parts, owner: str) -> int:
    with parts.store.transaction() as batch:
        changes: list[Change] = []
        for export in batch.owned_by(owner):
            if parts.presence.is_running(owner, export.origin.run):
                continue
            adopted = _adopted(export, parts)
            batch.change(adopted, was=export)
            changes.append((export, adopted))
        for change in changes:
            batch.apply(change[1].key.order_id, consequences([change]))
    return len(changes)


def _adopted(export: Export, parts: Parts) -> Export:
    origin = evolve(export.origin, deferred=True)
    if export.state is ExportState.QUEUED:
        return evolve(export, origin=origin)
    if export.state is not ExportState.SENDING:
        return evolve(export, origin=origin, due=export.changed)
    failure = Failure(
        type="UnknownOutcomeError",
        message="the process ended while the export was under way; it may have been sent",
    )
    return export.to(
        ExportState.UNKNOWN,
        export.changed,
        origin=origin,
        unsettled=True,
        failure=failure,
        due=export.changed,
        settles=export.changed + timedelta(seconds=parts.inline_deadline + MARGIN_SECONDS),
    )
