"""
What the configuration must know of a step before any order is run.
"""

from __future__ import annotations

from attrs import frozen

from orderferry.exports import Operation

__all__ = ["StepRules"]


@frozen(kw_only=True)
class StepRules:
    """
    Where a kind of step may stand, and what it needs.

    Attributes:
        key: The step's key, such as `ExportOrder`.
        statuses: The statuses that it applies to; `None` means all.
        required: Its own properties that must be given, such as `Connector`.
        accepts_connectors: Whether it uses connectors at all.
        operation: What it asks each of its connectors for; `check` sees that they can do it.
    """

    key: str
    statuses: frozenset[str] | None = None
    required: frozenset[str] = frozenset()
    accepts_connectors: bool = False
    operation: Operation | None = None
