"""
The base class of connectors: settings, capabilities and hook API version.
"""

from __future__ import annotations

from typing import ClassVar

import pluggy
from attrs import frozen

__all__ = ["HOOK_API", "Capabilities", "Connector", "NoSettings", "hook_api_text", "hookimpl"]

HOOK_API = (1, 0)
"""The version of the hooks that this core supports: major, minor."""


def hook_api_text(version: tuple[int, int] = HOOK_API) -> str:
    """
    Render a version of the hooks as messages show it, such as `1.0`.

    Args:
        version: Major and minor; by default the version that this core supports.
    """
    major, minor = version
    return f"{major}.{minor}"


hookimpl = pluggy.HookimplMarker("orderferry")
"""Marks a connector's method as a hook."""


@frozen
class Capabilities:
    """
    Capabilities that a connector declares, because its hooks do not show them.

    Attributes:
        updates: The target updates an order that is sent again.
        idempotent: The target discards duplicates of one `context.idempotency_key`.
        records: All requests go through `context.http`, or are passed to `context.record` before
            they begin, so that the core knows whether a request has begun.
    """

    updates: bool = False
    idempotent: bool = False
    records: bool = False


@frozen
class NoSettings:
    """
    The settings of a connector that has none.
    """


class Connector:
    """
    The base class of a connector.

    A subclass is an attrs class with `eq=False` and the field `settings`; it is built as
    `AcmeConnector(settings=AcmeSettings(...))`, once for each configured instance. Its hooks are
    called from several threads at once.

    Attributes:
        Settings: The attrs class of its settings. A field's metadata may have a `description`, and
            an `example` if its type does not show the format.
        hook_api: The version of the hooks that it was made for; 1.0 by default.
        capabilities: The capabilities that it declares.
    """

    Settings: ClassVar[type] = NoSettings
    hook_api: ClassVar[tuple[int, int]] = (1, 0)
    capabilities: ClassVar[Capabilities] = Capabilities()
