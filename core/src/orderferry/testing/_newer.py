"""
A core that is a minor version newer: more arguments, and more hooks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import pluggy

from orderferry.connectors import Exporter
from orderferry.testing._bench import Instance

if TYPE_CHECKING:
    from pluggy import HookCaller

__all__ = ["newer"]

MORE = "newer_argument"
UNKNOWN = "newer_hook"

_hookspec = pluggy.HookspecMarker("orderferry")


def newer(instance: Instance) -> Exporter:
    """
    The same instance behind newer hooks: each has one argument more, and there is one hook more.

    Args:
        instance: The instance, whose hooks are pluggy's.
    """
    manager = pluggy.PluginManager("orderferry")
    specified = {UNKNOWN: _specified(UNKNOWN, (MORE,))}

    def wrap(name: str, function: Callable[..., object]) -> Callable[..., object]:
        known = cast("HookCaller", getattr(function, "__wrapped__", function)).spec
        if known is None:
            raise RuntimeError(f"{name} has no specification")
        arguments = (*known.argnames, MORE)
        specified[name] = _specified(name, arguments, firstresult=known.opts["firstresult"])

        def call(**arguments: object) -> object:
            answer: object = getattr(manager.hook, name)(**arguments, **{MORE: "newer"})
            return answer

        return call

    made = instance.exporter.watched(wrap)
    manager.add_hookspecs(type("Newer", (), specified))
    manager.register(instance.connector)
    manager.check_pending()
    return made


def _specified(
    name: str, arguments: tuple[str, ...], *, firstresult: bool = True
) -> Callable[..., object]:
    """
    A specification as its module would have it: pluggy reads the arguments from the code.
    """
    module: dict[str, Callable[..., object]] = {}
    exec(f"def {name}({', '.join(arguments)}): pass", module)  # noqa: S102 - names of the core's hooks
    return _hookspec(firstresult=firstresult)(module[name])
