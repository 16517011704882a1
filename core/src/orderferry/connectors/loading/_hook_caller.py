"""
Calls the hooks of one connector instance, and warns of deprecated ones.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, cast

import pluggy
from attrs import frozen

from orderferry.connectors._connector import Connector
from orderferry.connectors.loading._discovery import Entry
from orderferry.connectors.loading._loading import (
    SPEC_MARK,
    Implementation,
    implementations,
    raise_load_error,
    specified_hooks,
)
from orderferry.connectors.spec import _hookspecs
from orderferry.errors import HookError

if TYPE_CHECKING:
    from pluggy import HookspecOpts

__all__ = [
    "Deprecation",
    "SilentPluginManager",
    "deprecations",
    "hook_callers",
    "warn_of_deprecations",
]


class SilentPluginManager(pluggy.PluginManager):
    """
    A plugin manager that leaves warnings of deprecated hooks to `warn_of_deprecations`.

    The warnings of pluggy name neither the connector nor its distribution, and could only be
    caught for the whole process, while other threads load other connectors.
    """

    def parse_hookspec_opts(self, module_or_class: object, name: str) -> HookspecOpts | None:
        """
        Return the options of a specification without its warnings.
        """
        options = super().parse_hookspec_opts(module_or_class, name)  # type: ignore[arg-type]
        if options is None:
            return None
        silent = {**options, "warn_on_impl": None, "warn_on_impl_args": None}
        return cast("HookspecOpts", silent)


@frozen
class Deprecation:
    """
    A deprecated hook that a connector implements, or an argument that it takes.

    Attributes:
        implementation: The connector's method.
        argument: The argument, or `None` if the whole hook is deprecated.
        warning: The warning of the specification, with what to do instead.
    """

    implementation: Implementation
    argument: str | None
    warning: Warning

    def __str__(self) -> str:
        hook = self.implementation.name
        what = f"hook {hook}" if self.argument is None else f"argument {self.argument} of {hook}"
        return f"{what} is deprecated: {self.warning}"


def deprecations(kind: type, specs: ModuleType = _hookspecs) -> Iterator[Deprecation]:
    """
    Yield the deprecated hooks and arguments of a connector class.

    Args:
        kind: The class.
        specs: The hooks' specifications.
    """
    for implementation in implementations(kind):
        spec = getattr(specs, implementation.name, None)
        options: Mapping[str, object] = getattr(spec, SPEC_MARK, {})
        of_hook = options.get("warn_on_impl")
        if isinstance(of_hook, Warning):
            yield Deprecation(implementation, None, of_hook)
        of_arguments = options.get("warn_on_impl_args") or {}
        names = {parameter.name for parameter in implementation.parameters}
        for name, warning in cast("Mapping[str, Warning]", of_arguments).items():
            if name in names:
                yield Deprecation(implementation, name, warning)


def warn_of_deprecations(kind: type, entry: Entry, specs: ModuleType = _hookspecs) -> None:
    """
    Warn of each deprecation at its line, once for a connector with any number of instances.

    Python shows a warning of the same text from the same line once, unless filters change that.

    Args:
        kind: The connector's class.
        entry: Its entry point.
        specs: The hooks' specifications.
    """
    for deprecation in deprecations(kind, specs):
        function = deprecation.implementation.function
        warnings.warn_explicit(
            f"connector {entry.name} ({entry.origin}): its {deprecation}",
            type(deprecation.warning),
            filename=function.__code__.co_filename,
            lineno=function.__code__.co_firstlineno,
            registry=function.__globals__.setdefault("__warningregistry__", {}),
        )


def hook_callers(
    connector: Connector, entry: Entry, specs: ModuleType = _hookspecs
) -> Mapping[str, Callable[..., object]]:
    """
    Return the hooks of one connector instance by name, to be called with keyword arguments.

    Each instance has its own plugin manager. A shared one, narrowed by `subset_hook_caller`,
    would add connectors that are registered later to the callers that it caches.

    Args:
        connector: The connector.
        entry: Its entry point, for messages.
        specs: The hooks' specifications.

    Returns:
        The hooks that it implements.

    Warns:
        DeprecationWarning: A hook or an argument is deprecated; the specification decides the
            category.

    Raises:
        HookError: pluggy does not accept the connector.
    """
    manager = SilentPluginManager("orderferry")
    manager.add_hookspecs(specs)
    try:
        manager.register(connector, entry.name)
        manager.check_pending()
    except (pluggy.PluginValidationError, ValueError) as error:
        raise_load_error(HookError, entry, f"has hooks that cannot be called: {error}", error)
    warn_of_deprecations(type(connector), entry, specs)
    hooks = {name: getattr(manager.hook, name) for name in specified_hooks(specs)}
    return MappingProxyType({name: hook for name, hook in hooks.items() if hook.get_hookimpls()})
