"""
A connector for people: its hooks, instances, and settings with their documentation.
"""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from orderferry.cli._inventory import InventoryEntry
from orderferry.cli._table import print_indented
from orderferry.cli._text import printable
from orderferry.cli._toml import toml_value
from orderferry.connectors import Connector, SettingDoc, setting_docs

__all__ = ["print_connector"]


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
