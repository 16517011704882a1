"""
The text of a new configuration, and the workflow to begin with.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from attrs import frozen

from orderferry.cli._placeholders import Starter
from orderferry.cli._toml import toml_key, toml_value
from orderferry.connectors import Entry, SettingDoc

__all__ = ["ERROR_STATUS", "Usable", "configuration_text", "starter_workflow"]

ERROR_STATUS = "ExportFailed"

_HEAD = """\
# The configuration of orderferry, written by `orderferry init`.
#
# The workflow file says which steps run when an order enters a status, and which connectors they
# name. Each [[connector]] below configures an instance of one that is installed. What is CHANGE-ME
# or under example.com has to be replaced. Then:
#
#   orderferry check                              what holds, and what does not
#   orderferry preview --connector N ORDER.json   what would be sent
#   orderferry run --status New ORDER.json        send it

[runtime]
workflow = "workflow.json"
# Steps of the workflow that the host runs itself; they are left out here.
# foreign_steps = []
# The most bytes that an order may have.
# order_limit_bytes = 5000000
# How long the exports of one step may take while the caller waits, tries included.
# inline_deadline_seconds = 10.0
# Where orders and exports are kept, and what the instances remember: a file beside this one, or
# postgresql://USER:PASSWORD@HOST/NAME for any number of workers (USER and PASSWORD as ${env:NAME};
# then: orderferry db upgrade, orderferry worker).
# database = "sqlite:///orderferry.db"
# Where the host's order API answers GET /ID; exports that run after the save wait for it.
# api_url = "https://shop.example.com/api/Orders"
"""

_INSTANCE = """\
# What a step names as ConnectorId, where there are several instances of this connector.
# id = "default"
# The markets that it is for; none means all. The disabled ones win.
# markets = []
# disabled_markets = []
"""


@frozen
class Usable:
    """
    A connector that a new configuration can name.
    """

    entry: Entry
    starter: Starter


def configuration_text(usable: Sequence[Usable], broken: Sequence[str]) -> str:
    """
    The text of `orderferry.toml`.

    Args:
        usable: The connectors that it configures.
        broken: Why others are left out, a sentence each.
    """
    parts = [_HEAD, *("\n".join(_connector(each)) + "\n" for each in usable)]
    parts += ["\n".join(_comment(f"Left out: {reason}")) + "\n" for reason in broken]
    return "\n".join(parts)


def starter_workflow(names: Sequence[str]) -> dict[str, object]:
    """
    A workflow that exports each new order to every connector.

    The first one decides: an order that it refuses goes to none of the others.

    Args:
        names: The connectors, at least one.
    """
    first, *others = names
    steps: list[dict[str, object]] = [
        {
            "name": "ExportOrder",
            "active": True,
            "connector": first,
            "stopOnError": True,
            "errorStatus": ERROR_STATUS,
        }
    ]
    if others:
        steps.append({"name": "ExportOrder", "active": True, "connector": others})
    return {
        "name": "Online",
        "defaultOrderType": True,
        "orderStatuses": [
            {"name": "New", "workflowSteps": steps},
            {"name": ERROR_STATUS, "workflowSteps": []},
        ],
    }


def _connector(usable: Usable) -> Iterator[str]:
    entry, found = usable.entry, usable.starter
    yield f"# {entry.distribution} {entry.version}"
    yield "[[connector]]"
    yield f"name = {toml_value(entry.name)}"
    yield _INSTANCE
    yield "[connector.settings]"
    for fault in found.faults:
        yield from _comment(f"Still to be mended: {fault}")
    for doc in found.docs:
        yield from _setting(doc, found)


def _setting(doc: SettingDoc, found: Starter) -> Iterator[str]:
    yield from _comment(f"{doc.description} ({doc.type})" if doc.description else f"({doc.type})")
    key = ".".join(toml_key(part) for part in doc.name.split("."))
    if doc.name in found.active:
        yield f"{key} = {toml_value(found.active[doc.name])}"
    else:
        yield f"# {key} = {toml_value('' if doc.default is None else doc.default)}"


def _comment(text: str) -> list[str]:
    return textwrap.wrap(" ".join(text.split()), 100, initial_indent="# ", subsequent_indent="# ")
