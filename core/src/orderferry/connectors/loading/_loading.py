"""
The class behind an entry point: loaded, and checked against the hooks of the API.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from types import ModuleType
from typing import Final, NoReturn

import attrs
from attrs import frozen

from orderferry.connectors._connector import HOOK_API, Connector, hook_api_text
from orderferry.connectors.loading._discovery import CORE, Catalogue, Entry
from orderferry.connectors.spec import _hookspecs
from orderferry.errors import (
    HookError,
    HookVersionError,
    ImportFailedError,
    LoadError,
    MissingHookError,
    NotAConnectorError,
    RequirementError,
)

__all__ = [
    "API",
    "HOOKS",
    "SPEC_MARK",
    "Implementation",
    "LoadedConnector",
    "complaints",
    "implementations",
    "load_connector",
    "refuse",
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


API: Final = hook_api_text()

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


@frozen
class LoadedConnector:
    """
    A connector that can be used.

    Attributes:
        entry: Where it comes from.
        kind: Its class.
    """

    entry: Entry
    kind: type[Connector]

    @property
    def hooks(self) -> tuple[str, ...]:
        """
        The hooks that it implements, by name.
        """
        return tuple(each.name for each in implementations(self.kind) if each.name in HOOKS)


def load_connector(catalogue: Catalogue, name: str) -> LoadedConnector:
    """
    Load a connector; no other is imported.

    Args:
        catalogue: What is installed.
        name: The connector's name.

    Raises:
        LoadError: One of its kinds, by the step that failed.
    """
    entry = catalogue.find(name)
    _accepts_this_core(entry, catalogue.core_version)
    kind = _connector_class(entry, _imported(entry))
    _made_for_these_hooks(entry, kind)
    _has_callable_hooks(entry, kind)
    return LoadedConnector(entry, kind)


def refuse(
    kind: type[LoadError], entry: Entry, message: str, cause: BaseException | None = None
) -> NoReturn:
    """
    Raise a failure to load that names the connector, its distribution and version.
    """
    raise kind(
        f"connector {entry.name} ({entry.origin}) {message}",
        connector=entry.name,
        distribution=entry.distribution,
        version=entry.version,
    ) from cause


def _accepts_this_core(entry: Entry, core_version: str | None) -> None:
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name

    for text in entry.requirements if core_version is not None else ():
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        if canonicalize_name(requirement.name) != CORE:
            continue
        applies = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if applies and not requirement.specifier.contains(core_version or "", prereleases=True):
            refuse(
                RequirementError,
                entry,
                f"requires {CORE}{requirement.specifier}, but {CORE} {core_version} runs; install "
                f"a version of {entry.distribution} that accepts it, or another {CORE}",
            )


def _imported(entry: Entry) -> object:
    try:
        return entry.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a vendor's module raises anything
        gone = entry.lacks(error)
        told = (
            f"names {entry.value}, and {gone}; reinstall {entry.distribution}, or a version of it "
            "that has it, or uninstall it"
            if gone is not None
            else f"cannot be imported from {entry.value}: {type(error).__name__}: {error}; "
            f"mend or reinstall {entry.distribution}"
        )
        refuse(ImportFailedError, entry, told, error)


def _connector_class(entry: Entry, loaded: object) -> type[Connector]:
    advice = "it has to be a class that extends orderferry.Connector"
    if not isinstance(loaded, type) or not issubclass(loaded, Connector) or loaded is Connector:
        refuse(NotAConnectorError, entry, f"names {entry.value}, which is no connector; {advice}")
    if getattr(loaded, "__hash__", None) is None:
        refuse(
            NotAConnectorError, entry, "compares by value; write @define(eq=False) over its class"
        )
    try:
        inspect.signature(loaded).bind(settings=None)
    except TypeError as error:
        refuse(
            NotAConnectorError,
            entry,
            f"cannot be built as {loaded.__name__}(settings=...): {error}",
        )
    settings: object = loaded.Settings
    if not isinstance(settings, type) or not attrs.has(settings):
        refuse(NotAConnectorError, entry, "has Settings that are no attrs class; use @frozen")
    return loaded


def _made_for_these_hooks(entry: Entry, kind: type[Connector]) -> None:
    declared: object = kind.hook_api
    if (
        not isinstance(declared, tuple)
        or len(declared) != 2
        or any(type(number) is not int for number in declared)
    ):
        refuse(
            HookVersionError,
            entry,
            f"declares hook_api = {declared!r}; it has to be a pair of whole numbers, such as "
            f"{HOOK_API}",
        )
    major, minor = declared
    if major != HOOK_API[0]:
        behind = CORE if major > HOOK_API[0] else entry.distribution
        refuse(
            HookVersionError,
            entry,
            f"was made for hook API {major}.{minor}, and this {CORE} serves {API}; install a newer "
            f"version of {behind}",
        )


def _has_callable_hooks(entry: Entry, kind: type[Connector]) -> None:
    found = implementations(kind)
    faults = [fault for each in found for fault in complaints(each)]
    if faults:
        told = "; ".join(faults) + _newer(kind)
        refuse(HookError, entry, f"has hooks that cannot be called: {told}")
    if "export_order" not in {each.name for each in found}:
        hint = (
            "its method export_order is not marked; write @hookimpl over it"
            if hasattr(kind, "export_order")
            else "every connector needs that hook"
        )
        refuse(MissingHookError, entry, f"has no export_order; {hint}")


def _newer(kind: type[Connector]) -> str:
    """
    What may be behind an unknown hook of a connector that was made for a newer minor version.
    """
    if kind.hook_api <= HOOK_API:
        return ""
    made_for = hook_api_text(kind.hook_api)
    return f" (made for hook API {made_for}, this {CORE} serves {API}: a newer one may know them)"
