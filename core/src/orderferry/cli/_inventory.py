"""
What is shown of connectors: distribution, hooks, settings.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from attrs import frozen
from rich.console import Console
from rich.text import Text

from orderferry.cli._table import print_indented
from orderferry.cli._text import printable
from orderferry.cli._toml import toml_value
from orderferry.connectors import (
    Catalogue,
    Connector,
    InstanceConfig,
    Instances,
    SettingDoc,
    load_connector,
    setting_docs,
)
from orderferry.errors import LoadError, NotInstalledError

__all__ = ["InstanceEntry", "InventoryEntry", "State", "inventory", "print_connector"]


class State(StrEnum):
    """
    How a connector, or an instance of it, stands.
    """

    INSTALLED = "installed"
    CONFIGURED = "configured"
    QUARANTINED = "quarantined"
    NOT_INSTALLED = "not installed"


@frozen
class InstanceEntry:
    """
    A configured instance.

    Attributes:
        reason: Why it cannot be used, where it cannot.
    """

    config: InstanceConfig
    state: State
    reason: str | None = None

    def document(self) -> dict[str, Any]:
        """
        The instance as JSON values.
        """
        return {
            "id": self.config.id,
            "markets": sorted(self.config.markets),
            "disabledMarkets": sorted(self.config.disabled_markets),
            "state": self.state.value,
            "reason": self.reason,
        }


@frozen(kw_only=True)
class InventoryEntry:
    """
    A connector.

    Attributes:
        state: That of its best instance; installed where it has none.
        reason: Why it cannot be used, where it cannot.
        hooks: The hooks that it implements.
    """

    name: str
    distribution: str | None = None
    version: str | None = None
    state: State
    reason: str | None = None
    instances: tuple[InstanceEntry, ...] = ()
    hooks: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """
        The connector as JSON values.
        """
        return {
            "name": self.name,
            "distribution": self.distribution,
            "version": self.version,
            "state": self.state.value,
            "reason": self.reason,
            "instances": [each.document() for each in self.instances],
            "hooks": list(self.hooks),
        }


def inventory(catalogue: Catalogue, instances: Instances | None) -> tuple[InventoryEntry, ...]:
    """
    Every connector that is installed or configured, by name. Each is loaded.

    Args:
        catalogue: The installed connectors.
        instances: The configured instances, or `None` where there is no configuration.
    """
    found: dict[str, list[InstanceEntry]] = {name: [] for name in catalogue.names}
    if instances is not None:
        for each in instances.configured:
            found.setdefault(each.name, []).append(_instance(each, instances))
    return tuple(_entry(name, catalogue, found[name]) for name in sorted(found))


def _instance(config: InstanceConfig, instances: Instances) -> InstanceEntry:
    try:
        instances.exporter(config.reference)
    except NotInstalledError as error:
        return InstanceEntry(config, State.NOT_INSTALLED, str(error))
    except LoadError as error:
        return InstanceEntry(config, State.QUARANTINED, str(error))
    return InstanceEntry(config, State.CONFIGURED)


def _entry(name: str, catalogue: Catalogue, instances: Sequence[InstanceEntry]) -> InventoryEntry:
    try:
        loaded = load_connector(catalogue, name)
    except LoadError as error:
        missing = isinstance(error, NotInstalledError)
        return InventoryEntry(
            name=name,
            distribution=error.distribution,
            version=error.version,
            state=State.NOT_INSTALLED if missing else State.QUARANTINED,
            reason=str(error),
            instances=tuple(instances),
        )
    broken = [each for each in instances if each.state is not State.CONFIGURED]
    state = State.CONFIGURED if instances else State.INSTALLED
    if instances and len(broken) == len(instances):
        state = State.QUARANTINED
    return InventoryEntry(
        name=name,
        distribution=loaded.entry.distribution,
        version=loaded.entry.version,
        state=state,
        reason=broken[0].reason if state is State.QUARANTINED else None,
        instances=tuple(instances),
        hooks=loaded.hooks,
    )


def print_connector(entry: InventoryEntry, kind: type[Connector], out: Console) -> None:
    """
    Print one connector.
    """
    title = Text(printable(entry.name), style="bold")
    out.print(title.append(printable(f"  {entry.distribution} {entry.version}"), style="default"))
    _print_fact("state", entry.state.value, out)
    _print_fact("hooks", ", ".join(entry.hooks), out)
    _print_fact("declares", _capabilities(kind), out)
    for each in entry.instances:
        markets = ", ".join(sorted(each.config.markets)) or "all"
        said = f"{each.config.id}: {each.state}, markets {markets}"
        if each.config.disabled_markets:
            said += f" but {', '.join(sorted(each.config.disabled_markets))}"
        _print_fact("instance", f"{said}: {each.reason}" if each.reason else said, out)
    out.print(Text("\nsettings", style="bold"))
    for setting in setting_docs(kind):
        _print_setting(setting, out)


def _print_fact(name: str, value: str, out: Console) -> None:
    print_indented(Text(f"{name:10}{printable(value)}"), out, indent=2, hanging=12)


def _print_setting(setting: SettingDoc, out: Console) -> None:
    line = Text(setting.name, style="bold").append(f"  {setting.type}", style="default")
    if setting.required:
        line.append(", required", style="yellow")
    elif setting.default is not None:
        line.append(f", default {toml_value(setting.default)}", style="default")
    print_indented(line, out, indent=2, hanging=6)
    if setting.description:
        print_indented(Text(printable(setting.description)), out, indent=6, hanging=6)
    if setting.example is not None:
        text = printable(f"such as {toml_value(setting.example)}")
        print_indented(Text(text, style="dim"), out, indent=6, hanging=14)


def _capabilities(kind: type[Connector]) -> str:
    capabilities = kind.capabilities
    declared = (
        ("updates", capabilities.updates),
        ("idempotent", capabilities.idempotent),
        ("records", capabilities.records),
    )
    return ", ".join(name for name, has in declared if has) or "nothing"
