"""
Whether the hooks of a connector class are ones that this core can call.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from types import ModuleType
from typing import Final

from attrs import frozen

from orderferry.connectors import _hookspecs
from orderferry.connectors._connector import HOOK_API

__all__ = [
    "API",
    "HOOKS",
    "SPEC_MARK",
    "Implementation",
    "complaints",
    "implementations",
    "specified",
]

MARK: Final = "orderferry_impl"
SPEC_MARK: Final = "orderferry_spec"


def specified(specs: ModuleType) -> dict[str, tuple[str, ...]]:
    """
    The hooks that a module specifies, with the names of their arguments.
    """
    return {
        name: tuple(inspect.signature(spec).parameters)
        for name, spec in vars(specs).items()
        if hasattr(spec, SPEC_MARK)
    }


API: Final = ".".join(map(str, HOOK_API))

HOOKS: Final = specified(_hookspecs)
"""Every hook of this core, with the names of its arguments."""


@frozen
class Implementation:
    """
    A method of a connector class that is marked as a hook.

    Attributes:
        name: The method's name.
        function: The function under its decorators.
        parameters: What it takes, `self` left out.
        options: What the mark says.
    """

    name: str
    function: Callable[..., object]
    parameters: tuple[inspect.Parameter, ...]
    options: Mapping[str, object]


def implementations(kind: type) -> tuple[Implementation, ...]:
    """
    The marked methods of a class, its own and inherited ones.
    """
    found = []
    for name in dir(kind):
        static = inspect.getattr_static(kind, name)
        function = getattr(static, "__func__", static)
        options = getattr(static, MARK, None) or getattr(function, MARK, None)
        if inspect.isfunction(function) and isinstance(options, dict):
            parameters = tuple(inspect.signature(function).parameters.values())
            first = 0 if isinstance(static, staticmethod) else 1
            found.append(Implementation(name, function, parameters[first:], options))
    return tuple(found)


def complaints(implementation: Implementation) -> Iterator[str]:
    """
    Why a marked method cannot be called as a hook; nothing where it can.
    """
    name, function = implementation.name, implementation.function
    if implementation.options.get("specname"):
        yield f"{name} is a hook under another name (specname); give the method the hook's name"
        return
    if implementation.options.get("wrapper") or implementation.options.get("hookwrapper"):
        yield f"{name} is a hook wrapper, and there is nothing to wrap; make it a plain hook"
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        yield f"{name} is async, and hooks are called from threads; make it a plain def"
    if name in HOOKS:
        yield from _complaints_of_parameters(implementation)
    elif not implementation.options.get("optionalhook"):
        near = get_close_matches(name, HOOKS, 1)
        hint = f"did you mean {near[0]}?" if near else f"hooks are {', '.join(sorted(HOOKS))}"
        yield f"{name} is no hook of API {API}; {hint}"


def _complaints_of_parameters(implementation: Implementation) -> Iterator[str]:
    known = HOOKS[implementation.name]
    for each in implementation.parameters:
        if each.kind in {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}:
            continue
        has_default = each.default is not inspect.Parameter.empty
        if each.name in known:
            fault = "has a default" if has_default else "is keyword-only"
            if has_default or each.kind is inspect.Parameter.KEYWORD_ONLY:
                yield (
                    f"{implementation.name}: its argument {each.name} {fault}, and would never be "
                    "given; make it a plain argument"
                )
        elif not has_default:
            near = get_close_matches(each.name, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"it is given {', '.join(known)}"
            yield f"{implementation.name} has no argument {each.name} in API {API}; {hint}"
