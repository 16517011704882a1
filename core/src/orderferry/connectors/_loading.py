"""
Loading a connector by name, one step after the other, each with a failure of its own.
"""

from __future__ import annotations

import inspect
from typing import NoReturn

import attrs
from attrs import frozen

from orderferry.connectors._connector import HOOK_API, Connector
from orderferry.connectors._discovery import CORE, Catalogue, Entry
from orderferry.connectors._hooks import API, HOOKS, complaints, implementations
from orderferry.errors import (
    HookError,
    HookVersionError,
    ImportFailedError,
    LoadError,
    MissingHookError,
    NotAConnectorError,
    RequirementError,
)

__all__ = ["LoadedConnector", "load_connector", "refuse"]


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
    made_for = ".".join(map(str, kind.hook_api))
    return f" (made for hook API {made_for}, this {CORE} serves {API}: a newer one may know them)"
