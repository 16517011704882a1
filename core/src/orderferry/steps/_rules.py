"""
The rules of a kind of step: what the configuration checks before an order is run.

A module of its own, so that reading a workflow imports no more than it needs.
"""

from __future__ import annotations

from attrs import frozen

from orderferry.exports import Operation

__all__ = ["StepRules"]


@frozen(kw_only=True)
class StepRules:
    """
    Where a kind of step may be placed, and what it requires.

    Attributes:
        key: The step's key, such as `ExportOrder`.
        statuses: The statuses that it applies to; `None` means all.
        required: The properties that it requires, such as `Connector`.
        accepts_connectors: Whether it may name connectors.
        operation: The operation that it calls on its connectors, or `None`; `check` verifies that
            they offer it.
    """

    key: str
    statuses: frozenset[str] | None = None
    required: frozenset[str] = frozenset()
    accepts_connectors: bool = False
    operation: Operation | None = None
