"""
What a connector is: a class with declared settings, capabilities and hook API version.
"""

from __future__ import annotations

from typing import ClassVar

import pluggy
from attrs import frozen

__all__ = ["HOOK_API", "Capabilities", "Connector", "NoSettings", "hook_api_text", "hookimpl"]

HOOK_API = (1, 0)
"""The version of the hooks that this core serves: major, minor."""


def hook_api_text(version: tuple[int, int] = HOOK_API) -> str:
    """
    Render a version of the hooks as messages show it, such as `1.0`.

    Args:
        version: Major and minor; by default the version that this core serves.
    """
    major, minor = version
    return f"{major}.{minor}"


hookimpl = pluggy.HookimplMarker("orderferry")
"""Marks a connector's method as a hook."""


@frozen
class Capabilities:
    """
    What a connector can do that cannot be seen from its hooks.

    Attributes:
        updates: The target takes an order that it has already as a change of it.
        idempotent: The target drops repeats of one `context.idempotency_key`.
        records: All its traffic goes through `context.http`, or is told to `context.record`
            before it begins, so that the core knows whether a request had begun.
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
    The class that a vendor's connector extends.

    A subclass is an attrs class with `eq=False` and the field `settings`; it is built as
    `AcmeConnector(settings=AcmeSettings(...))`, once for each configured instance, and its hooks
    are called from several threads at once.

    Attributes:
        Settings: The attrs class of its settings. A field's metadata may have a `description`, and
            an `example` where its type does not say what it looks like.
        hook_api: The version of the hooks that it was made for; 1.0 where it declares none.
        capabilities: What cannot be seen from the outside.
    """

    Settings: ClassVar[type] = NoSettings
    hook_api: ClassVar[tuple[int, int]] = (1, 0)
    capabilities: ClassVar[Capabilities] = Capabilities()
