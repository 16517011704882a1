"""
Conditions on exports that several queries share.

A separate module, so that a command that lists exports does not load what writes them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, false, or_

from orderferry.connectors import ExportState
from orderferry.exports import PENDING, Operation
from orderferry.storage._tables import exports

__all__ = ["is_behind", "is_free", "is_overdue"]


def is_free() -> ColumnElement[bool]:
    """
    Return the condition that no earlier export of the same order holds an export back.
    """
    return or_(exports.c.operation == Operation.ORDER_SAVED.value, ~is_behind(PENDING))


def is_behind(states: Collection[ExportState]) -> ColumnElement[bool]:
    """
    Return the condition that an earlier export of the same order to the same instance is in one of
    the states.
    """
    earlier = exports.alias("earlier")
    return exists().where(
        earlier.c.order_id == exports.c.order_id,
        earlier.c.connector == exports.c.connector,
        earlier.c.connector_id == exports.c.connector_id,
        earlier.c.seq < exports.c.seq,
        earlier.c.state.in_(sorted(states)),
        earlier.c.operation != Operation.ORDER_SAVED.value,
        or_(
            earlier.c.shipment_id == exports.c.shipment_id,
            earlier.c.shipment_id.is_(None),
            exports.c.shipment_id.is_(None),
        ),
    )


def is_overdue(at: datetime, age_limits: Mapping[ExportState, float]) -> ColumnElement[bool]:
    """
    Return the condition that an export has been in its state for longer than allowed.

    Args:
        at: The current time.
        age_limits: The seconds that each state may last; a state without a limit is never overdue.
    """
    too_old = (
        and_(exports.c.state == state.value, exports.c.changed < at - timedelta(seconds=seconds))
        for state, seconds in age_limits.items()
    )
    return or_(false(), *too_old)
