"""
Deprecated hooks and arguments, told with the connector that still has them.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, cast

import pluggy
from attrs import frozen

from orderferry.connectors import _hookspecs
from orderferry.connectors._discovery import Entry
from orderferry.connectors._hooks import SPEC_MARK, Implementation, implementations

if TYPE_CHECKING:
    from pluggy import HookspecOpts

__all__ = ["Deprecation", "HookPlugins", "deprecations", "warn_of"]


class HookPlugins(pluggy.PluginManager):
    """
    A plugin manager that leaves warnings of deprecated hooks to `warn_of`.

    pluggy's own name neither connector nor distribution, and could only be caught for the whole
    process, while other threads load other connectors.
    """

    def parse_hookspec_opts(self, module_or_class: object, name: str) -> HookspecOpts | None:
        """
        What a specification says, without its warnings.
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
        argument: The argument, or `None` where the whole hook is deprecated.
        warning: What the specification says of it, with what to do instead.
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
    What a connector class has that is deprecated.

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
        taken = {each.name for each in implementation.parameters}
        for name, warning in cast("Mapping[str, Warning]", of_arguments).items():
            if name in taken:
                yield Deprecation(implementation, name, warning)


def warn_of(kind: type, entry: Entry, specs: ModuleType = _hookspecs) -> None:
    """
    Warn of each at its line, once a connector however many instances it has.

    That is Python's way with a warning of the same text from the same line; filters decide as ever.

    Args:
        kind: The connector's class.
        entry: Where it comes from.
        specs: The hooks' specifications.
    """
    for each in deprecations(kind, specs):
        function = each.implementation.function
        warnings.warn_explicit(
            f"connector {entry.name} ({entry.origin}): its {each}",
            type(each.warning),
            filename=function.__code__.co_filename,
            lineno=function.__code__.co_firstlineno,
            registry=function.__globals__.setdefault("__warningregistry__", {}),
        )
