"""
Loads the class of an entry point, and checks it against the hooks of the API.
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
    "hook_faults",
    "implementations",
    "load_connector",
    "raise_load_error",
    "specified_hooks",
]

MARK: Final = "orderferry_impl"
SPEC_MARK: Final = "orderferry_spec"


def specified_hooks(specs: ModuleType) -> dict[str, tuple[str, ...]]:
    """
    Return the hooks that a module specifies, with the names of their arguments.
    """
    return {
        name: tuple(inspect.signature(spec).parameters)
        for name, spec in vars(specs).items()
        if hasattr(spec, SPEC_MARK)
    }


API: Final = hook_api_text()

HOOKS: Final = specified_hooks(_hookspecs)
"""Every hook of this core, with the names of its arguments."""


@frozen
class Implementation:
    """
    A method of a connector class that is marked as a hook.

    Attributes:
        name: The method's name.
        function: The function under its decorators.
        parameters: Its parameters without `self`.
        options: The options of the mark.
    """

    name: str
    function: Callable[..., object]
    parameters: tuple[inspect.Parameter, ...]
    options: Mapping[str, object]


def implementations(kind: type) -> tuple[Implementation, ...]:
    """
    Return the marked methods of a class, its own and inherited ones.
    """
    methods = []
    for name in dir(kind):
        static = inspect.getattr_static(kind, name)
        function = getattr(static, "__func__", static)
        options = getattr(static, MARK, None) or getattr(function, MARK, None)
        if inspect.isfunction(function) and isinstance(options, dict):
            parameters = tuple(inspect.signature(function).parameters.values())
            first = 0 if isinstance(static, staticmethod) else 1
            methods.append(Implementation(name, function, parameters[first:], options))
    return tuple(methods)


def hook_faults(implementation: Implementation) -> Iterator[str]:
    """
    Explain why a marked method cannot be called as a hook; yield nothing if it can.
    """
    name, function = implementation.name, implementation.function
    if implementation.options.get("specname"):
        yield f"{name} is a hook under another name (specname); give the method the hook's name"
        return
    if implementation.options.get("wrapper") or implementation.options.get("hookwrapper"):
        yield f"{name} is a hook wrapper, and a connector has nothing to wrap; make it a plain hook"
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        yield f"{name} is async, but hooks are called from threads; make it a plain def"
    if name in HOOKS:
        yield from _parameter_faults(implementation)
    elif not implementation.options.get("optionalhook"):
        near = get_close_matches(name, HOOKS, 1)
        hint = f"did you mean {near[0]}?" if near else f"hooks are {', '.join(sorted(HOOKS))}"
        yield f"{name} is not a hook of API {API}; {hint}"


def _parameter_faults(implementation: Implementation) -> Iterator[str]:
    known = HOOKS[implementation.name]
    for parameter in implementation.parameters:
        if parameter.kind in {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}:
            continue
        has_default = parameter.default is not inspect.Parameter.empty
        if parameter.name in known:
            fault = "has a default" if has_default else "is keyword-only"
            if has_default or parameter.kind is inspect.Parameter.KEYWORD_ONLY:
                yield (
                    f"{implementation.name}: its argument {parameter.name} {fault}, and would "
                    "never be passed; make it a plain argument"
                )
        elif not has_default:
            near = get_close_matches(parameter.name, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"its arguments are {', '.join(known)}"
            name = parameter.name
            yield f"{implementation.name} has no argument {name} in API {API}; {hint}"


@frozen
class LoadedConnector:
    """
    A connector class that passed all checks.

    Attributes:
        entry: Its entry point.
        kind: Its class.
    """

    entry: Entry
    kind: type[Connector]

    @property
    def hooks(self) -> tuple[str, ...]:
        """
        The hooks that it implements, by name.
        """
        return tuple(method.name for method in implementations(self.kind) if method.name in HOOKS)

    @property
    def hook_api(self) -> str:
        """
        The version of the hooks that it was written for, such as `1.0`.
        """
        return hook_api_text(self.kind.hook_api)


def load_connector(catalogue: Catalogue, name: str) -> LoadedConnector:
    """
    Load a connector, and import no other.

    Args:
        catalogue: The installed connectors.
        name: The connector's name.

    Raises:
        LoadError: A subclass of it, by the check that failed.
    """
    entry = catalogue.find(name)
    _check_core_requirement(entry, catalogue.core_version)
    kind = _check_class(entry, _import_object(entry))
    _check_hook_api(entry, kind)
    _check_hooks(entry, kind)
    return LoadedConnector(entry, kind)


def raise_load_error(
    kind: type[LoadError], entry: Entry, message: str, cause: BaseException | None = None
) -> NoReturn:
    """
    Raise a `LoadError` that names the connector, its distribution and version.
    """
    raise kind(
        f"connector {entry.name} ({entry.origin}) {message}",
        connector=entry.name,
        distribution=entry.distribution,
        version=entry.version,
    ) from cause


def _check_core_requirement(entry: Entry, core_version: str | None) -> None:
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
            raise_load_error(
                RequirementError,
                entry,
                f"requires {CORE}{requirement.specifier}, but {CORE} {core_version} is installed; "
                f"install a version of {entry.distribution} that accepts it, or another {CORE}",
            )


def _import_object(entry: Entry) -> object:
    try:
        return entry.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a vendor's module raises anything
        missing = entry.missing_part(error)
        message = (
            f"names {entry.value}, but {missing}; reinstall {entry.distribution}, install a "
            "version that has it, or uninstall it"
            if missing is not None
            else f"cannot be imported from {entry.value}: {type(error).__name__}: {error}; "
            f"fix or reinstall {entry.distribution}"
        )
        raise_load_error(ImportFailedError, entry, message, error)


def _check_class(entry: Entry, loaded: object) -> type[Connector]:
    advice = "it must be a class that extends orderferry.Connector"
    if not isinstance(loaded, type) or not issubclass(loaded, Connector) or loaded is Connector:
        raise_load_error(
            NotAConnectorError, entry, f"names {entry.value}, which is not a connector; {advice}"
        )
    if getattr(loaded, "__hash__", None) is None:
        raise_load_error(
            NotAConnectorError,
            entry,
            "compares by value; decorate its class with @define(eq=False)",
        )
    try:
        inspect.signature(loaded).bind(settings=None)
    except TypeError as error:
        raise_load_error(
            NotAConnectorError,
            entry,
            f"cannot be built as {loaded.__name__}(settings=...): {error}",
        )
    settings: object = loaded.Settings
    if not isinstance(settings, type) or not attrs.has(settings):
        raise_load_error(
            NotAConnectorError, entry, "has a Settings that is not an attrs class; use @frozen"
        )
    return loaded


def _check_hook_api(entry: Entry, kind: type[Connector]) -> None:
    declared: object = kind.hook_api
    if (
        not isinstance(declared, tuple)
        or len(declared) != 2
        or any(type(number) is not int for number in declared)
    ):
        raise_load_error(
            HookVersionError,
            entry,
            f"declares hook_api = {declared!r}; it must be a pair of integers, such as {HOOK_API}",
        )
    major, minor = declared
    if major != HOOK_API[0]:
        behind = CORE if major > HOOK_API[0] else entry.distribution
        raise_load_error(
            HookVersionError,
            entry,
            f"was made for hook API {major}.{minor}, but this {CORE} supports {API}; install a "
            f"newer version of {behind}",
        )


def _check_hooks(entry: Entry, kind: type[Connector]) -> None:
    methods = implementations(kind)
    faults = [fault for method in methods for fault in hook_faults(method)]
    if faults:
        message = "; ".join(faults) + _newer_api_hint(kind)
        raise_load_error(HookError, entry, f"has hooks that cannot be called: {message}")
    if "export_order" not in {method.name for method in methods}:
        hint = (
            "its method export_order is not marked; add @hookimpl"
            if hasattr(kind, "export_order")
            else "every connector needs that hook"
        )
        raise_load_error(MissingHookError, entry, f"has no export_order; {hint}")


def _newer_api_hint(kind: type[Connector]) -> str:
    """
    Explain an unknown hook of a connector that was made for a newer minor version.
    """
    if kind.hook_api <= HOOK_API:
        return ""
    made_for = hook_api_text(kind.hook_api)
    return f" (made for hook API {made_for}, this {CORE} supports {API}: a newer one may have them)"
