"""
A relay: the hooks, and one connector behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType, ModuleType

import pluggy

from orderferry.connectors import _hookspecs
from orderferry.connectors._connector import Connector
from orderferry.connectors._deprecations import HookPlugins, warn_of
from orderferry.connectors._discovery import Entry
from orderferry.connectors._hooks import specified
from orderferry.connectors._loading import refuse
from orderferry.errors import HookError

__all__ = ["relay"]


def relay(
    connector: Connector, entry: Entry, specs: ModuleType = _hookspecs
) -> Mapping[str, Callable[..., object]]:
    """
    The hooks of one connector instance, by name, ready to be called with keyword arguments.

    Each instance has a plugin manager of its own. One for all, narrowed by `subset_hook_caller`,
    would take connectors that are registered later into the callers that it caches.

    Args:
        connector: The connector.
        entry: Where it comes from, for messages.
        specs: The hooks' specifications.

    Returns:
        The hooks that it implements.

    Warns:
        DeprecationWarning: One of them, or an argument, is deprecated; by the specification's kind.

    Raises:
        HookError: pluggy does not take it.
    """
    manager = HookPlugins("orderferry")
    manager.add_hookspecs(specs)
    try:
        manager.register(connector, entry.name)
        manager.check_pending()
    except (pluggy.PluginValidationError, ValueError) as error:
        refuse(HookError, entry, f"has hooks that cannot be called: {error}", error)
    warn_of(type(connector), entry, specs)
    hooks = {name: getattr(manager.hook, name) for name in specified(specs)}
    return MappingProxyType({name: hook for name, hook in hooks.items() if hook.get_hookimpls()})
