"""
What the two files say, read and checked.
"""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from orderferry.connectors import InstanceConfig
from orderferry.workflow import Workflow

__all__ = ["Config", "RuntimeSettings"]


@frozen(kw_only=True)
class RuntimeSettings:
    """
    The `[runtime]` table.

    Attributes:
        workflow: The workflow file.
        foreign_steps: The names of the steps that the host runs itself.
        order_limit_bytes: The most bytes that an order may have.
        inline_deadline_seconds: How long an export inside a transition may take, tries included.
        state_directory: Where the instances keep what they remember.
    """

    workflow: Path
    foreign_steps: frozenset[str] = frozenset()
    order_limit_bytes: int = 5_000_000
    inline_deadline_seconds: float = 10.0
    state_directory: Path


@frozen(kw_only=True)
class Config:
    """
    A configuration, with the workflow that it names.

    Attributes:
        path: The configuration file.
        runtime: The `[runtime]` table.
        connectors: The `[[connector]]` tables, in the file's order.
        workflow: What the workflow file says.
    """

    path: Path
    runtime: RuntimeSettings
    connectors: tuple[InstanceConfig, ...]
    workflow: Workflow
