"""
The installed and configured connectors: their states, instances, hooks and settings.
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
    The state of a connector, or of an instance of it.
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
        reason: Why the instance cannot be used, or `None` if it can.
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
    An installed or configured connector.

    Attributes:
        state: The state of its best instance; `INSTALLED` if it has no instance.
        reason: Why the connector cannot be used, or `None` if it can.
        hooks: The names of the hooks that it implements.
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
            "instances": [instance.document() for instance in self.instances],
            "hooks": list(self.hooks),
        }


def inventory(catalogue: Catalogue, instances: Instances | None) -> tuple[InventoryEntry, ...]:
    """
    Load every connector that is installed or configured, sorted by name.

    Args:
        catalogue: The installed connectors.
        instances: The configured instances, or `None` without a configuration.
    """
    entries: dict[str, list[InstanceEntry]] = {name: [] for name in catalogue.names}
    if instances is not None:
        for config in instances.configured:
            entries.setdefault(config.name, []).append(_instance(config, instances))
    return tuple(_entry(name, catalogue, entries[name]) for name in sorted(entries))


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
        connector = load_connector(catalogue, name)
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
    broken = [instance for instance in instances if instance.state is not State.CONFIGURED]
    state = State.CONFIGURED if instances else State.INSTALLED
    if instances and len(broken) == len(instances):
        state = State.QUARANTINED
    return InventoryEntry(
        name=name,
        distribution=connector.entry.distribution,
        version=connector.entry.version,
        state=state,
        reason=broken[0].reason if state is State.QUARANTINED else None,
        instances=tuple(instances),
        hooks=connector.hooks,
    )


def print_connector(entry: InventoryEntry, kind: type[Connector], out: Console) -> None:
    """
    Print a connector's hooks, capabilities, instances and settings.
    """
    title = Text(printable(entry.name), style="bold")
    out.print(title.append(printable(f"  {entry.distribution} {entry.version}"), style="default"))
    _print_fact("state", entry.state.value, out)
    _print_fact("hooks", ", ".join(entry.hooks), out)
    _print_fact("declares", _capabilities(kind), out)
    for instance in entry.instances:
        markets = ", ".join(sorted(instance.config.markets)) or "all"
        text = f"{instance.config.id}: {instance.state}, markets {markets}"
        if instance.config.disabled_markets:
            text += f" except {', '.join(sorted(instance.config.disabled_markets))}"
        _print_fact("instance", f"{text}: {instance.reason}" if instance.reason else text, out)
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
    capabilities_by_name = (
        ("updates", capabilities.updates),
        ("idempotent", capabilities.idempotent),
        ("records", capabilities.records),
    )
    return ", ".join(name for name, is_declared in capabilities_by_name if is_declared) or "nothing"
